/** What `main.ts` writes: which actors there are, how each is placed, what main answers itself. */

import type { z } from "zod";
import type { ActorSpec } from "./actor.ts";
import type { Facts } from "./child.ts";
import type { BodyOf, Messages, Protocol, ReplyOf, RequestOf } from "./message.ts";
import type { Backoff, Restart } from "./strategy.ts";

/** Where and how an actor is placed. */
export interface ChildSpec {
  readonly actor: ActorSpec;
  /** Made anew for every incarnation; may look at what others reported, such as a port. */
  readonly config: (factsOf: (actor: string) => Facts) => unknown;
  readonly restart: Restart;
  readonly backoff: Backoff;
}

const DEFAULT_BACKOFF: Backoff = { minMs: 50, maxMs: 30_000, jitter: 0.2, healthyAfterMs: 10_000 };

/** One line of `main.ts`: this actor, with this configuration. */
export function child<P extends Protocol, U extends Protocol, C extends z.ZodType>(
  actor: ActorSpec<"turn" | "service", P, U, C>,
  options: {
    readonly config: (factsOf: (actor: string) => Facts) => z.input<C>;
    readonly restart?: Restart;
    readonly backoff?: Partial<Backoff>;
  },
): ChildSpec {
  return {
    actor,
    config: options.config,
    restart: options.restart ?? "permanent",
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
  };
}

/** Answers of main to the requests of a protocol of its own. */
export interface Served {
  readonly protocol: Protocol;
  readonly answers: Readonly<Record<string, (body: never, from: string) => unknown>>;
}

export function serve<N extends string, M extends Messages>(
  protocol: Protocol<N, M>,
  answers: {
    readonly [K in RequestOf<Protocol<N, M>>]: (
      body: BodyOf<Protocol<N, M>, K>,
      from: string,
    ) => Promise<ReplyOf<Protocol<N, M>, K>> | ReplyOf<Protocol<N, M>, K>;
  },
): Served {
  return { protocol, answers };
}
