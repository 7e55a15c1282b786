/**
 * SIGINT and SIGTERM: the first asks for an orderly stop, a second one ends the process at once.
 * One Ctrl-C under `deno task` arrives twice within a millisecond, and a dying parent may signal
 * twice too: repeats within half a second are one signal.
 */

/** Repeats within this time are the same signal. */
export const SAME_SIGNAL_MS = 500;

const STOPPING = ["SIGINT", "SIGTERM"] as const;

export type SignalDecision = "stop" | "ignore" | "force";

/** What a signal means, given when the first one came (monotonic ms; null: none yet). */
export function judgeSignal(firstAtMs: number | null, nowMs: number): SignalDecision {
  if (firstAtMs === null) return "stop";
  return nowMs - firstAtMs < SAME_SIGNAL_MS ? "ignore" : "force";
}

export interface SignalOptions {
  readonly monotonic: () => number;
  /** Default SIGINT and SIGTERM. */
  readonly signals?: readonly Deno.Signal[];
  readonly onStop: (signal: Deno.Signal) => void;
  readonly onForce: (signal: Deno.Signal) => void;
}

/** Starts listening; the returned function ends it. */
export function watchSignals(options: SignalOptions): () => void {
  let firstAtMs: number | null = null;
  const listeners = (options.signals ?? STOPPING).map((signal) => {
    const listen = () => {
      const nowMs = options.monotonic();
      const decision = judgeSignal(firstAtMs, nowMs);
      firstAtMs ??= nowMs;
      if (decision === "stop") options.onStop(signal);
      if (decision === "force") options.onForce(signal);
    };
    Deno.addSignalListener(signal, listen);
    return { signal, listen };
  });
  return () => {
    for (const { signal, listen } of listeners) Deno.removeSignalListener(signal, listen);
  };
}
