/** Rows on their way in: actors are another world, so what they send is checked at this border. */

import { z } from "zod";
import { ActorError } from "@/core/kernel/errors.ts";

/** One account until there are several. */
export const DEFAULT_ACCOUNT = "default";

const MAX_SENTENCE = 1_000;

export const accountId = z.string().min(1).max(100).default(DEFAULT_ACCOUNT);
export const text = (max: number): z.ZodString => z.string().min(1).max(max);
export const cents = z.int().min(-1_000_000_000_000).max(1_000_000_000_000);
export const count = z.int().min(0);
/** Milliseconds since the Unix epoch, up to the year 9999; whole ones are kept. */
export const momentMs = z.number().min(0).max(253_402_300_799_999).transform(Math.round);
/** For people: cut, where a limit is reached, rather than refused. */
export const sentence = z.string().min(1).transform((words) => words.slice(0, MAX_SENTENCE));

/** A reason as data, as core/domain/reasons.ts has it. */
export const said = z.object({
  code: z.string().max(40),
  values: z.record(z.string().max(40), z.unknown()),
}).nullable().default(null);

/** Rejects (kind `rejected`) with the first wrong field of the first wrong row. */
export function parseRows<T extends z.ZodType>(
  schema: T,
  rows: readonly unknown[],
  table: string,
): readonly z.output<T>[] {
  return rows.map((row, index) => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = [index, ...issue?.path ?? []].join(".");
    throw new ActorError(
      "rejected",
      "row",
      `Cannot write ${table} row ${where}: ${issue?.message}`,
    );
  });
}

/** The last of the rows with the same key: one statement may touch a row only once. */
export function lastByKey<T>(rows: readonly T[], keyOf: (row: T) => string): readonly T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
