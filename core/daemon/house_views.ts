/** What main answers for its actors: views of the database, of supervision, of the machine. */

import type { Database } from "@/core/db/database.ts";
import { listOpportunities } from "@/core/db/opportunities_repo.ts";
import { keep, recall } from "@/core/db/keepsakes_repo.ts";
import type { Lease } from "@/core/db/lease.ts";
import type { Page } from "@/core/db/page.ts";
import { listScans } from "@/core/db/scans_repo.ts";
import { listTargets } from "@/core/db/targets_repo.ts";
import { serve, type Served } from "@/core/kernel/house.ts";
import { keepsakes } from "@/core/protocol/keepsakes.ts";
import { resources } from "@/core/protocol/resources.ts";
import { health, views } from "@/core/protocol/views.ts";
import { analysisViews, type ReadTitle } from "./analysis_views.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import type { Supervisor } from "@/core/kernel/mod.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import type { Monitor } from "./monitor.ts";

export interface HouseSources {
  readonly db: Database;
  readonly lease: Lease;
  readonly monitor: Monitor;
  readonly clock: Clock;
  readonly readTitle: ReadTitle;
}

export function houseViews(
  { db, lease, monitor, clock, readTitle }: HouseSources,
): readonly Served[] {
  return [
    ...analysisViews({ db, clock, readTitle }),
    serve(views, {
      Opportunities: async (page) => rows(await listOpportunities(db, page)),
      Scans: async (page) => rows(await listScans(db, page)),
      Targets: async (page) => rows(await listTargets(db, page)),
    }),
    serve(keepsakes, {
      Keep: async ({ name, body }, actor) => {
        await keep(db, lease, { actor, name, body, keptAtMs: clock.now() });
        return {};
      },
      Recall: async ({ name }, actor) => ({ kept: await recall(db, { actor, name }) }),
    }),
    serve(health, { Snapshot: () => ({ ...monitor.health() }) }),
    serve(resources, { Sample: () => monitor.sample() }),
  ];
}

/** A book as young as this serves a person who asks. */
const FRESH_MS = 30_000;

/** Reads single titles by the market-fetcher; `supervisor` is asked for when it is running. */
export function titleReader(supervisor: () => Pick<Supervisor, "ask">): ReadTitle {
  return async (game, title) => {
    const { evidence, missing } = await supervisor().ask(marketFetcher, "Evidence", {
      game,
      titles: [title],
      maxBookAgeMs: FRESH_MS,
    });
    const [read] = evidence;
    if (read !== undefined) return read;
    throw new Error(missing[0]?.reason ?? `The market says nothing about ${title}`);
  };
}

type Rows = { items: Record<string, unknown>[]; next: string | null };

function rows({ items, next }: Page<object>): Rows {
  return { items: items.map((row) => ({ ...row })), next };
}
