/**
 * What comes up from an actor's thread. It is checked before main acts on it, because whoever runs
 * there can post anything. Bodies stay unchecked here; their own schemas judge them.
 */

import { z } from "zod";
import { parse } from "./check.ts";
import { ERROR_KINDS, type WireError } from "./errors.ts";
import type { NewMessage, Settlement, TurnRecord } from "./store.ts";
import { LATENCY_BOUNDS_MS, type News } from "./tally.ts";

/** A message as its sender hands it over; main knows better who that is. */
export type UpMessage = Omit<NewMessage, "from">;

/** The turn as the actor sends it; main adds actor and incarnation, which it knows better. */
export interface TurnCommit extends Omit<TurnRecord, "actor" | "incarnation" | "outbox"> {
  readonly outbox: readonly UpMessage[];
}

/** `uncertain`: the attempt ended without a known outcome. `not-done`: a lookup says so. */
export type EffectOutcome =
  | Settlement
  | { readonly outcome: "uncertain"; readonly error: WireError }
  | { readonly outcome: "not-done" };

const text = z.string();
const count = z.int().nonnegative();
const error: z.ZodType<WireError> = z.object({
  kind: z.enum(ERROR_KINDS),
  code: text,
  message: text,
  stack: text.optional(),
  get cause() {
    return error.optional();
  },
}) as z.ZodType<WireError>;
const row = z.object({
  key: text,
  kind: z.enum(["message", "effect"]),
  target: text,
  type: text,
  schemaVersion: count,
  trace: text,
  settled: z.object({ target: text, type: text }).nullish(),
}) as unknown as z.ZodType<UpMessage>;
const turn = z.object({
  expectVersion: count,
  consumes: count.nullable(),
  state: z.object({ schemaVersion: count }).nullable(),
  outbox: z.array(row),
  writes: z.array(z.object({ name: text, rows: z.array(z.unknown()) })),
}) as unknown as z.ZodType<TurnCommit>;
const settlement = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.enum(["done", "not-done"]) }),
  z.object({ outcome: z.enum(["retry", "failed", "unknown", "uncertain"]), error }),
]) as unknown as z.ZodType<EffectOutcome>;
const histogram = z.object({
  counts: z.array(z.number()).max(LATENCY_BOUNDS_MS.length + 1),
  sumMs: z.number(),
});
const news = z.object({
  counts: z.record(text, count),
  letters: z.array(
    z.object({ atMs: z.number(), reason: text, from: text, to: text, type: text, count }),
  ),
  latencies: z.record(text, z.object({ wait: histogram, handle: histogram })),
}) as unknown as z.ZodType<News>;
/** What a probed actor could do: operation → `allowed` or the error's name; canaries it holds. */
const findings = z.object({ operations: z.record(text, text), canariesHeld: z.array(text) });

const up = z.discriminatedUnion("is", [
  /** The thread runs and holds its lock; nothing of the actor itself has run yet. */
  z.object({ is: z.literal("alive") }),
  /** Its code is loaded and listens. */
  z.object({ is: z.literal("up") }),
  z.object({ is: z.literal("ready") }),
  /** It has nothing more to do, and ends when it has handled what it accepted. */
  z.object({ is: z.literal("finishing") }),
  z.object({ is: z.literal("stopped") }),
  z.object({ is: z.literal("crash"), error }),
  z.object({
    is: z.literal("facts"),
    facts: z.record(text, z.union([text, z.number(), z.boolean()])),
  }),
  z.object({ is: z.literal("commit"), call: count, turn }),
  z.object({ is: z.literal("post"), call: count, message: row }),
  z.object({ is: z.literal("settled"), id: count, settlement }),
  z.object({ is: z.literal("refused"), id: count, error }),
  z.object({
    is: z.literal("log"),
    level: z.enum(["debug", "info", "warn", "error"]),
    message: text,
    props: z.record(text, z.unknown()),
  }),
  /** Since the last one. */
  z.object({ is: z.literal("news"), news }),
  z.object({ is: z.literal("probed"), findings }),
]);

export type Findings = z.output<typeof findings>;
/** From an actor to main. */
export type Up = z.output<typeof up>;

/** The message as it came, or what is wrong with it (`invalid-message`). */
export function checkedUp(message: unknown): Up {
  parse(up, message, "What the actor's thread posted");
  return message as Up;
}
