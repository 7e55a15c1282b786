/** Verdicts per title, guards over all listings, and both held against what the scenario knows. */

import type { Judgement, Verdict } from "@/core/domain/judge.ts";
import type { GameId } from "@/core/domain/market.ts";
import { type ExitKind, type GuardId, GUARDS } from "@/core/domain/opportunity.ts";
import type { Scenario, ScenarioTitle } from "@/core/market/dmarket/sim/scenario.ts";
import type { JudgedOffer, ScannedGame } from "./scan_once.ts";

export interface TitleVerdict {
  readonly game: GameId;
  readonly title: string;
  readonly verdict: Verdict;
  readonly kinds: readonly ExitKind[];
  readonly reasons: readonly string[];
}

/** A way out of a title on which the verdict and the scenario's truth differ. */
export interface Contradiction {
  readonly game: GameId;
  readonly title: string;
  readonly kind: ExitKind;
  readonly verdict: "accepted" | "missed";
  readonly reasons: readonly string[];
}

/** How many listings a guard passed, failed, and could not tell about. */
export interface GuardCounts {
  readonly pass: number;
  readonly fail: number;
  readonly unknown: number;
}

/** Titles counted by what was accepted and what is true; titles without truth are left out. */
export interface Score {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

/** The answer of `scan:judge`; `precision` and `recall` count ways out. */
export interface Report {
  readonly titles: readonly TitleVerdict[];
  /** Listings that failed a guard, every guard asked about every listing. */
  readonly guards: Readonly<Record<GuardId, number>>;
  readonly precision: number | null;
  readonly recall: number | null;
  /** Listings judged. */
  readonly candidates: number;
  readonly matrix: Readonly<Record<GuardId, GuardCounts>>;
  readonly byKind: Readonly<Record<ExitKind, Score>>;
  /** Ways out of titles whose scenario names what was planted, by that name. */
  readonly byLabel: Readonly<Record<string, Score>>;
  readonly contradictions: readonly Contradiction[];
}

export type JudgedGames = ReadonlyMap<GameId, ScannedGame>;

const KINDS: readonly ExitKind[] = ["quick", "list"];

export function report(scenario: Scenario, judged: JudgedGames): Report {
  const all = [...judged.values()].flatMap((game) => game.judged);
  const truths = truthsOf(scenario);
  const titles = truths.map(({ game, row }) =>
    titleVerdict(game, row, judged.get(game) ?? UNREAD_GAME)
  );
  const ways = titles.flatMap((title, i) => waysOf(title, truths[i]?.truth ?? {}));
  const labels = [...new Set(ways.flatMap(({ label }) => label === null ? [] : [label]))].sort();
  const matrix = guardMatrix(all);
  const { precision, recall } = score(ways);
  return {
    titles,
    guards: mapGuards((guard) => matrix[guard].fail),
    precision,
    recall,
    candidates: all.length,
    matrix,
    byKind: {
      quick: score(ways.filter(({ kind }) => kind === "quick")),
      list: score(ways.filter(({ kind }) => kind === "list")),
    },
    byLabel: Object.fromEntries(
      labels.map((label) => [label, score(ways.filter((way) => way.label === label))]),
    ),
    contradictions: titles.flatMap((title, i) =>
      waysOf(title, truths[i]?.truth ?? {}).flatMap((way) => contradiction(title, way))
    ),
  };
}

interface Truth {
  readonly quick?: boolean | undefined;
  readonly list?: boolean | undefined;
  readonly label?: string | undefined;
}

function truthsOf(scenario: Scenario) {
  return Object.entries(scenario.games).flatMap(([game, { titles }]) =>
    titles.map((row) => ({ game: game as GameId, row, truth: (row.truth ?? {}) as Truth }))
  );
}

const UNREAD_GAME: ScannedGame = { judged: [], gaps: [], missing: new Map() };

/**
 * What the scan makes of buying the title's cheapest listing that can be bought and moved now:
 * that is the purchase whose truth a scenario states.
 */
function titleVerdict(game: GameId, row: ScenarioTitle, read: ScannedGame): TitleVerdict {
  const { title } = row;
  const judgements = read.judged.map(({ scanned }) => scanned).filter(({ offer }) =>
    offer.title === title
  );
  const deciding = cheapest(judgements.filter(isUnlocked)) ?? cheapest(judgements);
  const unread = whyUnread(row, deciding, read);
  if (unread.length > 0) return { game, title, verdict: "unverified", kinds: [], reasons: unread };
  if (deciding === undefined) {
    return { game, title, verdict: "refused", kinds: [], reasons: ["No listing was found"] };
  }
  const { verdict, opportunities } = deciding;
  const kinds = KINDS.filter((kind) => opportunities.some((one) => one.kind === kind));
  const missing = verdict === "unverified" ? read.missing.get(title) : undefined;
  const reasons = [...(missing === undefined ? [] : [missing]), ...reasonsOf(deciding)];
  return { game, title, verdict, kinds, reasons };
}

const MAX_GAPS_TOLD = 3;

/** Why the scan may have missed a listing of the title that would have decided. */
function whyUnread(
  { offers }: ScenarioTitle,
  deciding: Judgement | undefined,
  { judged, gaps }: ScannedGame,
): readonly string[] {
  if (gaps.length === 0) return [];
  const met = new Set(judged.map(({ scanned }) => scanned.offer.offerId));
  const leastCents = deciding?.offer.priceCents ?? Infinity;
  const unmet = offers.filter(({ offerId, locked }) => !locked && !met.has(offerId))
    .map(({ priceCents }) => Number(priceCents)).filter((cents) => cents < leastCents);
  const here = gaps.filter(({ fromCents, toCents }) =>
    unmet.some((cents) => cents >= fromCents && cents < toCents)
  );
  return [...new Set(here.map(({ reason }) => reason))].slice(0, MAX_GAPS_TOLD);
}

function isUnlocked({ offer }: Judgement): boolean {
  return !offer.reserved && offer.unlockAtMs === null;
}

function cheapest(judgements: readonly Judgement[]): Judgement | undefined {
  return judgements.toSorted((a, b) => a.offer.priceCents - b.offer.priceCents)[0];
}

/** Of an accepted listing what it earns by each way out, of the others what stands in the way. */
function reasonsOf({ verdict, guards, opportunities }: Judgement): readonly string[] {
  const shown = verdict === "accepted"
    ? opportunities.flatMap((one) => one.guards.filter(({ guard }) => guard === "min-roi"))
    : guards.filter(({ outcome }) => outcome === (verdict === "refused" ? "fail" : "unknown"));
  return shown.map(({ guard, reason }) => `${guard}: ${reason}`);
}

function guardMatrix(judged: readonly JudgedOffer[]): Report["matrix"] {
  const counts = new Map<string, number>();
  for (const { examined } of judged) {
    for (const { guard, outcome } of examined.guards) {
      const key = `${guard} ${outcome}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const count = (guard: GuardId, outcome: string) => counts.get(`${guard} ${outcome}`) ?? 0;
  return mapGuards((guard) => ({
    pass: count(guard, "pass"),
    fail: count(guard, "fail"),
    unknown: count(guard, "unknown"),
  }));
}

function mapGuards<T>(make: (guard: GuardId) => T): Record<GuardId, T> {
  return Object.fromEntries(GUARDS.map((guard) => [guard, make(guard)])) as Record<GuardId, T>;
}

interface Way {
  readonly kind: ExitKind;
  readonly accepted: boolean;
  readonly isTrue: boolean;
  readonly label: string | null;
}

function waysOf({ kinds }: TitleVerdict, truth: Truth): readonly Way[] {
  return KINDS.flatMap((kind) => {
    const isTrue = truth[kind];
    const label = truth.label ?? null;
    return isTrue === undefined ? [] : [{ kind, accepted: kinds.includes(kind), isTrue, label }];
  });
}

function contradiction(
  { game, title, reasons }: TitleVerdict,
  { kind, accepted, isTrue }: Way,
): readonly Contradiction[] {
  if (accepted === isTrue) return [];
  return [{ game, title, kind, verdict: accepted ? "accepted" : "missed", reasons }];
}

function score(ways: readonly Way[]): Score {
  const count = (accepted: boolean, isTrue: boolean) =>
    ways.filter((way) => way.accepted === accepted && way.isTrue === isTrue).length;
  const truePositives = count(true, true);
  const falsePositives = count(true, false);
  const falseNegatives = count(false, true);
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
  };
}

/** Null where there is nothing to take a share of. */
function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round(10_000 * part / whole) / 10_000;
}
