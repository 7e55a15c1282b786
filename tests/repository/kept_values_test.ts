/** What the database keeps is JSON: a date or a map would come back as something else, or not. */

import assert from "node:assert/strict";
import { z } from "zod";
import type { MessageSpec, Protocol } from "@/core/kernel/mod.ts";
import type { Definition } from "@/core/thread/runtime.ts";

const ROOT = new URL("../../", import.meta.url);

async function exportsOf(paths: readonly string[]): Promise<readonly unknown[]> {
  const modules = await Promise.all(paths.map((path) => import(new URL(path, ROOT).href)));
  return modules.flatMap((module) => Object.values(module));
}

function names(folder: string): readonly string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)), ({ name }) => name);
}

function schemasOf(spec: MessageSpec): readonly z.ZodType[] {
  if (spec.kind === "effect") return [spec.body, spec.reply];
  return spec.kind === "durable" ? [spec.body] : [];
}

Deno.test("I1 states, durable messages and effects of this house are JSON by their schemas", async () => {
  const protocols = await exportsOf(names("core/protocol").map((name) => `core/protocol/${name}`));
  const messages = protocols.flatMap((one) => {
    const { name, messages = {} } = (one ?? {}) as Partial<Protocol>;
    return Object.entries(messages).flatMap(([type, spec]) =>
      schemasOf(spec).map((schema) => ({ what: `${name}.${type}`, schema }))
    );
  });
  const actors = names("actors").map((name) => `actors/${name}/actor.ts`);
  const states = (await exportsOf(actors)).flatMap((one) => {
    const { turns, spec } = one as Partial<Definition & { readonly turns: never }>;
    if (turns === undefined) return [];
    const { state: { schema } } = turns as { readonly state: { readonly schema: z.ZodType } };
    return [{ what: `state of ${spec?.protocol.name}`, schema }];
  });
  assert.ok(messages.length > 5 && states.length > 3, `${messages.length}, ${states.length}`);
  for (const { what, schema } of [...messages, ...states]) {
    assert.doesNotThrow(() => z.toJSONSchema(schema, { unrepresentable: "throw" }), what);
  }
});
