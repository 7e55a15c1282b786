/**
 * `measure:truth`: scans generated markets and holds what was accepted against what then happened.
 * Seeds 1 to 25 are for tuning, 26 to 50 are not.
 */

import { parseArgs } from "node:util";
import { judgedMarkets, type JudgedSeed } from "./judged_seed.ts";
import { type Rates, Tally } from "./tally.ts";

const HELP = `measure:truth — precision and recall on generated markets

  measure:truth [--seeds A-B] [--plays N] [--json]
      --seeds A-B  default 1-3
      --plays N    futures played, odd; more than half decide (default 5)
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

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string", default: "1-3" },
      plays: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
    },
  });
  const [, from, to] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(values.seeds) ?? [];
  const plays = Number(values.plays);
  const last = Number(to ?? from);
  if (!(last >= Number(from)) || !(Number.isInteger(plays) && plays % 2 === 1)) {
    write(Deno.stderr, HELP);
    return EXIT_USAGE;
  }
  const tally = new Tally();
  for await (const judged of judgedMarkets({ from: Number(from), to: last, plays })) {
    record(tally, judged);
    if (!values.json) write(Deno.stderr, `seed ${judged.seed} done\n`);
  }
  const result = { seeds: values.seeds, plays, rates: tally.rates(), blamed: tally.blamed() };
  write(Deno.stdout, values.json ? `${JSON.stringify(result)}\n` : table(tally));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
