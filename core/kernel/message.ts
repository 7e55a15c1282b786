/**
 * Messages: one schema each, grouped into the protocol of the actor that receives them. A protocol
 * is data without behaviour, so that sender and receiver share it and nothing else.
 */

import type { z } from "zod";

/**
 * What a full queue does with one more event. `refuse`: the new one is dropped. `drop-oldest`: the
 * oldest event is. `keep-latest`: the new one takes the place of the one it supersedes, full or
 * not. `wait`: it waits, and its sender with it; see `tell`.
 */
export type Overflow = "refuse" | "drop-oldest" | "keep-latest" | "wait";

/** Asks for an answer within `deadlineMs`; lost with either side. */
export interface RequestSpec<B extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly kind: "request";
  readonly body: B;
  readonly reply: R;
  readonly deadlineMs: number;
}

/** Told and forgotten; lost with either side. */
export interface EventSpec<B extends z.ZodType = z.ZodType, O extends Overflow = Overflow> {
  readonly kind: "event";
  readonly body: B;
  readonly overflow: O;
}

/** Brings bodies of older schema versions up: `upgrade[n]` makes version n + 1 out of version n. */
export type Upgrades = Readonly<Record<number, (old: unknown) => unknown>>;

/** Stored with the turn that sends it, delivered after its commit, handled exactly once. */
export interface DurableSpec<B extends z.ZodType = z.ZodType> {
  readonly kind: "durable";
  readonly body: B;
  readonly version: number;
  readonly upgrade: Upgrades;
}

/**
 * What happens when an attempt ended without a known outcome: an `idempotent` effect is attempted
 * again with the same key (the handler sees `call.uncertain`), a `queryable` one is looked up first
 * (see `lookups`), a `blind` one is parked for a person.
 */
export type EffectSafety = "idempotent" | "queryable" | "blind";

/** A change of the outside world, stored with the turn that decides it, executed by a service. */
export interface EffectSpec<
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
  S extends EffectSafety = EffectSafety,
> {
  readonly kind: "effect";
  readonly body: B;
  readonly reply: R;
  readonly safety: S;
  readonly deadlineMs: number;
  readonly maxAttempts: number;
  readonly version: number;
  readonly upgrade: Upgrades;
}

export type MessageSpec = RequestSpec | EventSpec | DurableSpec | EffectSpec;
export type Messages = Readonly<Record<string, MessageSpec>>;

/** All messages one actor accepts. `name` is the actor's name. */
export interface Protocol<N extends string = string, M extends Messages = Messages> {
  readonly name: N;
  readonly messages: M;
}

type OfKind<P extends Protocol, Kind extends MessageSpec["kind"]> =
  & {
    [K in keyof P["messages"]]: P["messages"][K] extends { readonly kind: Kind } ? K : never;
  }[keyof P["messages"]]
  & string;

export type RequestOf<P extends Protocol> = OfKind<P, "request">;
export type EventOf<P extends Protocol> = OfKind<P, "event">;
export type DurableOf<P extends Protocol> = OfKind<P, "durable">;
export type EffectOf<P extends Protocol> = OfKind<P, "effect">;
/** The effects that must be looked up before they are attempted again. */
export type QueryableOf<P extends Protocol> =
  & {
    [K in keyof P["messages"]]: P["messages"][K] extends { readonly safety: "queryable" } ? K
      : never;
  }[keyof P["messages"]]
  & string;

/** The body as the receiver gets it, after parsing. */
export type BodyOf<P extends Protocol, K extends keyof P["messages"]> = z.output<
  P["messages"][K]["body"]
>;
/** The body as the sender writes it, before parsing. */
export type InputOf<P extends Protocol, K extends keyof P["messages"]> = z.input<
  P["messages"][K]["body"]
>;
/** The reply of a request or the result of an effect; void for the rest. */
export type ReplyOf<P extends Protocol, K extends keyof P["messages"]> = P["messages"][K] extends
  { readonly reply: infer R extends z.ZodType } ? z.output<R> : void;

const DEFAULT_DEADLINE_MS = 5_000;
const DEFAULT_MAX_ATTEMPTS = 10;

export function protocol<const N extends string, const M extends Messages>(
  name: N,
  messages: M,
): Protocol<N, M> {
  return { name, messages };
}

export function request<B extends z.ZodType, R extends z.ZodType>(
  spec: { readonly body: B; readonly reply: R; readonly deadlineMs?: number },
): RequestSpec<B, R> {
  return { deadlineMs: DEFAULT_DEADLINE_MS, ...spec, kind: "request" };
}

export function event<B extends z.ZodType>(
  spec: { readonly body: B },
): EventSpec<B, "drop-oldest">;
export function event<B extends z.ZodType, O extends Overflow>(
  spec: { readonly body: B; readonly overflow: O },
): EventSpec<B, O>;
export function event<B extends z.ZodType>(
  spec: { readonly body: B; readonly overflow?: Overflow },
): EventSpec<B> {
  return { overflow: "drop-oldest", ...spec, kind: "event" };
}

export function durable<B extends z.ZodType>(
  spec: { readonly body: B; readonly version?: number; readonly upgrade?: Upgrades },
): DurableSpec<B> {
  return { version: 1, upgrade: {}, ...spec, kind: "durable" };
}

export function effect<B extends z.ZodType, R extends z.ZodType, const S extends EffectSafety>(
  spec: {
    readonly body: B;
    readonly reply: R;
    readonly safety: S;
    readonly deadlineMs?: number;
    readonly maxAttempts?: number;
    readonly version?: number;
    readonly upgrade?: Upgrades;
  },
): EffectSpec<B, R, S> {
  return {
    deadlineMs: DEFAULT_DEADLINE_MS,
    maxAttempts: DEFAULT_MAX_ATTEMPTS,
    version: 1,
    upgrade: {},
    ...spec,
    kind: "effect",
  };
}
