/**
 * `measure:truth`: scans generated markets and holds what was accepted against what then happened.
 * Seeds 1 to 25 are for tuning, others are not.
 */

import { parseArgs } from "node:util";
import { MAX_TITLES } from "@/core/market/dmarket/sim/generate.ts";
import { judgedMarkets, type JudgedSeed, type Measurement } from "./judged_seed.ts";
import { wayKey } from "./hindsight.ts";
import { bounds, type Cell, type Confusion, type Counts, KINDS, share, Tally } from "./tally.ts";

const HELP = `measure:truth — precision and recall on generated markets

  measure:truth [--seeds A-B] [--plays N] [--titles T] [--json]
      --seeds A-B  default 1-3
      --plays N    futures played, odd; more than half decide (default 5)
      --titles T   titles of each market (default 4000)
      --json       one JSON object instead of tables
`;
const EXIT_USAGE = 2;

/** Holds one market's verdicts against what it did. */
export function record(tally: Tally, { scanned, judged, hindsight }: JudgedSeed): void {
  const paying = new Map([...hindsight.paying, ...scanned.paying]);
  tally.count("scanner", scanned.taken, paying);
  tally.count("named", scanned.taken, scanned.paying);
  tally.count("oracle", hindsight.foreseen, paying);
  for (const judgement of judged.values()) {
    for (const kind of KINDS) {
      const key = wayKey(judgement.offer.offerId, kind);
      if (!scanned.taken.has(key)) tally.confuse(judgement, kind, paying.has(key));
    }
  }
  for (const [key, way] of paying) {
    if (!scanned.taken.has(key)) tally.blame(judged.has(way.offerId) ? "missed" : "unmet", way);
  }
  for (const [key, way] of scanned.taken) if (!paying.has(key)) tally.blame("wrong", way);
}

/** In Markdown. */
export function tables(tally: Tally): string {
  return [
    row("way out", "level", "game", "pay", "accepted", "precision", "95 %", "as named") +
    row("recall", "95 %", "oracle precision", "oracle recall").slice(1),
    `| --- | --- | --- |${" ---: |".repeat(9)}`,
    ...tally.cells().map(cellRow),
    "",
    row("way out", "guard", "refused though it pays", "alone", "refused, does not pay", "alone"),
    `| --- | --- |${" ---: |".repeat(4)}`,
    ...tally.confusion().map(confusionRow),
    "",
    row("mistake", "count"),
    "| --- | ---: |",
    ...Object.entries(tally.blamed()).map(([name, count]) => row(name, count)),
    "",
  ].join("\n");
}

function cellRow({ kind, level, game, counts: { scanner, named, oracle } }: Cell): string {
  const pays = scanner.right + scanner.missed;
  const taken = scanner.right + scanner.wrong;
  return row(
    ...[kind, level ?? "all", game ?? "all", pays, taken, precision(scanner)],
    ...[range(scanner.right, taken), precision(named), recall(scanner)],
    ...[range(scanner.right, pays), precision(oracle), recall(oracle)],
  );
}

function confusionRow({ kind, guard, ...counts }: Confusion): string {
  const { missed, missedAlone, spared, sparedAlone } = counts;
  return row(kind, guard, missed, missedAlone, spared, sparedAlone);
}

function precision({ right, wrong }: Counts): string {
  return share(right, right + wrong)?.toFixed(4) ?? "–";
}

function recall({ right, missed }: Counts): string {
  return share(right, right + missed)?.toFixed(4) ?? "–";
}

function range(part: number, whole: number): string {
  return whole === 0 ? "–" : bounds(part, whole).map((bound) => bound.toFixed(3)).join(" to ");
}

function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.join(" | ")} |`;
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
  const [cells, confusion, mistakes] = [tally.cells(), tally.confusion(), tally.blamed()];
  const result = { seeds, plays, cells, confusion, mistakes };
  write(Deno.stdout, json ? `${JSON.stringify(result)}\n` : tables(tally));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
