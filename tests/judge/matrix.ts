/** Guards against listings: what each says about every one of them, and beside it the naive rule. */

import { type GuardId, GUARDS, type GuardVerdict } from "@/core/domain/opportunity.ts";
import type { Verdict } from "@/core/domain/judge.ts";
import type { Offer } from "@/core/domain/market.ts";
import type { JudgedGames } from "./score.ts";

/** One listing, with what every guard says of it once its title was read. */
export interface MatrixRow {
  readonly offerId: string;
  readonly title: string;
  readonly priceCents: number;
  /** What the scan made of it. */
  readonly verdict: Verdict;
  readonly naive: NaiveOpinion;
  readonly outcomes: Readonly<Record<GuardId, GuardVerdict["outcome"]>>;
}

/** `flagged`: by a suggested price; `invented`: by one made up where the market gives none. */
export type NaiveOpinion = "flagged" | "invented" | "passed over";

const NAIVE_NET = 0.93;
const NAIVE_MARKUP = 1.2;

/**
 * The rule of the public bots, as they compute it: sell at the suggested price less 7 %, and where
 * the market suggests none, take a fifth more than it costs.
 */
export function naiveOpinion({ priceCents, suggestedCents }: Offer): NaiveOpinion {
  const sellCents = suggestedCents ?? priceCents * NAIVE_MARKUP;
  if (sellCents * NAIVE_NET < priceCents) return "passed over";
  return suggestedCents === null ? "invented" : "flagged";
}

export function matrixRows(judged: JudgedGames): readonly MatrixRow[] {
  return [...judged.values()].flatMap((game) => game.judged).map(({ scanned, examined }) => ({
    offerId: examined.offer.offerId,
    title: examined.offer.title,
    priceCents: examined.offer.priceCents,
    verdict: scanned.verdict,
    naive: naiveOpinion(examined.offer),
    outcomes: Object.fromEntries(
      examined.guards.map(({ guard, outcome }) => [guard, outcome]),
    ) as MatrixRow["outcomes"],
  }));
}

/** As a table in Markdown. */
export function matrixTable(rows: readonly MatrixRow[]): string {
  const flagged = rows.filter(({ naive }) => naive === "flagged");
  const invented = rows.filter(({ naive }) => naive === "invented");
  const accepted = (among: readonly MatrixRow[]) =>
    among.filter(({ verdict }) => verdict === "accepted").length;
  return [
    `${rows.length} listings, ${
      accepted(rows)
    } accepted. The naive rule flags ${flagged.length}, ` +
    `and ${invented.length} more at an invented price; of these ${
      accepted([...flagged, ...invented])
    } are accepted.`,
    "",
    "| guard | pass | fail | unknown | fails of the flagged | of these alone |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...GUARDS.map((guard) => guardLine(guard, rows, flagged)),
    "",
  ].join("\n");
}

function guardLine(
  guard: GuardId,
  rows: readonly MatrixRow[],
  flagged: readonly MatrixRow[],
): string {
  const count = (outcome: string) => rows.filter((row) => row.outcomes[guard] === outcome).length;
  const failed = flagged.filter((row) => row.outcomes[guard] === "fail");
  const alone = failed.filter((row) =>
    GUARDS.every((g) => g === guard || row.outcomes[g] !== "fail")
  );
  const cells = [
    guard,
    count("pass"),
    count("fail"),
    count("unknown"),
    failed.length,
    alone.length,
  ];
  return `| ${cells.join(" | ")} |`;
}
