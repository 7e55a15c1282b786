/** Forgets what nobody needs any more, once at the start and then every hour. */

import type { Database } from "@/core/db/database.ts";
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

  async function keep(): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        const removed = { ...await cleanUp(db), history: await trimHistory(db) };
        const total = Object.values(removed).reduce((sum, count) => sum + count, 0);
        if (total > 0) log.info("Old rows removed", { ...removed });
      } catch (error) {
        log.warn("Old rows were not removed; the next hour tries again", { error });
      }
      await sleep(clock, EVERY_MS, ended.signal);
    }
  }

  return async () => {
    ended.abort();
    await kept;
  };
}
