/** What a durable turn costs over the bare statement that stores it, on a real, durable Postgres. */

import postgres from "postgres";
import { openDatabase } from "@/core/db/database.ts";
import { Lease } from "@/core/db/lease.ts";
import { migrate, readMigrations } from "@/core/db/migrate.ts";
import { createStore } from "@/core/db/store.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { child } from "@/core/kernel/house.ts";
import { ledger, ledgerSpec, sample } from "./actors.ts";
import { type Figure, median, quantile, times } from "./figures.ts";
import { Stage } from "./stage.ts";

export interface DurableEffort {
  readonly rounds: number;
  readonly turns: number;
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const BARE = "bare";
/** Until then the compiler is still at work on what a daemon runs for months. */
const WARM_UP_ROUNDS = 3;

export async function measureDurableTurns(effort: DurableEffort): Promise<Figure> {
  const home = await Deno.makeTempDir({ prefix: "marketd-bench-" });
  const db = await openDatabase({ url: null, home, clock: systemClock, log: quiet });
  await migrate(db, await readMigrations());
  const holder = crypto.randomUUID();
  const lease = await Lease.acquire({
    db,
    holder,
    description: "bench",
    clock: systemClock,
    log: quiet,
  });
  const sql = postgres({
    path: `${home}/postgres/.s.PGSQL.5432`,
    username: "marketd",
    database: "marketd",
    max: 1,
    onnotice() {},
  });
  const store = createStore({ db, lease, writes: {} });
  const stage = await Stage.start([child(ledgerSpec, { config: () => ({}) })], store);
  try {
    const bare = await bareCommits(sql, lease);
    return await compare(bare, stage, effort);
  } finally {
    await stage.stop();
    await sql.end();
    await lease.release();
    await db.stop();
    await Deno.remove(home, { recursive: true });
  }
}

/** The same fenced statement that the store sends, by the driver alone. */
async function bareCommits(sql: postgres.Sql, lease: Lease): Promise<() => Promise<void>> {
  const { name, epoch } = lease;
  const [row] = await sql`select incarnation from load_actor(${name}, ${epoch}, ${BARE})`;
  const incarnation = Number(row?.incarnation);
  let version = 0;
  return async () => {
    const state = JSON.stringify({ count: version + 1 });
    await sql`
      select * from commit_turn(${name}, ${epoch}, ${BARE}, ${incarnation}, ${version}, ${null}, 1,
        ${state}::text::jsonb, ${"[]"}::text::jsonb)
    `;
    version += 1;
  };
}

async function compare(
  bare: () => Promise<void>,
  stage: Stage,
  { rounds, turns }: DurableEffort,
): Promise<Figure> {
  const raw = { p50: [] as number[], p99: [] as number[] };
  const ours = { p50: [] as number[], p99: [] as number[] };
  const turn = () => stage.supervisor.ask(ledger, "Turn", sample(1));
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    const rawMs = await timed(turns, bare);
    const ourMs = await timed(turns, turn);
    if (round < WARM_UP_ROUNDS) continue;
    raw.p50.push(quantile(rawMs, 0.5));
    raw.p99.push(quantile(rawMs, 0.99));
    ours.p50.push(quantile(ourMs, 0.5));
    ours.p99.push(quantile(ourMs, 0.99));
  }
  const [rawP50Ms, oursP50Ms] = [median(raw.p50), median(ours.p50)];
  const ratio = oursP50Ms / rawP50Ms;
  return {
    what: "durable turn against a bare fenced commit",
    reach: "≤ 1.5×",
    got: times(ratio),
    met: ratio <= 1.5,
    values: {
      ratio,
      rawP50Ms,
      oursP50Ms,
      rawP99Ms: median(raw.p99),
      oursP99Ms: median(ours.p99),
      rounds,
      turnsPerRound: turns,
    },
  };
}

async function timed(count: number, run: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedAt = performance.now();
    await run();
    took.push(performance.now() - startedAt);
  }
  return took;
}
