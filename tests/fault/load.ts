/** A counter under load, on a real database: who counts, what was asked, what must come out. */

import assert from "node:assert/strict";
import type { Database } from "@/core/db/database.ts";
import type { Lease } from "@/core/db/lease.ts";
import { createStore } from "@/core/db/store.ts";
import { sleep, systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { group } from "@/core/kernel/house.ts";
import type { Store } from "@/core/kernel/store.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { counter } from "@/tests/support/actors/counter.ts";
import { TEST_CHILDREN } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const WRITERS = 4;

export const PATIENT = group("root", {
  intensity: { max: 200, withinMs: 600_000 },
  children: TEST_CHILDREN,
});

/** A store whose turns also write one row each into a table that has no rule against doubles. */
export async function countingStore(db: Database, lease: Lease): Promise<Store> {
  await db.write((sql) => sql`create table if not exists counted (count integer not null)`);
  return createStore({
    db,
    lease,
    writes: {
      async counts(sql, rows) {
        for (const row of rows as readonly { count: number }[]) {
          await sql`insert into counted values (${row.count})`;
        }
      },
    },
  });
}

/** Several writers, each insisting on one message until it is stored, then on the next. */
export class Load {
  posted = 0;
  failures = 0;
  readonly #supervisor: Supervisor;
  readonly #writing: Promise<unknown>;
  #running = true;

  constructor(supervisor: Supervisor, run: string) {
    this.#supervisor = supervisor;
    this.#writing = Promise.all(
      Array.from({ length: WRITERS }, (_, writer) => this.#write(`${run}-${writer}`)),
    );
  }

  /** Resolves when so many more were stored. */
  async progress(more: number): Promise<void> {
    const goal = this.posted + more;
    await waitFor(`${more} more messages`, () => this.posted >= goal, 60_000);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#writing;
  }

  async #write(writer: string): Promise<void> {
    for (let n = 0; this.#running; n++) {
      while (!await this.#post(`${writer}-${n}`));
      this.posted += 1;
    }
  }

  async #post(key: string): Promise<boolean> {
    try {
      await this.#supervisor.post(counter, "Add", { key, body: { amount: 1 } });
      return true;
    } catch (error) {
      assert.ok(error instanceof ActorError, String(error));
      this.failures += 1;
      await sleep(systemClock, 5);
      return false;
    }
  }
}

export interface Tally {
  /** Messages in the outbox, and those of them that were handled. */
  readonly stored: number;
  readonly handled: number;
  /** In the counter's state. */
  readonly count: number;
  /** Rows that its turns wrote, and different ones of them. */
  readonly rows: number;
  readonly differentRows: number;
}

export async function tallyOf(db: Database): Promise<Tally> {
  const [tally] = await db.read((sql) =>
    sql<Tally[]>`
      select (select count(*) from outbox) as stored,
        (select count(*) from outbox where status = 'done') as handled,
        coalesce((select (state ->> 'count')::integer from actor_state where actor = 'counter'), 0)
          as count,
        (select count(*) from counted) as rows,
        (select count(distinct count) from counted) as "differentRows"
    `
  );
  assert.ok(tally !== undefined);
  return tally;
}

/** Every message was handled, each once, and what it wrote was written once. */
export function assertExact(tally: Tally, stored: number): void {
  const each = { stored, handled: stored, count: stored, rows: stored, differentRows: stored };
  assert.deepEqual({ ...tally }, each);
}
