/** The supervisor's decisions, pure: who restarts, when, and when to give up. */

import type { Backoff, Intensity, Policy, Strategy } from "./house.ts";

/**
 * Why an incarnation ended. `normal`: it had nothing more to do. `shutdown`: it was asked to stop
 * and did. `memory`: likewise, because its heap had grown past its soft limit. `crash`: an error.
 * `vanished`: without a word. `hung`: it no longer beat. `killed`: it was, or did not stop in time.
 * `start-timeout`: never ready.
 */
export type ExitKind =
  | "normal"
  | "shutdown"
  | "memory"
  | "crash"
  | "vanished"
  | "hung"
  | "killed"
  | "start-timeout";

/** An end that is nobody's failure. */
export function isWanted(kind: ExitKind): boolean {
  return kind === "normal" || kind === "shutdown" || kind === "memory";
}

/** What is remembered of a member's failures. */
export interface History {
  /** How long it had been ready, in all, at each restart inside the window; oldest first. */
  readonly restartsAtMs: readonly number[];
  /** How long it has been ready, in all, up to its present life. */
  readonly readyMs: number;
  readonly inARow: number;
}
export const NO_HISTORY: History = { restartsAtMs: [], readyMs: 0, inARow: 0 };

export type Decision =
  | { readonly do: "restart"; readonly delayMs: number; readonly history: History }
  | { readonly do: "leave" }
  | { readonly do: "escalate"; readonly reason: string };

export interface Ended extends Omit<Policy, "significant"> {
  readonly kind: ExitKind;
  /** The life that ended included; see {@link rested}. */
  readonly history: History;
  readonly intensity: Intensity;
  /** 0…1, from the injected source. */
  readonly random: number;
}

export function decide(ended: Ended): Decision {
  if (ended.restart === "temporary") return { do: "leave" };
  if (ended.restart === "transient" && isWanted(ended.kind)) return { do: "leave" };
  const { intensity, backoff } = ended;
  const { restartsAtMs, readyMs, inARow } = ended.history;
  const recent = restartsAtMs.filter((at) => readyMs - at < intensity.withinMs);
  if (recent.length >= intensity.max) {
    const times = `${recent.length + 1} failures within ${intensity.withinMs} ms`;
    return { do: "escalate", reason: `${times}, allowed are ${intensity.max}` };
  }
  const history = { restartsAtMs: [...recent, readyMs], readyMs, inARow: inARow + 1 };
  return { do: "restart", delayMs: delayOf(inARow + 1, backoff, ended.random), history };
}

/** What is remembered of a member after it has been ready for a while. */
export function rested(history: History, readyForMs: number, backoff: Backoff): History {
  const inARow = readyForMs >= backoff.healthyAfterMs ? 0 : history.inARow;
  return { ...history, readyMs: history.readyMs + readyForMs, inARow };
}

function delayOf(inARow: number, backoff: Backoff, random: number): number {
  // Past 2^1023 a delay that starts at 0 would be no number.
  const plain = Math.min(backoff.maxMs, backoff.minMs * 2 ** Math.min(inARow - 1, 1_023));
  return Math.round(plain * (1 + backoff.jitter * (2 * random - 1)));
}

/** Failures in a row from which on a restart is an error and no longer a warning. */
const LOUD_AFTER = 3;

export function severityOf(inARow: number): "info" | "warn" | "error" {
  return inARow === 0 ? "info" : inARow < LOUD_AFTER ? "warn" : "error";
}

/** The members to restart, in starting order. */
export function affected<T>(strategy: Strategy, members: readonly T[], failed: T): readonly T[] {
  if (strategy === "one") return [failed];
  return strategy === "all" ? members : members.slice(members.indexOf(failed));
}
