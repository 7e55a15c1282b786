/** What other rooms answer, read into notices; what is not understood is left out. */

import { z } from "zod";
import type { NoticeOf } from "@/core/protocol/notices.ts";
import { cents, gameId, levelId, reason } from "@/core/protocol/schemas.ts";
import type { CardFacts } from "./opportunities.ts";

const count = z.int().min(0);

/** A row of the opportunities view; what only explains may be missing. */
const opportunityRow = z.object({
  offerId: z.string().min(1).max(100),
  title: z.string().min(1).max(300),
  game: gameId,
  level: levelId,
  kind: z.enum(["quick", "list"]),
  buyCents: cents,
  exitCents: cents,
  profitCents: z.int(),
  roiBps: z.int(),
  confidence: z.enum(["low", "medium", "high"]).nullable().catch(null),
  lockDays: z.number().min(0).nullable().catch(null),
  sales7d: count.nullable().catch(null),
  bestBidCents: cents.nullable().catch(null),
  otherAskCents: cents.nullable().catch(null),
  status: z.string().optional(),
});

/** Rows of the opportunities view that are still open. */
export function openRows(rows: readonly unknown[]): readonly CardFacts[] {
  return rows.flatMap((row) => {
    const parsed = opportunityRow.safeParse(row);
    return parsed.success && parsed.data.status !== "closed" ? [parsed.data] : [];
  });
}

const text = (most: number) => z.string().transform((value) => value.slice(0, most));

const snapshot = z.object({
  status: z.enum(["pass", "warn", "fail"]),
  version: text(60),
  uptimeSeconds: z.number().min(0),
  notes: z.array(z.object({ reason: text(300), said: reason.optional().catch(undefined) }))
    .catch([]),
  actors: z.record(
    z.string(),
    z.object({
      status: text(40),
      restarts: count.catch(0),
      lastExit: z.object({ error: text(300).nullable().catch(null) }).nullable().catch(null),
    }),
  ),
});

const MAX_ACTORS = 50;
const MAX_NOTES = 20;

/** The health notice of a snapshot as `GET /health` shows it; null when it is not one. */
export function healthNotice(value: unknown): NoticeOf<"health"> | null {
  const parsed = snapshot.safeParse(value);
  if (!parsed.success) return null;
  const { status, version, uptimeSeconds, notes, actors } = parsed.data;
  return {
    type: "health",
    status,
    version,
    uptimeSeconds,
    notes: notes.slice(0, MAX_NOTES),
    actors: Object.entries(actors).slice(0, MAX_ACTORS).map(([name, actor]) => ({
      name: name.slice(0, 60),
      status: actor.status,
      restarts: actor.restarts,
      lastError: actor.lastExit?.error ?? null,
    })),
  };
}
