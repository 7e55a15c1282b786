/** How an effect ended, as a durable message to whoever wants to know. */

import { z } from "zod";
import { ERROR_KINDS, type WireError } from "./errors.ts";
import type { DurableOf, InputOf, Protocol } from "./message.ts";
import type { Settlement } from "./store.ts";

/**
 * `done`: it happened, with this result. `failed`: it did not and will not. `unknown`: nobody can
 * tell, and it waits for a person; when that person decides, a second message follows.
 */
export type Settled<R> =
  | { readonly outcome: "done"; readonly key: string; readonly result: R }
  | { readonly outcome: "failed" | "unknown"; readonly key: string; readonly error: SettledError };

export type SettledError = Pick<WireError, "kind" | "code" | "message">;

const error: z.ZodType<SettledError, SettledError> = z.object({
  kind: z.enum(ERROR_KINDS),
  code: z.string(),
  message: z.string(),
});

/** What the message says of an effect that ended so. */
export function settledBody(
  key: string,
  settlement: Exclude<Settlement, { readonly outcome: "retry" }>,
): Settled<unknown> {
  if (settlement.outcome === "done") return { ...settlement, key };
  const { outcome, error: { kind, code, message } } = settlement;
  return { outcome, key, error: { kind, code, message } };
}

/** Schema of {@link Settled}: the body of a durable message that an effect names as `settled`. */
export function settlement<R extends z.ZodType>(
  result: R,
): z.ZodType<Settled<z.output<R>>, Settled<z.input<R>>> {
  const key = z.string();
  const done = z.object({ outcome: z.literal("done"), key, result });
  const open = z.object({ outcome: z.enum(["failed", "unknown"]), key, error });
  return z.union([done, open]) as unknown as ReturnType<typeof settlement<R>>;
}

/** The durable messages of a protocol that can tell the end of an effect with result `R`. */
export type SettledOf<P extends Protocol, R> =
  & {
    [K in DurableOf<P>]: Settled<R> extends InputOf<P, K> ? K : never;
  }[DurableOf<P>]
  & string;
