/** Counts of right and wrong, added up over seeds. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import { GUARD_RULES } from "@/core/domain/guards.ts";
import {
  type ExitKind,
  type GuardId,
  type LevelId,
  LEVELS,
  type Opportunity,
} from "@/core/domain/opportunity.ts";
import type { Way, Ways } from "./hindsight.ts";

/** Who took ways out: the scanner, the scanner held to the price it named, and the oracle. */
export const TAKERS = ["scanner", "named", "oracle"] as const;
export type Taker = typeof TAKERS[number];

/** Ways out: taken and paying, taken and not, paying and not taken. */
export interface Counts {
  right: number;
  wrong: number;
  missed: number;
}

/** One row of the table; a null level or game stands for all of them. */
export interface Cell {
  readonly kind: ExitKind;
  readonly level: LevelId | null;
  readonly game: GameId | null;
  readonly counts: Readonly<Record<Taker, Readonly<Counts>>>;
}

/** Ways out that one guard refused, by what they would have done. */
export interface Confusion {
  readonly kind: ExitKind;
  readonly guard: GuardId;
  /** Paying ones that it refused, and those of them that no other guard refused. */
  readonly missed: number;
  readonly missedAlone: number;
  /** The same of those that do not pay. */
  readonly spared: number;
  readonly sparedAlone: number;
}

/** Accepted ways out by how sure the scanner was of them. */
export interface Confidence {
  readonly kind: ExitKind;
  readonly confidence: Opportunity["confidence"];
  readonly accepted: number;
  readonly paid: number;
}

export const KINDS: readonly ExitKind[] = ["quick", "list"];
const CONFIDENCES: readonly Confidence["confidence"][] = ["high", "medium", "low"];

/** Everything counted, by what it is counted over. */
export class Tally {
  readonly #cells = new Map<string, Counts>();
  readonly #named = new Map<string, number>();

  /** Holds what was taken against what pays. */
  count(taker: Taker, taken: Ways, paying: Ways): void {
    for (const [key, way] of taken) this.#add(taker, way, paying.has(key) ? "right" : "wrong");
    for (const [key, way] of paying) if (!taken.has(key)) this.#add(taker, way, "missed");
  }

  /** Which guards refused it by `kind`, and whether that was right. */
  confuse(judgement: Judgement, kind: ExitKind, pays: boolean): void {
    const guards = refusing(judgement, kind);
    for (const guard of guards) {
      this.#bump(`${kind} ${guard} ${pays ? "missed" : "spared"}`);
      if (guards.length === 1) this.#bump(`${kind} ${guard} ${pays ? "missed" : "spared"} alone`);
    }
    if (pays && guards.length === 0) this.#bump(`missed ${kind}: not verified`);
  }

  /** Holds how sure the scanner was of what it took against whether it paid. */
  trust({ kind, confidence }: Opportunity, paid: boolean): void {
    this.#bump(`${kind} ${confidence} accepted`);
    if (paid) this.#bump(`${kind} ${confidence} paid`);
  }

  /** What was planted where the scanner was wrong; `unmet`: it never came across what pays. */
  blame(outcome: "wrong" | "missed" | "unmet", { kind, label }: Way): void {
    this.#bump(`${outcome} ${kind} of ${label || "nothing planted"}`);
  }

  /** All levels and games first, then each level, each game, and each level of each game. */
  cells(): readonly Cell[] {
    const levels = [null, ...LEVELS];
    return KINDS.flatMap((kind) =>
      [
        ...levels.map((level) => ({ level, game: null })),
        ...GAMES.flatMap((game) => levels.map((level) => ({ level, game }))),
      ].map(({ level, game }) => ({
        kind,
        level,
        game,
        counts: {
          scanner: this.#counts("scanner", { kind, level, game }),
          named: this.#counts("named", { kind, level, game }),
          oracle: this.#counts("oracle", { kind, level, game }),
        },
      }))
    );
  }

  /** Guards that refused anything, in their order. */
  confusion(): readonly Confusion[] {
    return KINDS.flatMap((kind) =>
      GUARD_RULES.filter(({ blocks }) => blocks.includes(kind)).map(({ id }) => ({
        kind,
        guard: id,
        missed: this.#count(`${kind} ${id} missed`),
        missedAlone: this.#count(`${kind} ${id} missed alone`),
        spared: this.#count(`${kind} ${id} spared`),
        sparedAlone: this.#count(`${kind} ${id} spared alone`),
      }))
    ).filter(({ missed, spared }) => missed + spared > 0);
  }

  /** The surest first. */
  confidences(): readonly Confidence[] {
    return KINDS.flatMap((kind) =>
      CONFIDENCES.map((confidence) => ({
        kind,
        confidence,
        accepted: this.#count(`${kind} ${confidence} accepted`),
        paid: this.#count(`${kind} ${confidence} paid`),
      }))
    );
  }

  /** What stood behind the scanner's mistakes, and how often. */
  blamed(): Readonly<Record<string, number>> {
    const names = [...this.#named].filter(([name]) => /^(wrong|missed|unmet) /.test(name));
    return Object.fromEntries(names.sort(([a], [b]) => a < b ? -1 : 1));
  }

  #counts(taker: Taker, place: Place): Counts {
    return this.#cells.get(cellName(taker, place)) ?? { right: 0, wrong: 0, missed: 0 };
  }

  #add(taker: Taker, { game, level, kind }: Way, outcome: keyof Counts): void {
    for (const place of [{ level, game }, { level, game: null }, { level: null, game }, ALL]) {
      const name = cellName(taker, { kind, ...place });
      const counts = this.#cells.get(name) ?? { right: 0, wrong: 0, missed: 0 };
      counts[outcome]++;
      this.#cells.set(name, counts);
    }
  }

  #count(name: string): number {
    return this.#named.get(name) ?? 0;
  }

  #bump(name: string): void {
    this.#named.set(name, (this.#named.get(name) ?? 0) + 1);
  }
}

const ALL = { level: null, game: null };

type Place = Pick<Cell, "kind" | "level" | "game">;

function cellName(taker: Taker, { kind, level, game }: Place): string {
  return `${taker} ${kind} ${level ?? "*"} ${game ?? "*"}`;
}

/**
 * The guards that failed a way out. As a verdict a guard fails only what it fails for both ways: one
 * that passes the other way leaves the return to blame.
 */
function refusing({ guards, opportunities }: Judgement, kind: ExitKind): readonly GuardId[] {
  if (opportunities.some((found) => found.kind === kind)) return [];
  const blocking = GUARD_RULES.filter(({ blocks }) => blocks.includes(kind)).map(({ id }) => id);
  const against = guards.filter(({ guard, outcome }) =>
    outcome !== "pass" && blocking.includes(guard)
  );
  if (against.length === 0) return ["min-roi"];
  return against.filter(({ outcome }) => outcome === "fail").map(({ guard }) => guard);
}

/** Null where there is nothing to take a share of. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round(10_000 * part / whole) / 10_000;
}

/** Where a share lies with 95 % confidence (Wilson), however few were counted. */
export function bounds(part: number, whole: number): readonly [low: number, high: number] {
  if (whole === 0) return [0, 1];
  const z = 1.96;
  const p = part / whole;
  const middle = p + z * z / (2 * whole);
  const spread = z * Math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole));
  const over = 1 + z * z / whole;
  return [Math.max(0, (middle - spread) / over), Math.min(1, (middle + spread) / over)];
}
