import { z } from "zod";
import { turnActor } from "@/core/kernel/mod.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { gameId, levelId } from "@/core/protocol/schemas.ts";
import { targetManager } from "@/core/protocol/target_manager.ts";

/** What main decides about scanning. */
export const scannerConfig = z.object({
  /** Scanned in turn, round after round; empty: on request only. */
  plan: z.array(z.object({ game: gameId, level: levelId })).max(20),
  /** From the start of one round to the start of the next, if it is over by then. */
  intervalMs: z.int().min(1_000).max(86_400_000),
  /** False: the plan rests until someone asks for a scan. */
  autoStart: z.boolean(),
  /** Scans at once; fewer under pressure. */
  maxParallel: z.int().min(1).max(20).default(4),
  pageSize: z.int().min(1).max(100).default(100),
  /** Pages of one query; the market shows no more than about 10,000 rows of it. */
  maxPages: z.int().min(1).max(100).default(100),
  /** A band of more rows is split; less than a query shows, as listings come while it is read. */
  maxRows: z.int().min(1).max(10_000).default(9_000),
  /**
   * Titles verified per scan, the most promising ones, if each takes three requests; those that a
   * first look refuses take fewer, and leave the rest to others.
   */
  verifyTitles: z.int().min(0).max(1_000).default(30),
  /** Titles verified at once. */
  verifyBatch: z.int().min(1).max(20).default(10),
  /** Titles that wait to be verified; the least promising one gives way. */
  poolTitles: z.int().min(1).max(1_000).default(120),
});
export type ScannerConfig = z.output<typeof scannerConfig>;

/** Owns scans: pulls pages, judges offers, commits what it found. */
export const scannerSpec = turnActor({
  protocol: scanner,
  uses: [marketFetcher, targetManager, notifier],
  config: scannerConfig,
  worker: import.meta.resolve("./worker.ts"),
  writes: [
    "scan_checkpoints",
    "opportunities",
    "opportunities_closed",
    "history_quotes",
    "history_cases",
    "history_looks",
  ],
});
