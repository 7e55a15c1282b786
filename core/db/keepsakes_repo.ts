/** What actors asked to be kept for their next life, word for word. */

import { momentMs } from "./rows.ts";
import type { Db } from "./session.ts";
import type { Fence } from "./store.ts";

export interface Keepsake {
  readonly actor: string;
  readonly name: string;
  readonly body: string;
  readonly keptAtMs: number;
}

/** Takes the place of what the actor kept under this name; rejects once the lease is lost. */
export async function keep(
  db: Db,
  lease: Pick<Fence, "name" | "epoch">,
  { actor, name, body, ...keepsake }: Keepsake,
): Promise<void> {
  const keptAtMs = momentMs.parse(keepsake.keptAtMs);
  await db.write((sql) =>
    sql`
      insert into keepsakes (actor, name, body, kept_at)
      select ${actor}, ${name}, ${body}, to_timestamp(${keptAtMs}::bigint / 1000.0)
      from check_lease(${lease.name}, ${lease.epoch})
      on conflict (actor, name) do update set body = excluded.body, kept_at = excluded.kept_at
    `
  );
}

/** Null: the actor kept nothing under this name. */
export async function recall(
  db: Db,
  { actor, name }: Pick<Keepsake, "actor" | "name">,
): Promise<Pick<Keepsake, "body" | "keptAtMs"> | null> {
  const [kept] = await db.read((sql) =>
    sql<Pick<Keepsake, "body" | "keptAtMs">[]>`
      select body, (extract(epoch from kept_at) * 1000)::bigint as "keptAtMs"
      from keepsakes
      where actor = ${actor} and name = ${name}
    `
  );
  return kept ?? null;
}
