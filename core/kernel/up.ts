/**
 * What comes up from an actor's thread is checked before main acts on it: whoever runs there can
 * post anything. Bodies stay unchecked here; their own schemas judge them.
 */

import { z } from "zod";
import { parse } from "./check.ts";
import type { WireError } from "./errors.ts";
import { LATENCY_BOUNDS_MS } from "./tally.ts";
import type { Up } from "./wire.ts";

const text = z.string();
const count = z.int().nonnegative();
const error: z.ZodType<WireError> = z.object({
  kind: z.enum(["transient", "rejected", "unknown", "peer-down", "deadline", "overload", "fatal"]),
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
});
const histogram = z.object({
  counts: z.array(z.number()).max(LATENCY_BOUNDS_MS.length + 1),
  sumMs: z.number(),
});
const turn = z.object({
  expectVersion: count,
  consumes: count.nullable(),
  state: z.object({ schemaVersion: count }).nullable(),
  outbox: z.array(row),
  writes: z.array(z.object({ name: text, rows: z.array(z.unknown()) })),
});

const up = z.discriminatedUnion("is", [
  z.object({ is: z.enum(["alive", "up", "ready", "stopped"]) }),
  z.object({ is: z.literal("crash"), error }),
  z.object({
    is: z.literal("facts"),
    facts: z.record(text, z.union([text, z.number(), z.boolean()])),
  }),
  z.object({ is: z.literal("commit"), call: count, turn }),
  z.object({ is: z.literal("post"), call: count, message: row }),
  z.object({
    is: z.literal("settled"),
    id: count,
    settlement: z.discriminatedUnion("outcome", [
      z.object({ outcome: z.enum(["done", "not-done"]) }),
      z.object({ outcome: z.enum(["retry", "failed", "unknown", "uncertain"]), error }),
    ]),
  }),
  z.object({ is: z.literal("refused"), id: count, error }),
  z.object({
    is: z.literal("log"),
    level: z.enum(["debug", "info", "warn", "error"]),
    message: text,
    props: z.record(text, z.unknown()),
  }),
  z.object({
    is: z.literal("news"),
    counts: z.record(text, count),
    letters: z.array(
      z.object({ atMs: z.number(), reason: text, from: text, to: text, type: text }),
    ),
    latencies: z.record(text, z.object({ wait: histogram, handle: histogram })),
  }),
  z.object({
    is: z.literal("probed"),
    probe: count,
    findings: z.object({
      operations: z.record(text, text),
      canariesHeld: z.array(text),
    }),
  }),
]);

/** The message as it came, or what is wrong with it (`invalid-message`). */
export function checkedUp(message: unknown): Up {
  parse(up, message, "What the actor's thread posted");
  return message as Up;
}
