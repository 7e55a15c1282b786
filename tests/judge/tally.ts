/** Counts of right and wrong, added up over seeds. */

import type { GameId } from "@/core/domain/market.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import { GUARD_RULES } from "@/core/domain/guards.ts";
import type { ExitKind, LevelId } from "@/core/domain/opportunity.ts";
import type { Way, Ways } from "./hindsight.ts";

/** Ways out: taken and paying, taken and not, paying and not taken. */
export interface Counts {
  right: number;
  wrong: number;
  missed: number;
}

export interface Rates extends Readonly<Counts> {
  /** Null where nothing was taken, or nothing was there. */
  readonly precision: number | null;
  readonly recall: number | null;
}

/** Everything counted, by what it is counted over. */
export class Tally {
  readonly #cells = new Map<string, Counts>();
  readonly #blame = new Map<string, number>();

  /** Holds what was taken against what pays; `scope` names who took it. */
  count(scope: string, taken: Ways, paying: Ways): void {
    for (const [key, way] of taken) this.#add(scope, way, paying.has(key) ? "right" : "wrong");
    for (const [key, way] of paying) if (!taken.has(key)) this.#add(scope, way, "missed");
  }

  /** Why a paying way out was not taken: each guard that did not pass it. */
  blame({ kind, offerId, label }: Way, judged: ReadonlyMap<string, Judgement>): void {
    const guards = guardsAgainst(judged.get(offerId), kind);
    for (const guard of guards) this.#bump(`missed ${kind} by ${guard}`);
    if (guards.length === 1) this.#bump(`missed ${kind} by ${guards[0]} alone`);
    this.#bump(`missed ${kind} of ${label || "nothing planted"}`);
  }

  /** What stood behind a way out that was taken and does not pay. */
  blameTaken({ kind, label }: Way): void {
    this.#bump(`wrong ${kind} of ${label || "nothing planted"}`);
  }

  rates(): Readonly<Record<string, Rates>> {
    const entries = [...this.#cells].sort(([a], [b]) => a < b ? -1 : 1);
    return Object.fromEntries(entries.map(([name, counts]) => [name, withRates(counts)]));
  }

  blamed(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#blame].sort(([a], [b]) => a < b ? -1 : 1));
  }

  #add(scope: string, { game, level, kind }: Way, outcome: keyof Counts): void {
    for (const name of cellNames(scope, { game, level, kind })) {
      const counts = this.#cells.get(name) ?? { right: 0, wrong: 0, missed: 0 };
      counts[outcome]++;
      this.#cells.set(name, counts);
    }
  }

  #bump(name: string): void {
    this.#blame.set(name, (this.#blame.get(name) ?? 0) + 1);
  }
}

interface Place {
  readonly game: GameId;
  readonly level: LevelId;
  readonly kind: ExitKind;
}

function cellNames(scope: string, { game, level, kind }: Place): readonly string[] {
  return [`${scope} ${kind}`, `${scope} ${kind} ${level}`, `${scope} ${kind} ${game}`];
}

/** A guard that passes for the other way out alone leaves only the return to blame. */
function guardsAgainst(judgement: Judgement | undefined, kind: ExitKind): readonly string[] {
  if (judgement === undefined) return ["not met"];
  const blocking = new Set(
    GUARD_RULES.filter(({ blocks }) => blocks.includes(kind)).map((g) => g.id),
  );
  const against = judgement.guards.filter(({ guard, outcome }) =>
    blocking.has(guard) && outcome !== "pass"
  );
  if (against.length === 0) return ["min-roi"];
  const failed = against.filter(({ outcome }) => outcome === "fail");
  return (failed.length > 0 ? failed : against).map(({ guard }) => guard);
}

function withRates(counts: Counts): Rates {
  const { right, wrong, missed } = counts;
  return {
    ...counts,
    precision: share(right, right + wrong),
    recall: share(right, right + missed),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round(10_000 * part / whole) / 10_000;
}
