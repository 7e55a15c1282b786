/**
 * Fixtures of the messages that may lie in a database when a new release starts: everything
 * durable, with its schema version. Run as a program it writes those of the present release:
 *
 *     deno run -A --no-prompt tests/support/message_fixtures.ts
 *
 * Files of earlier releases are never written again: they are what was.
 */

import type { Protocol } from "@/core/kernel/mod.ts";
import meta from "@/deno.json" with { type: "json" };
import { samplesOf } from "./samples.ts";

export interface MessageFixture {
  readonly target: string;
  readonly type: string;
  readonly kind: "message" | "effect";
  readonly schemaVersion: number;
  readonly bodies: readonly unknown[];
}
export interface ReleaseFixtures {
  readonly release: string;
  readonly messages: readonly MessageFixture[];
}

const PROTOCOLS = new URL("../../core/protocol/", import.meta.url);
const FOLDER = new URL("../fixtures/messages/", import.meta.url);

/** Every protocol between the actors of this release, by name. */
export async function protocols(): Promise<ReadonlyMap<string, Protocol>> {
  const found = new Map<string, Protocol>();
  for await (const { name } of Deno.readDir(PROTOCOLS)) {
    const module: Readonly<Record<string, unknown>> = await import(new URL(name, PROTOCOLS).href);
    for (const value of Object.values(module)) if (isProtocol(value)) found.set(value.name, value);
  }
  return found;
}

function isProtocol(value: unknown): value is Protocol {
  return typeof value === "object" && value !== null && "messages" in value && "name" in value;
}

/** What this release may leave in a database. */
export async function presentFixtures(): Promise<ReleaseFixtures> {
  const messages = [...(await protocols()).values()].flatMap(({ name: target, messages }) =>
    Object.entries(messages).flatMap(([type, spec]): MessageFixture[] => {
      if (spec.kind !== "durable" && spec.kind !== "effect") return [];
      const kind = spec.kind === "effect" ? "effect" : "message";
      const bodies = samplesOf(spec.body);
      return [{ target, type, kind, schemaVersion: spec.version, bodies }];
    })
  );
  const byName = messages.toSorted((a, b) =>
    `${a.target}.${a.type}` < `${b.target}.${b.type}` ? -1 : 1
  );
  return { release: meta.version, messages: byName };
}

/** What every release so far may have left there, oldest file name first. */
export async function storedFixtures(): Promise<readonly ReleaseFixtures[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) names.push(name);
  return await Promise.all(
    names.toSorted().map(async (name) => {
      return JSON.parse(await Deno.readTextFile(new URL(name, FOLDER)));
    }),
  );
}

if (import.meta.main) {
  await Deno.mkdir(FOLDER, { recursive: true });
  const file = new URL(`${meta.version}.json`, FOLDER);
  await Deno.writeTextFile(file, `${JSON.stringify(await presentFixtures(), null, 1)}\n`);
}
