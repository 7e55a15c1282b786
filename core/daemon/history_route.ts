/** What the history holds, day by day, for a person who wonders how far back a backtest can go. */

import { HISTORY_LIMITS } from "@/core/db/history_repo.ts";
import { listHistoryDays } from "@/core/db/history_reads_repo.ts";
import { MAX_HISTORY_BYTES, MAX_HISTORY_DAYS } from "@/core/db/history_retention.ts";
import type { Db } from "@/core/db/session.ts";
import { json } from "@/core/gateway/gateway.ts";

/** Newest day first. */
export async function historyRoute(db: Db): Promise<Response> {
  const days = await listHistoryDays(db);
  return json(200, {
    days: days.map(({ dayMs, ...held }) => {
      return { day: new Date(dayMs).toISOString().slice(0, 10), ...held };
    }),
    bytes: days.reduce((sum, { bytes }) => sum + bytes, 0),
    limits: {
      dayBytes: HISTORY_LIMITS.maxDayBytes,
      bytes: MAX_HISTORY_BYTES,
      days: MAX_HISTORY_DAYS,
    },
  });
}
