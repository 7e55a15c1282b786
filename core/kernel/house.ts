/** What `main.ts` writes: which actors there are, how each is placed, what main answers itself. */

import { z } from "zod";
import type { ActorSpec } from "./actor.ts";
import type { Facts } from "./child.ts";
import { ActorError } from "./errors.ts";
import type { GroupSpec } from "./group.ts";
import type { BodyOf, Messages, Protocol, ReplyOf, RequestOf } from "./message.ts";
import type { Backoff, Intensity, Policy } from "./strategy.ts";

/** Where and how an actor is placed. */
export interface ChildSpec extends Policy {
  readonly actor: ActorSpec;
  /** Made anew for every incarnation; may look at what others reported, such as a port. */
  readonly config: (factsOf: (actor: string) => Facts) => unknown;
  readonly host: HostKind;
  /**
   * How long it may take to stop, ms; then it is killed. `kill`: at once, without its stop hook.
   * `unlimited`: as long as it needs, within what the whole house has.
   */
  readonly shutdown: number | "kill" | "unlimited";
  /** A larger heap is drained and started anew, without counting as a failure; null: no limit. */
  readonly memorySoftMB: number | null;
}

/**
 * `worker`: a thread with its own heap; cannot be ended while it loops. `process`: costs some 20 MB
 * more, can always be ended, and dies alone when its memory runs out.
 */
export type HostKind = "worker" | "process";

/** Members in starting order: sinks first, sources last, so that stopping drains. */
export interface GroupTree extends GroupSpec {
  readonly children: readonly (ChildSpec | GroupTree)[];
}

const POLICY: Policy = {
  restart: "permanent",
  significant: false,
  backoff: { minMs: 50, maxMs: 5_000, jitter: 0.2, healthyAfterMs: 10_000 },
};

type Options<T> =
  & Partial<Omit<T, "backoff" | "name" | "intensity" | "children" | "actor" | "config">>
  & { readonly backoff?: Partial<Backoff> };

/** One line of `main.ts`: this actor, with this configuration. */
export function child<P extends Protocol, U extends Protocol, C extends z.ZodType>(
  actor: ActorSpec<"turn" | "service", P, U, C>,
  options: Options<ChildSpec> & {
    readonly config: (factsOf: (actor: string) => Facts) => z.input<C>;
  },
): ChildSpec {
  return {
    ...POLICY,
    host: "worker",
    shutdown: actor.limits.shutdownMs,
    memorySoftMB: null,
    ...options,
    actor,
    backoff: { ...POLICY.backoff, ...options.backoff },
  };
}

/** A supervisor over some members; one-for-one unless told otherwise. */
export function group(
  name: string,
  options: Options<GroupTree> & Pick<GroupTree, "intensity" | "children">,
): GroupTree {
  return {
    ...POLICY,
    name,
    strategy: "one",
    autoShutdown: "never",
    stopping: "reverse",
    shutdown: "unlimited",
    ...options,
    backoff: { ...POLICY.backoff, ...options.backoff },
  };
}

export function nameOf(member: ChildSpec | GroupTree): string {
  return "children" in member ? member.name : member.actor.protocol.name;
}

/** Whether an actor lists `peer` among those it uses; itself it always may use. */
export function mayTalkTo(spec: ActorSpec, peer: string): boolean {
  return peer === spec.protocol.name || spec.uses.some((used) => used.name === peer);
}

export function notAPeer(spec: ActorSpec, peer: string): ActorError {
  return new ActorError("fatal", "not-a-peer", `${spec.protocol.name} may not talk to ${peer}`);
}

const count = z.int().min(0);
const duration = z.number().min(0);
const policyRule = {
  restart: z.enum(["permanent", "transient", "temporary"]),
  significant: z.boolean(),
  backoff: z.object({
    minMs: duration,
    maxMs: duration,
    jitter: z.number().min(0).max(1),
    healthyAfterMs: duration,
  }),
};
const childRule = z.object({
  ...policyRule,
  host: z.enum(["worker", "process"]),
  shutdown: z.union([duration, z.enum(["kill", "unlimited"])]),
  memorySoftMB: z.number().positive().nullable(),
  actor: z.object({
    kind: z.enum(["turn", "service"]),
    worker: z.string().min(1),
    protocol: z.object({ name: z.string().min(1) }),
    limits: z.object({
      mailbox: z.int().min(1),
      concurrency: z.int().min(1),
      startMs: z.number().positive(),
      shutdownMs: duration,
      heartbeatMs: z.number().positive(),
    }),
  }),
});
const groupRule = z.object({
  ...policyRule,
  name: z.string().min(1),
  strategy: z.enum(["one", "all", "rest"]),
  intensity: z.object({ max: count, withinMs: z.number().positive() }),
  autoShutdown: z.enum(["never", "any", "all"]),
  stopping: z.enum(["reverse", "parallel"]),
  shutdown: z.union([duration, z.literal("unlimited")]),
});

/**
 * Refuses a definition that cannot work, naming the member and the field; starts nothing. Fields
 * it does not know are ignored. `taken`: names that may not be used.
 */
export function checkTree(tree: GroupTree, taken: Iterable<string>): void {
  checkMember(tree, null, new Set(taken));
}

/** The same for one member that is added to a group with this intensity. */
export function checkMember(
  member: ChildSpec | GroupTree,
  parent: Intensity | null,
  taken: Set<string>,
): void {
  const isGroup = "children" in member;
  const name = (isGroup ? member.name : member.actor?.protocol?.name) || "A member";
  const refuse = (field: string, why: string) => {
    throw new ActorError("fatal", "bad-definition", `${name} cannot be placed, ${field}: ${why}`);
  };
  const [issue] = (isGroup ? groupRule : childRule).safeParse(member).error?.issues ?? [];
  if (issue !== undefined) refuse(issue.path.join("."), issue.message);
  if (taken.has(name)) refuse("name", "another member has it");
  taken.add(name);
  if (member.significant && member.restart === "permanent") {
    refuse("significant", "a permanent member never ends, so its end cannot end a group");
  }
  const mostMs = parent === null ? Infinity : parent.withinMs / Math.max(1, parent.max);
  if (typeof member.shutdown === "number" && member.shutdown >= mostMs) {
    const rule = `it must be below ${mostMs} ms to leave room for the limit of failures`;
    refuse("shutdown", `${member.shutdown} ms could outlast the failure window, ${rule}`);
  }
  if (isGroup) { for (const one of member.children) checkMember(one, member.intensity, taken); }
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
