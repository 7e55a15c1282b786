/** A turn's context without a runtime, so that handlers are tested as the pure functions they are. */

import { type ActorSpec, type ContextOf, Turn } from "@/core/kernel/mod.ts";

export interface TurnContextOptions<A, S> {
  readonly state: S;
  readonly config: ContextOf<A, S>["config"];
  readonly nowMs?: number;
  readonly from?: string;
  readonly incarnation?: number;
}

export function turnContext<A extends ActorSpec<"turn">, S>(
  _spec: A,
  options: TurnContextOptions<A, S>,
): ContextOf<A, S> {
  const { state, config, nowMs = 1_768_650_000_000, from = "test", incarnation = 1 } = options;
  return {
    nowMs,
    config,
    trace: "test-trace",
    from,
    incarnation,
    stay: () => new Turn(state, "none"),
    keep: (next) => new Turn(next, "memory"),
    commit: (next) => new Turn(next, "durable"),
  };
}
