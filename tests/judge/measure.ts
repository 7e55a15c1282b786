/**
 * `measure:truth`: scans generated markets and holds what was accepted against what then happened.
 * Seeds 1 to 25 are for tuning, 26 to 50 are not.
 */

import { parseArgs } from "node:util";
import { MAX_TITLES } from "@/core/market/dmarket/sim/generate.ts";
import { judgedMarkets, type JudgedSeed, type Measurement } from "./judged_seed.ts";
import { type Rates, Tally } from "./tally.ts";

const HELP = `measure:truth — precision and recall on generated markets

  measure:truth [--seeds A-B] [--plays N] [--titles T] [--json]
      --seeds A-B  default 1-3
      --plays N    futures played, odd; more than half decide (default 5)
      --titles T   titles of each market (default 4000)
      --json       one JSON object instead of a table
`;
const EXIT_USAGE = 2;

function record(tally: Tally, { scanned, judged, hindsight }: JudgedSeed): void {
  const paying = new Map([...hindsight.paying, ...scanned.paying]);
  tally.count("scanner", scanned.taken, paying);
  tally.count("as named", scanned.taken, scanned.paying);
  tally.count("oracle", hindsight.foreseen, paying);
  for (const [key, way] of paying) if (!scanned.taken.has(key)) tally.blame(way, judged);
  for (const [key, way] of scanned.taken) if (!paying.has(key)) tally.blameTaken(way);
}

function table(tally: Tally): string {
  const rows = Object.entries(tally.rates()).map(([name, r]) => line(name, cells(r)));
  const blamed = Object.entries(tally.blamed()).map(([name, n]) => line(name, [n]));
  const head = line("", ["right", "wrong", "missed", "precision", "recall"]);
  return [head, ...rows, "", ...blamed, ""].join("\n");
}

function cells({ right, wrong, missed, precision, recall }: Rates): (string | number)[] {
  return [right, wrong, missed, precision?.toFixed(4) ?? "–", recall?.toFixed(4) ?? "–"];
}

function line(name: string, parts: readonly (string | number)[]): string {
  return `  ${name.padEnd(44)}${parts.map((part) => String(part).padStart(10)).join("")}`;
}

function write(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

interface Order extends Measurement {
  readonly seeds: string;
  readonly json: boolean;
}

/** Null for arguments that ask for nothing that can be done. */
function orderOf(args: readonly string[]): Order | null {
  const options = {
    seeds: { type: "string", default: "1-3" },
    plays: { type: "string", default: "5" },
    titles: { type: "string", default: "4000" },
    json: { type: "boolean", default: false },
  } as const;
  try {
    const { values: { seeds, json, ...numbers } } = parseArgs({ args: [...args], options });
    const [, from, to] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(seeds) ?? [];
    const [plays, titles] = [Number(numbers.plays), Number(numbers.titles)];
    const order = { seeds, json, from: Number(from), to: Number(to ?? from), plays, titles };
    const isOdd = Number.isInteger(plays) && plays >= 1 && plays % 2 === 1;
    const isSized = Number.isInteger(titles) && titles >= 4 && titles <= MAX_TITLES;
    return order.to >= order.from && isOdd && isSized ? order : null;
  } catch {
    // An option that does not exist: the help says which ones do.
    return null;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const order = orderOf(args);
  if (order === null) {
    write(Deno.stderr, HELP);
    return EXIT_USAGE;
  }
  const { seeds, plays, json } = order;
  const tally = new Tally();
  for await (const judged of judgedMarkets(order)) {
    record(tally, judged);
    if (!json) write(Deno.stderr, `seed ${judged.seed} done\n`);
  }
  const result = { seeds, plays, rates: tally.rates(), blamed: tally.blamed() };
  write(Deno.stdout, json ? `${JSON.stringify(result)}\n` : table(tally));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
