/** Which kill comes next: seeded, so that a run can be repeated kill by kill. */

import { Rng } from "@/core/market/dmarket/sim/random.ts";

/** Ways to break one actor that leave the process alive. */
export const ACTOR_DEATHS = ["throw", "reject", "exit", "close"] as const;
export type ActorDeath = typeof ACTOR_DEATHS[number];
/** The actor that has a process to itself. */
export const ALONE = "signer";
/** Ways to break one actor that end the whole process, unless the actor has one to itself. */
export const FATAL_DEATHS = ["hang", "oom"] as const;
export type FatalDeath = typeof FATAL_DEATHS[number];

/**
 * `everything`: kill -9 of the whole process group and of Postgres at once. `daemon`: kill -9 of the
 * daemon under its guardian. `postgres`: kill -9 of the database server; `backend`: of one of its
 * sessions, so that it recovers by itself; `freeze`: the server stands still and wakes again.
 * `term`: SIGTERM. `child`: kill -9 of the process that one actor has to itself. `hang`: an actor
 * loops for ever; `oom`: it takes all memory. The rest: one actor ends, the process goes on.
 */
export type KillKind =
  | ("everything" | "daemon" | "term" | "child")
  | ("postgres" | "backend" | "freeze")
  | FatalDeath
  | ActorDeath;

export interface Kill {
  readonly kind: KillKind;
  /** The actor that is broken; null where a process is. */
  readonly actor: string | null;
  /** How long the load runs undisturbed before it. */
  readonly afterMs: number;
}

/** Of 1,000: how often each kind comes. `everything` has at least 300. */
const WEIGHTS: readonly (readonly [KillKind, number])[] = [
  ["everything", 340],
  ["daemon", 40],
  ["term", 40],
  ["postgres", 50],
  ["backend", 25],
  ["freeze", 12],
  ["hang", 6],
  ["oom", 15],
  ["child", 32],
  ["throw", 110],
  ["reject", 110],
  ["exit", 110],
  ["close", 110],
];
const TOTAL = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
/** Most blows fall quickly; now and then there is time to get something done. */
const SHORT_PAUSES = 0.8;
const SHORT_PAUSE_MS = 450;
const LONG_PAUSE_MS = 2_000;
/** Larger than any weight, without common divisors with the sum: visits every slot in turn. */
const STRIDE = 617;

/** `kills` kills in their planned shares, whatever the number, in an order that the seed decides. */
export function planKills(kills: number, seed: number, actors: readonly string[]): Kill[] {
  const rng = new Rng(seed, kills);
  const first = rng.int(0, TOTAL - 1);
  return Array.from({ length: kills }, (_, index) => {
    const kind = kindAt((first + index * STRIDE) % TOTAL);
    return {
      kind,
      actor: kind === "child" ? ALONE : isActorKill(kind) ? rng.pick(actors) : null,
      afterMs: Math.round(
        rng.between(0, rng.chance(SHORT_PAUSES) ? SHORT_PAUSE_MS : LONG_PAUSE_MS),
      ),
    };
  });
}

function kindAt(slot: number): KillKind {
  let left = slot;
  for (const [kind, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return kind;
  }
  throw new RangeError(`Slot ${slot} lies beyond ${TOTAL}`);
}

export function isActorKill(kind: KillKind): kind is ActorDeath | FatalDeath {
  return ([...FATAL_DEATHS, ...ACTOR_DEATHS] as readonly string[]).includes(kind);
}

/** Whether the process ends by it. */
export function endsProcess(kind: KillKind): boolean {
  return ["everything", "daemon", "term", ...FATAL_DEATHS].includes(kind);
}

/** Whether the database is what was struck. */
export function hitsDatabase(kind: KillKind): boolean {
  return ["postgres", "backend", "freeze"].includes(kind);
}
