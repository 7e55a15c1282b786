/** What `main.ts` writes: which actors there are, how each is placed, what main answers itself. */

import { z } from "zod";
import type { ActorSpec } from "./actor.ts";
import type { Facts } from "./child.ts";
import { ActorError } from "./errors.ts";
import type { BodyOf, Messages, Protocol, ReplyOf, RequestOf } from "./message.ts";
import type { Backoff, Intensity, Restart, Strategy } from "./strategy.ts";

/** Where and how an actor is placed. */
export interface ChildSpec {
  readonly actor: ActorSpec;
  /** Made anew for every incarnation; may look at what others reported, such as a port. */
  readonly config: (factsOf: (actor: string) => Facts) => unknown;
  readonly restart: Restart;
  readonly backoff: Backoff;
  /** Its end may end its group; see `autoShutdown`. */
  readonly significant: boolean;
  readonly host: HostKind;
}

/**
 * `worker`: a thread with its own heap; cannot be ended while it loops. `process`: costs some 20 MB
 * more, can always be ended, and dies alone when its memory runs out.
 */
export type HostKind = "worker" | "process";

/** Members in starting order: sinks first, sources last, so that stopping drains. */
export interface GroupTree {
  readonly name: string;
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  readonly autoShutdown: "never" | "any" | "all";
  readonly restart: Restart;
  readonly backoff: Backoff;
  readonly significant: boolean;
  readonly children: readonly (ChildSpec | GroupTree)[];
}

const DEFAULT_BACKOFF: Backoff = { minMs: 50, maxMs: 30_000, jitter: 0.2, healthyAfterMs: 10_000 };

/** One line of `main.ts`: this actor, with this configuration. */
export function child<P extends Protocol, U extends Protocol, C extends z.ZodType>(
  actor: ActorSpec<"turn" | "service", P, U, C>,
  options: {
    readonly config: (factsOf: (actor: string) => Facts) => z.input<C>;
    readonly restart?: Restart;
    readonly backoff?: Partial<Backoff>;
    readonly significant?: boolean;
    readonly host?: HostKind;
  },
): ChildSpec {
  return {
    actor,
    config: options.config,
    restart: options.restart ?? "permanent",
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
    significant: options.significant ?? false,
    host: options.host ?? "worker",
  };
}

/** A supervisor over some members; one-for-one unless told otherwise. */
export function group(
  name: string,
  options: {
    readonly intensity: Intensity;
    readonly children: readonly (ChildSpec | GroupTree)[];
    readonly strategy?: Strategy;
    readonly autoShutdown?: "never" | "any" | "all";
    readonly restart?: Restart;
    readonly backoff?: Partial<Backoff>;
    readonly significant?: boolean;
  },
): GroupTree {
  return {
    name,
    strategy: options.strategy ?? "one",
    intensity: options.intensity,
    autoShutdown: options.autoShutdown ?? "never",
    restart: options.restart ?? "permanent",
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
    significant: options.significant ?? false,
    children: options.children,
  };
}

const count = z.int().min(0);
const duration = z.number().min(0);
const backoffRule = z.object({
  minMs: duration,
  maxMs: duration,
  jitter: z.number().min(0).max(1),
  healthyAfterMs: duration,
});
const memberRule = {
  restart: z.enum(["permanent", "transient", "temporary"]),
  significant: z.boolean(),
  backoff: backoffRule,
};
const limitsRule = z.object({
  mailbox: z.int().min(1),
  concurrency: z.int().min(1),
  startMs: z.number().positive(),
  shutdownMs: duration,
  heartbeatMs: z.number().positive(),
});
const childRule = z.object({
  ...memberRule,
  host: z.enum(["worker", "process"]),
  actor: z.object({
    kind: z.enum(["turn", "service"]),
    worker: z.string().min(1),
    limits: limitsRule,
    protocol: z.object({ name: z.string().min(1) }),
  }),
});
const groupRule = z.object({
  ...memberRule,
  name: z.string().min(1),
  strategy: z.enum(["one", "all", "rest"]),
  intensity: z.object({ max: count, withinMs: z.number().positive() }),
  autoShutdown: z.enum(["never", "any", "all"]),
});

/** Refuses a definition that cannot work, naming the member and the field; starts nothing. */
export function checkTree(tree: GroupTree, taken: Set<string> = new Set()): void {
  check(groupRule, tree, tree.name, taken);
  for (const member of tree.children) {
    if ("children" in member) checkTree(member, taken);
    else checkChild(member, tree.intensity, taken);
  }
}

function checkChild(spec: ChildSpec, intensity: Intensity, taken: Set<string>): void {
  const { name } = spec.actor.protocol;
  check(childRule, spec, name, taken);
  if (spec.significant && spec.restart === "permanent") {
    throw bad(name, "significant: a permanent child never ends, so its end cannot end a group");
  }
  const { shutdownMs } = spec.actor.limits;
  const mostMs = intensity.withinMs / Math.max(1, intensity.max);
  if (shutdownMs >= mostMs) {
    throw bad(
      name,
      `shutdownMs: ${shutdownMs} could outlast the failure window, it must be below ${mostMs}`,
    );
  }
}

function check(rule: z.ZodType, value: unknown, name: string, taken: Set<string>): void {
  const parsed = rule.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw bad(name, `${issue?.path.join(".")}: ${issue?.message}`);
  }
  if (taken.has(name)) throw bad(name, "name: another member has it");
  taken.add(name);
}

function bad(name: string, why: string): ActorError {
  return new ActorError(
    "fatal",
    "bad-definition",
    `${name || "A member"} cannot be placed, ${why}`,
  );
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
