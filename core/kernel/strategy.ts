/** The supervisor's decisions, pure: who restarts, when, and when to give up. */

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

/** `permanent`: always restarted. `transient`: after an abnormal end. `temporary`: never. */
export type Restart = "permanent" | "transient" | "temporary";

/** More than `max` restarts within `withinMs`, counted per child, and the supervisor gives up. */
export interface Intensity {
  readonly max: number;
  readonly withinMs: number;
}

/** Delay before the n-th restart in a row: `minMs · 2^(n−1)` up to `maxMs`, ± `jitter` of it. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
  /** 0…1, the share of the delay that is random. */
  readonly jitter: number;
  /** Ready this long, and the next failure counts as the first. */
  readonly healthyAfterMs: number;
}

/** What is remembered of a child's failures. */
export interface History {
  /** Monotonic times of the restarts inside the window, oldest first. */
  readonly restartsAtMs: readonly number[];
  readonly inARow: number;
}
export const NO_HISTORY: History = { restartsAtMs: [], inARow: 0 };

export type Decision =
  | { readonly do: "restart"; readonly delayMs: number; readonly history: History }
  | { readonly do: "leave" }
  | { readonly do: "escalate"; readonly reason: string };

export interface Ended {
  readonly kind: ExitKind;
  readonly restart: Restart;
  readonly history: History;
  readonly intensity: Intensity;
  readonly backoff: Backoff;
  /** How long the incarnation had been ready; 0 when it never was. */
  readonly readyForMs: number;
  /** Monotonic. */
  readonly nowMs: number;
  /** 0…1, from the injected source. */
  readonly random: number;
}

export function decide(ended: Ended): Decision {
  const abnormal = !isWanted(ended.kind);
  if (ended.restart === "temporary") return { do: "leave" };
  if (ended.restart === "transient" && !abnormal) return { do: "leave" };
  const { intensity, backoff, nowMs } = ended;
  const recent = ended.history.restartsAtMs.filter((at) => nowMs - at < intensity.withinMs);
  if (recent.length >= intensity.max) {
    const times = `${recent.length + 1} failures within ${intensity.withinMs} ms`;
    return { do: "escalate", reason: `${times}, allowed are ${intensity.max}` };
  }
  const healthy = ended.readyForMs >= backoff.healthyAfterMs;
  const inARow = healthy ? 1 : ended.history.inARow + 1;
  const history = { restartsAtMs: [...recent, nowMs], inARow };
  return { do: "restart", delayMs: delayOf(inARow, backoff, ended.random), history };
}

function delayOf(inARow: number, backoff: Backoff, random: number): number {
  const plain = Math.min(backoff.maxMs, backoff.minMs * 2 ** (inARow - 1));
  return Math.round(plain * (1 + backoff.jitter * (2 * random - 1)));
}

/** Who restarts with a failed member: itself, everybody, or itself and those declared after it. */
export type Strategy = "one" | "all" | "rest";

/** Names of the members to restart, in starting order. */
export function affected(
  strategy: Strategy,
  names: readonly string[],
  failed: string,
): readonly string[] {
  if (strategy === "one") return [failed];
  if (strategy === "all") return names;
  return names.slice(names.indexOf(failed));
}
