import { z } from "zod";
import { turnActor } from "@/core/kernel/mod.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { marketWatcher } from "@/core/protocol/watcher.ts";

const interval = z.int().min(1_000).max(3_600_000);

/** What main decides about watching. */
export const marketWatcherConfig = z.object({
  /** Time between two readings of a title, by its priority. */
  intervalsMs: z.object({ high: interval, normal: interval, low: interval })
    .default({ high: 15_000, normal: 30_000, low: 60_000 }),
  /** Titles read per second by all watches together; a watch beyond it is refused. */
  maxReadsPerSecond: z.number().positive().max(10).default(1),
  /** Least move that is told, and what a move back needs more, basis points. */
  moveBps: z.int().min(10).max(10_000).default(500),
  hysteresisBps: z.int().min(0).max(5_000).default(100),
});
export type MarketWatcherConfig = z.output<typeof marketWatcherConfig>;

/** Reads watched titles and tells what moved; it can reach no market itself. */
export const marketWatcherSpec = turnActor({
  protocol: marketWatcher,
  uses: [marketFetcher, notifier],
  config: marketWatcherConfig,
  worker: import.meta.resolve("./worker.ts"),
  writes: ["watches", "watches_removed", "game_filters"],
});
