/** Checks at the border: what a schema refuses is neither stored nor handled. */

import type { z } from "zod";
import { ActorError } from "./errors.ts";
import type { DurableSpec, EffectSpec, MessageSpec, Protocol, Upgrades } from "./message.ts";
import type { NewMessage } from "./store.ts";
import type { Outgoing } from "./turn.ts";

/** Parses, or refuses with the path of the first rule that was broken. */
export function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  const rule = issue?.message ?? "unknown rule";
  throw new ActorError("rejected", "invalid-message", `${what} is not valid${where}: ${rule}`);
}

/** The message's spec, if the protocol has it in that kind. */
export function specOf<K extends MessageSpec["kind"]>(
  protocol: Protocol,
  type: string,
  kind: K,
): Extract<MessageSpec, { kind: K }> {
  const spec = Object.hasOwn(protocol.messages, type) ? protocol.messages[type] : undefined;
  if (spec === undefined || spec.kind !== kind) {
    throw new ActorError("rejected", "unknown-message", `${protocol.name} has no ${kind} ${type}`);
  }
  return spec as Extract<MessageSpec, { kind: K }>;
}

/** A message as it is stored, checked by its schema. */
export function stored(
  row: Outgoing & { readonly key: string },
  trace: string,
): Omit<NewMessage, "from"> {
  const { key, kind, peer, type, settled } = row;
  const spec = specOf(peer, type, kind === "effect" ? "effect" : "durable");
  if (settled !== undefined) specOf(settled.peer, settled.type, "durable");
  return {
    key,
    kind,
    target: peer.name,
    type,
    schemaVersion: spec.version,
    body: parse(spec.body, row.body, `${peer.name}.${type}`),
    trace,
    settled: settled === undefined ? null : { target: settled.peer.name, type: settled.type },
  };
}

/** A stored message as its receiver gets it: known, brought up to this release, and checked. */
export function received(
  protocol: Protocol,
  { kind, type, schemaVersion, body }: Pick<NewMessage, "kind" | "type" | "schemaVersion" | "body">,
): { readonly spec: DurableSpec | EffectSpec; readonly body: unknown } {
  const spec = specOf(protocol, type, kind === "effect" ? "effect" : "durable");
  const present = broughtUp(type, spec, { schemaVersion, value: body });
  return { spec, body: parse(spec.body, present, type) };
}

/** What an older release wrote, in the form of this one; what a newer one wrote is refused. */
export function broughtUp(
  what: string,
  { version, upgrade = {} }: { readonly version: number; readonly upgrade?: Upgrades },
  written: { readonly schemaVersion: number; readonly value: unknown },
): unknown {
  const { schemaVersion } = written;
  if (schemaVersion > version) {
    const message = `${what} has version ${schemaVersion}, this release knows ${version}`;
    throw new ActorError("rejected", "newer-schema", message);
  }
  let { value } = written;
  for (let from = schemaVersion; from < version; from++) {
    const step = upgrade[from];
    if (step === undefined) {
      throw new ActorError("rejected", "no-upgrade", `${what} has no upgrade from ${from}`);
    }
    value = step(value);
  }
  return value;
}
