/** Checks at the border: what a schema refuses never reaches a handler. */

import type { z } from "zod";
import { ActorError } from "./errors.ts";
import type { DurableSpec, EffectSpec, MessageSpec, Protocol } from "./message.ts";

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

/** A stored message as its receiver gets it: known, brought up to this release, and checked. */
export function received(
  protocol: Protocol,
  stored: {
    readonly kind: "message" | "effect";
    readonly type: string;
    readonly schemaVersion: number;
    readonly body: unknown;
  },
): { readonly spec: DurableSpec | EffectSpec; readonly body: unknown } {
  const spec = specOf(protocol, stored.type, stored.kind === "effect" ? "effect" : "durable");
  return { spec, body: parse(spec.body, upgraded(spec, stored), stored.type) };
}

function upgraded(
  spec: DurableSpec | EffectSpec,
  stored: { readonly schemaVersion: number; readonly body: unknown; readonly type: string },
): unknown {
  if (stored.schemaVersion > spec.version) {
    throw new ActorError(
      "rejected",
      "newer-schema",
      `${stored.type} was written in version ${stored.schemaVersion}, known is ${spec.version}`,
    );
  }
  let body = stored.body;
  for (let version = stored.schemaVersion; version < spec.version; version++) {
    const step = spec.upgrade[version];
    if (step === undefined) {
      throw new ActorError(
        "rejected",
        "no-upgrade",
        `${stored.type} has no upgrade from ${version}`,
      );
    }
    body = step(body);
  }
  return body;
}
