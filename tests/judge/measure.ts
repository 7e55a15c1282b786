/**
 * `measure:truth`: scans generated markets and holds what was accepted against what then happened.
 * Seeds 1 to 25 are for tuning, others are not.
 */

import { parseArgs } from "node:util";
import { GAME_TITLES } from "@/core/domain/market.ts";
import { MAX_TITLES } from "@/core/market/dmarket/sim/generate.ts";
import { printerTo } from "@/core/market/dmarket/sim/print.ts";
import { judgedMarkets, type JudgedSeed, type Measurement } from "./judged_seed.ts";
import { wayKey } from "./hindsight.ts";
import {
  bounds,
  type Cell,
  type Confidence,
  type Confusion,
  KINDS,
  share,
  Tally,
} from "./tally.ts";

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
    for (const found of judgement.opportunities) {
      tally.trust(found, paying.has(wayKey(found.offerId, found.kind)));
    }
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

/** In Markdown: the first table is the one that docs/scanning.md shows. */
export function tables(tally: Tally): string {
  const cells = tally.cells();
  const sums = cells.filter(({ level, game }) => level === null || game === null);
  const parts = cells.filter(({ level, game }) => level !== null && game !== null);
  return [
    ...cellTable([...sums, ...parts.filter(isWeak)]),
    ...cellTable(parts),
    row("way out", "confidence", "accepted", "of these paid", "95 %"),
    `| --- | --- |${" ---: |".repeat(3)}`,
    ...tally.confidences().map(confidenceRow),
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

function cellTable(cells: readonly Cell[]): readonly string[] {
  return [
    row("way out", "among", "pay", "accepted", "of these paid", "95 %", "at the named price") +
    row("found", "95 %", "an oracle: paid", "found").slice(1),
    `| --- | --- |${" ---: |".repeat(9)}`,
    ...cells.map(cellRow),
    "",
  ];
}

/** Less than 95 % of what was taken paid, or of what pays was taken. */
function isWeak({ counts: { scanner: { right, wrong, missed } } }: Cell): boolean {
  return Math.min(share(right, right + wrong) ?? 1, share(right, right + missed) ?? 1) < 0.95;
}

function cellRow({ kind, level, game, counts: { scanner, named, oracle } }: Cell): string {
  const pays = scanner.right + scanner.missed;
  const taken = scanner.right + scanner.wrong;
  const among = [...(game === null ? [] : [GAME_TITLES[game]]), ...(level === null ? [] : [level])];
  return row(
    ...[kind, among.join(" ") || "all", pays, taken, percent(scanner.right, taken)],
    ...[range(scanner.right, taken), percent(named.right, taken)],
    ...[percent(scanner.right, pays), range(scanner.right, pays)],
    ...[percent(oracle.right, oracle.right + oracle.wrong), percent(oracle.right, pays)],
  );
}

function confidenceRow({ kind, confidence, accepted, paid }: Confidence): string {
  return row(kind, confidence, accepted, percent(paid, accepted), range(paid, accepted));
}

function confusionRow({ kind, guard, ...counts }: Confusion): string {
  const { missed, missedAlone, spared, sparedAlone } = counts;
  return row(kind, guard, missed, missedAlone, spared, sparedAlone);
}

function percent(part: number, whole: number): string {
  const known = share(part, whole);
  return known === null ? "–" : `${(100 * known).toFixed(2)} %`;
}

function range(part: number, whole: number): string {
  if (whole === 0) return "–";
  return bounds(part, whole).map((bound) => (100 * bound).toFixed(1)).join(" to ");
}

function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.join(" | ")} |`;
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
    printerTo(Deno.stderr)(HELP);
    return EXIT_USAGE;
  }
  const { seeds, plays, json } = order;
  const tally = new Tally();
  for await (const judged of judgedMarkets(order)) {
    record(tally, judged);
    if (!json) printerTo(Deno.stderr)(`seed ${judged.seed} done\n`);
  }
  const result = {
    seeds,
    plays,
    cells: tally.cells(),
    confidences: tally.confidences(),
    confusion: tally.confusion(),
    mistakes: tally.blamed(),
  };
  printerTo(Deno.stdout)(json ? `${JSON.stringify(result)}\n` : tables(tally));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
