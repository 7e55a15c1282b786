/**
 * Fixtures of the checkpoints that may lie in a database when a new release starts. Run as a
 * program it writes those of the present release, and keeps what its file holds of older versions:
 *
 *     deno run -A --no-prompt tests/support/checkpoint_fixtures.ts
 *
 * Files of earlier releases are never written again: they are what was.
 */

import type { ActorSpec, StateSpec } from "@/core/kernel/mod.ts";
import meta from "@/deno.json" with { type: "json" };
import { samplesOf } from "./samples.ts";

export interface CheckpointFixture {
  readonly actor: string;
  readonly schemaVersion: number;
  readonly states: readonly unknown[];
}
export interface ReleaseCheckpoints {
  readonly release: string;
  readonly checkpoints: readonly CheckpointFixture[];
}
/** An actor of this release that keeps something. */
export interface Keeper {
  readonly spec: ActorSpec;
  readonly state: StateSpec<unknown>;
}

const ACTORS = new URL("../../actors/", import.meta.url);
const FOLDER = new URL("../fixtures/checkpoints/", import.meta.url);

/** Every actor with durable state, by its name. */
export async function keepers(): Promise<ReadonlyMap<string, Keeper>> {
  const found = new Map<string, Keeper>();
  for await (const { name } of Deno.readDir(ACTORS)) {
    const { default: actor } = await import(new URL(`${name}/actor.ts`, ACTORS).href);
    if (!("turns" in actor)) continue;
    found.set(actor.spec.protocol.name, { spec: actor.spec, state: actor.turns.state });
  }
  return found;
}

/** What this release may leave in a database. */
export async function presentCheckpoints(): Promise<readonly CheckpointFixture[]> {
  return Array.from(await keepers(), ([actor, { state }]) => {
    return { actor, schemaVersion: state.version, states: samplesOf(state.schema) };
  }).toSorted((a, b) => a.actor < b.actor ? -1 : 1);
}

/** What every release so far may have left there, oldest file name first. */
export async function storedCheckpoints(): Promise<readonly ReleaseCheckpoints[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) names.push(name);
  return await Promise.all(
    names.toSorted().map(async (name) =>
      JSON.parse(await Deno.readTextFile(new URL(name, FOLDER)))
    ),
  );
}

if (import.meta.main) {
  await Deno.mkdir(FOLDER, { recursive: true });
  const present = await presentCheckpoints();
  const own = (await storedCheckpoints()).find(({ release }) => release === meta.version);
  const older = (own?.checkpoints ?? []).filter((kept) =>
    present.some(({ actor, schemaVersion }) =>
      actor === kept.actor && schemaVersion > kept.schemaVersion
    )
  );
  const file = new URL(`${meta.version}.json`, FOLDER);
  const written = { release: meta.version, checkpoints: [...older, ...present] };
  await Deno.writeTextFile(file, `${JSON.stringify(written, null, 1)}\n`);
}
