/**
 * An actor is a spec and a behaviour. The spec is light: main imports it to place, permit and
 * supervise the actor. The behaviour is loaded only inside the actor's own host.
 *
 * There are two kinds. A *turn* actor owns durable state: its handlers are pure functions from
 * state and message to a {@link Turn}. A *service* may await, owns no durable state, and answers.
 */

import { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import type {
  BodyOf,
  DurableOf,
  EffectOf,
  EventOf,
  InputOf,
  MessageSpec,
  Protocol,
  QueryableOf,
  ReplyOf,
  RequestOf,
  Upgrades,
} from "./message.ts";
import type { Turn, TurnContext } from "./turn.ts";

/** Passed to the Worker as it is; what is left out is denied. */
export type Permissions = "none" | Omit<Deno.PermissionOptionsObject, "import">;

/** Bounds of one actor; all have defaults. */
export const limitsRule = z.object({
  /** Messages waiting in the mailbox; one more is refused or dropped by its overflow policy. */
  mailbox: z.int().min(1),
  /** Requests and effects a service handles at once; a turn actor always handles one. */
  concurrency: z.int().min(1),
  startMs: z.number().positive(),
  shutdownMs: z.number().min(0),
  /** Silent this long means hung, a third of it degraded: the longest a handler may not yield. */
  heartbeatMs: z.number().positive(),
}).readonly();
export type ActorLimits = z.output<typeof limitsRule>;

export const DEFAULT_LIMITS: ActorLimits = {
  mailbox: 256,
  concurrency: 16,
  startMs: 10_000,
  shutdownMs: 5_000,
  heartbeatMs: 5_000,
};

export interface ActorSpec<
  Kind extends "turn" | "service" = "turn" | "service",
  P extends Protocol = Protocol,
  U extends Protocol = Protocol,
  C extends z.ZodType = z.ZodType,
> {
  readonly kind: Kind;
  readonly protocol: P;
  /** Whom this actor may talk to: peers, and views served by main. Anything else is a type error. */
  readonly uses: readonly U[];
  /** What main hands over at the start; checked on arrival. Secrets only where they belong. */
  readonly config: C;
  /** URL of the worker entry: `import.meta.resolve("./worker.ts")`. */
  readonly worker: string;
  permissions(config: z.output<C>): Permissions;
  readonly limits: ActorLimits;
  /** Names of the domain writes its turns may carry. */
  readonly writes: readonly string[];
}

interface SpecOptions<P extends Protocol, U extends Protocol, C extends z.ZodType> {
  readonly protocol: P;
  readonly uses?: readonly U[];
  readonly config: C;
  readonly worker: string;
  readonly permissions?: (config: z.output<C>) => Permissions;
  readonly limits?: Partial<ActorLimits>;
}

const NO_PERMISSIONS = (): Permissions => "none";

/** Spec of an actor with durable state and pure handlers. */
export function turnActor<P extends Protocol, C extends z.ZodType, U extends Protocol = never>(
  options: SpecOptions<P, U, C> & { readonly writes?: readonly string[] },
): ActorSpec<"turn", P, U, C> {
  return { uses: [], permissions: NO_PERMISSIONS, writes: [], ...fill(options), kind: "turn" };
}

/** Spec of an actor that does I/O and keeps nothing. */
export function serviceActor<P extends Protocol, C extends z.ZodType, U extends Protocol = never>(
  options: SpecOptions<P, U, C>,
): ActorSpec<"service", P, U, C> {
  return { uses: [], permissions: NO_PERMISSIONS, ...fill(options), writes: [], kind: "service" };
}

function fill<O extends { readonly limits?: Partial<ActorLimits> }>(options: O) {
  return { ...options, limits: { ...DEFAULT_LIMITS, ...options.limits } };
}

// ---- behaviour of a turn actor ------------------------------------------------------------------

type SpecProtocol<A> = A extends ActorSpec<infer _K, infer P, infer _U, infer _C> ? P : never;
type SpecPeers<A> = A extends ActorSpec<infer _K, infer _P, infer U, infer _C> ? U : never;
type SpecConfig<A> = A extends ActorSpec<infer _K, infer _P, infer _U, infer C> ? z.output<C>
  : never;

/** The context type of a turn actor's handlers: `ContextOf<typeof scannerSpec, ScannerState>`. */
export type ContextOf<A, S> = TurnContext<S, SpecConfig<A>, SpecPeers<A> | SpecProtocol<A>>;
/** The turn type of a turn actor's handlers: `TurnOf<typeof scannerSpec, ScannerState>`. */
export type TurnOf<A, S, R = void> = Turn<S, SpecConfig<A>, SpecPeers<A> | SpecProtocol<A>, R>;

export type TurnHandlers<A extends ActorSpec, S> = {
  readonly [K in keyof SpecProtocol<A>["messages"]]: K extends EffectOf<SpecProtocol<A>> ? never
    : (
      state: S,
      body: BodyOf<SpecProtocol<A>, K>,
      context: ContextOf<A, S>,
    ) => TurnOf<A, S, ReplyOf<SpecProtocol<A>, K>>;
};

/** Durable state: versioned, validated on the way in and on the way out. */
export interface StateSpec<S> {
  readonly version: number;
  readonly schema: z.ZodType<S>;
  readonly initial: () => S;
  /** `upgrade[n]` makes a state of version n + 1 out of one of version n. */
  readonly upgrade?: Upgrades;
}

export interface TurnBehaviour<A extends ActorSpec, S> {
  readonly state: StateSpec<S>;
  /** First turn of every incarnation: takes up what the checkpoint says was in progress. */
  readonly start?: (state: S, context: ContextOf<A, S>) => TurnOf<A, S>;
  /** Last turn before a graceful stop. */
  readonly stop?: (state: S, context: ContextOf<A, S>) => TurnOf<A, S>;
  readonly handlers: TurnHandlers<A, S>;
}

// ---- behaviour of a service ---------------------------------------------------------------------

/** A promise only for events that wait. */
export type Told<M extends MessageSpec> = M extends { readonly overflow: infer O }
  ? "wait" extends O ? Promise<void> : void
  : never;

/** What a service can do; `signal` aborts when the actor is asked to stop. */
export interface ServiceContext<A extends ActorSpec> {
  readonly config: SpecConfig<A>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly incarnation: number;
  /** Rejects with an {@link ActorError}: `peer-down`, `deadline`, `overload` or the peer's own. */
  ask<P extends SpecPeers<A>, K extends RequestOf<P>>(
    peer: P,
    type: K,
    body: InputOf<P, K>,
  ): Promise<ReplyOf<P, K>>;
  /**
   * For an event whose overflow is `wait`, resolves when its peer's queue has room again, after five
   * seconds at the latest: await it before the next, because past the queue's bound it is dropped.
   */
  tell<P extends SpecPeers<A>, K extends EventOf<P>>(
    peer: P,
    type: K,
    body: InputOf<P, K>,
  ): Told<P["messages"][K]>;
  /**
   * Stores a durable message; resolves once it cannot be lost any more. A key seen before is the
   * same message and is dropped, so a caller that is not sure may post again.
   */
  post<P extends SpecPeers<A>, K extends DurableOf<P>>(
    peer: P,
    type: K,
    message: { readonly key: string; readonly body: InputOf<P, K> },
  ): Promise<void>;
  /**
   * Small facts for main and for /health, such as the port it listens on: merged into earlier ones,
   * 64 at most, and told once per turn of the loop.
   */
  report(facts: Readonly<Record<string, string | number | boolean>>): void;
  /**
   * Nothing more to do: ends normally once what was accepted is handled. Called while starting, it
   * means that there was nothing to do at all. A permanent actor that ends is started again.
   */
  finish(): void;
}

/** The context of one message. `signal` aborts at its deadline, at the actor's stop, or when the asker is gone. */
export interface Call<A extends ActorSpec> extends ServiceContext<A> {
  readonly from: string;
  readonly trace: string;
  /** Monotonic clock at which the answer is worth nothing any more. */
  readonly deadlineAtMs: number;
  /** Effects: the same for every attempt; pass it on where the other side can recognise it. */
  readonly key: string;
  /** Effects: 1 for the first attempt. */
  readonly attempt: number;
  /** Effects: an earlier attempt ended without a known outcome; it may have happened. */
  readonly uncertain: boolean;
}

export type ServiceHandlers<A extends ActorSpec, R> = {
  readonly [K in keyof SpecProtocol<A>["messages"]]: K extends DurableOf<SpecProtocol<A>> ? never
    : (
      resources: R,
      body: BodyOf<SpecProtocol<A>, K>,
      call: Call<A>,
    ) => Promise<ReplyOf<SpecProtocol<A>, K>> | ReplyOf<SpecProtocol<A>, K>;
};

/**
 * What became of an effect, as the outside world tells. Only `not-done` lets it be attempted again:
 * say so only if an earlier attempt cannot arrive any more.
 */
export type LookedUp<V> =
  | { readonly outcome: "done"; readonly result: V }
  | { readonly outcome: "not-done" }
  | { readonly outcome: "unknown"; readonly reason: string };

type Lookups<A extends ActorSpec, R> = {
  readonly [K in QueryableOf<SpecProtocol<A>>]: (
    resources: R,
    body: BodyOf<SpecProtocol<A>, K>,
    call: Call<A>,
  ) => Promise<LookedUp<ReplyOf<SpecProtocol<A>, K>>>;
};

/** Required where the protocol has queryable effects. */
type WithLookups<A extends ActorSpec, R> = [QueryableOf<SpecProtocol<A>>] extends [never]
  ? { readonly lookups?: Readonly<Record<string, never>> }
  : { readonly lookups: Lookups<A, R> };

export type ServiceBehaviour<A extends ActorSpec, R> = ServiceParts<A, R> & WithLookups<A, R>;

interface ServiceParts<A extends ActorSpec, R> {
  /**
   * Makes what the handlers work with; the actor is ready when it resolves. Annotate the parameter
   * (`context: ServiceContext<typeof spec>`), or the handlers cannot infer `R`.
   */
  start(context: ServiceContext<A>): Promise<R> | R;
  /** Background work for the life of the actor; returning or throwing before the stop is a crash. */
  readonly run?: (resources: R, context: ServiceContext<A>) => Promise<void>;
  readonly stop?: (resources: R) => Promise<void> | void;
  readonly handlers: ServiceHandlers<A, R>;
}

// ---- definitions: what worker.ts hands to the runtime -------------------------------------------

export interface TurnDefinition<A extends ActorSpec = ActorSpec, S = unknown> {
  readonly spec: A;
  readonly turns: TurnBehaviour<A, S>;
}
export interface ServiceDefinition<A extends ActorSpec = ActorSpec, R = unknown> {
  readonly spec: A;
  readonly service: ServiceBehaviour<A, R>;
}

export function turns<A extends ActorSpec<"turn">, S>(
  spec: A,
  behaviour: TurnBehaviour<A, S>,
): TurnDefinition<A, S> {
  return { spec, turns: behaviour };
}

export function service<A extends ActorSpec<"service">, R>(
  spec: A,
  behaviour: ServiceBehaviour<A, R>,
): ServiceDefinition<A, R> {
  return { spec, service: behaviour };
}
