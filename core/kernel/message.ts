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

type Like<P extends Protocol, Spec> =
  & { [K in keyof P["messages"]]: P["messages"][K] extends Spec ? K : never }[keyof P["messages"]]
  & string;

export type RequestOf<P extends Protocol> = Like<P, { readonly kind: "request" }>;
export type EventOf<P extends Protocol> = Like<P, { readonly kind: "event" }>;
export type DurableOf<P extends Protocol> = Like<P, { readonly kind: "durable" }>;
export type EffectOf<P extends Protocol> = Like<P, { readonly kind: "effect" }>;
/** The effects that must be looked up before they are attempted again. */
export type QueryableOf<P extends Protocol> = Like<P, { readonly safety: "queryable" }>;

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

/** A spec as it is written: what has a default may be left out. */
type Written<S extends MessageSpec, D extends keyof S> =
  & Omit<S, "kind" | D>
  & Partial<Pick<S, D>>;

const TIMING = { deadlineMs: 5_000 };
const VERSION = { version: 1, upgrade: {} };

export function protocol<const N extends string, const M extends Messages>(
  name: N,
  messages: M,
): Protocol<N, M> {
  return { name, messages };
}

export function request<B extends z.ZodType, R extends z.ZodType>(
  spec: Written<RequestSpec<B, R>, "deadlineMs">,
): RequestSpec<B, R> {
  return { ...TIMING, ...spec, kind: "request" };
}

export function event<B extends z.ZodType>(spec: { readonly body: B }): EventSpec<B, "drop-oldest">;
export function event<B extends z.ZodType, O extends Overflow>(
  spec: Written<EventSpec<B, O>, never>,
): EventSpec<B, O>;
export function event<B extends z.ZodType>(spec: Written<EventSpec<B>, "overflow">): EventSpec<B> {
  return { overflow: "drop-oldest", ...spec, kind: "event" };
}

export function durable<B extends z.ZodType>(
  spec: Written<DurableSpec<B>, keyof typeof VERSION>,
): DurableSpec<B> {
  return { ...VERSION, ...spec, kind: "durable" };
}

export function effect<B extends z.ZodType, R extends z.ZodType, const S extends EffectSafety>(
  spec: Written<EffectSpec<B, R, S>, "deadlineMs" | "maxAttempts" | keyof typeof VERSION>,
): EffectSpec<B, R, S> {
  return { ...TIMING, maxAttempts: 10, ...VERSION, ...spec, kind: "effect" };
}
