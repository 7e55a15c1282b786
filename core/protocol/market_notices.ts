/** What there is to say about the market beside finds: titles, watches, filters. */

import { z } from "zod";
import { analysis } from "./analysis.ts";
import { cents, filterWants, gameId, reason, timestampMs } from "./schemas.ts";
import { watch } from "./watcher.ts";

/** Lines of one message; what goes beyond is on the next page, or counted. */
export const MAX_IDEAS = 10;
export const MAX_CHOICES = 8;
export const WATCHES_PER_PAGE = 10;

const count = z.int().min(0);
const title = z.string().min(1).max(300);
const shortText = z.string().max(300);
const { Title, Overview, Finder } = analysis.messages;

/** What a person wants of one game, as the market-watcher keeps it. */
export const wants = filterWants;
export type Wants = z.output<typeof wants>;

export const marketNotices = [
  z.object({ type: z.literal("market"), overview: Overview.reply }),
  z.object({
    type: z.literal("ideas"),
    game: gameId,
    ideas: Finder.reply.shape.ideas.max(MAX_IDEAS),
  }),
  z.object({
    type: z.literal("title-report"),
    game: gameId,
    title,
    ...Title.reply.pick({ report: true, indicators: true, problem: true }).shape,
    /** Days of the period by what is known of them. */
    days: z.object({ sold: count, zero: count, gap: count }),
  }),
  /** Several titles are meant, or none; `more`: those beyond the list. */
  z.object({
    type: z.literal("choose-title"),
    command: z.enum(["title", "watch", "unwatch"]),
    text: shortText,
    titles: z.array(z.object({ game: gameId, title })).max(MAX_CHOICES),
    more: count,
  }),
  z.object({
    type: z.literal("watches"),
    watches: z.array(watch).max(WATCHES_PER_PAGE),
    page: z.int().min(1),
    pages: z.int().min(1),
    total: count,
    readsPerSecond: z.number().min(0),
    maxReadsPerSecond: z.number().min(0),
  }),
  z.object({ type: z.literal("watched"), watch }),
  z.object({ type: z.literal("unwatched"), game: gameId, title, wasWatched: z.boolean() }),
  z.object({
    type: z.literal("watch-refused"),
    title,
    reason: shortText,
    said: reason.nullish(),
  }),
  /** A watched price moved; null: nobody sells, or bids, any more, or did before. */
  z.object({
    type: z.literal("price-moved"),
    game: gameId,
    title,
    side: z.enum(["ask", "bid"]),
    fromCents: cents.nullable(),
    toCents: cents.nullable(),
    moveBps: z.int().nullable(),
    atMs: timestampMs,
  }),
  z.object({
    type: z.literal("filters"),
    filters: z.array(z.object({ game: gameId, wants })).max(4),
  }),
  z.object({ type: z.literal("filter"), game: gameId, wants }),
  z.object({ type: z.literal("filter-field"), game: gameId, field: z.string().max(40), wants }),
  z.object({
    type: z.literal("filter-refused"),
    game: gameId,
    problems: z.array(z.object({
      field: z.string().max(100),
      value: z.string().max(100),
      allowed: z.array(z.string().max(100)).max(100),
    })).min(1).max(5),
  }),
] as const;
export type MarketNotice = z.output<(typeof marketNotices)[number]>;
