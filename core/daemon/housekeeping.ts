/** Forgets what nobody needs any more, once at the start and then every hour. */

import type { Database } from "@/core/db/database.ts";
import { HISTORY_LIMITS } from "@/core/db/history_repo.ts";
import { listHistoryDays } from "@/core/db/history_reads_repo.ts";
import { trimHistory } from "@/core/db/history_retention.ts";
import { cleanUp } from "@/core/db/retention.ts";
import { type Clock, sleep } from "@/core/kernel/clock.ts";
import type { Log } from "@/core/kernel/log.ts";

const EVERY_MS = 3_600_000;

/** Starts; the returned function ends it. */
export function keepHouse(
  options: { readonly db: Database; readonly clock: Clock; readonly log: Log },
): () => Promise<void> {
  const { db, clock, log } = options;
  const ended = new AbortController();
  const kept = keep();
  /** The day whose spent budget was told. */
  let toldDayMs = -Infinity;

  async function keep(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        const cleaned = await cleanUp(db);
        const history = await trimHistory(db, { nowMs: clock.now() });
        const removed = { ...cleaned, history: history.rows };
        const total = Object.values(removed).reduce((sum, count) => sum + count, 0);
        if (total > 0) log.info("Old rows removed", { ...removed });
        if (history.upTo !== null) {
          log.info("History is full: its oldest days went, up to {upTo}", { upTo: history.upTo });
        }
        await tellSpentDay();
      } catch (error) {
        log.warn("Old rows were not removed; the next hour tries again", { error });
      }
      await sleep(clock, EVERY_MS, ended.signal);
    }
  }

  async function tellSpentDay(): Promise<void> {
    const [newest] = await listHistoryDays(db);
    if (newest === undefined || newest.skipped === 0 || newest.dayMs <= toldDayMs) return;
    toldDayMs = newest.dayMs;
    log.warn("History is ahead of its budget of {megabytes} MB a day: rows are left out", {
      megabytes: HISTORY_LIMITS.maxDayBytes / 1e6,
      day: new Date(newest.dayMs).toISOString().slice(0, 10),
      leftOut: newest.skipped,
    });
  }

  return async () => {
    ended.abort();
    await kept;
  };
}
