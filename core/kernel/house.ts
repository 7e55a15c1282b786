/** What `main.ts` writes: which actors there are, how each is placed, what main answers itself. */

import { z } from "zod";
import { type ActorSpec, limitsRule } from "./actor.ts";
import type { Facts } from "./child.ts";
import { ActorError } from "./errors.ts";
import type { BodyOf, Messages, Protocol, ReplyOf, RequestOf } from "./message.ts";

const duration = z.number().min(0);

const policy = {
  /** `permanent`: always restarted. `transient`: after an abnormal end. `temporary`: never. */
  restart: z.enum(["permanent", "transient", "temporary"]),
  /** Its end may end its group; see `autoShutdown`. */
  significant: z.boolean(),
  /** Delay before the n-th restart in a row: `minMs · 2^(n−1)` up to `maxMs`, ± `jitter` of it. */
  backoff: z.object({
    minMs: duration,
    maxMs: duration,
    /** 0…1, the share of the delay that is random. */
    jitter: z.number().min(0).max(1),
    /** Ready this long, and the next failure counts as the first. */
    healthyAfterMs: duration,
  }).readonly(),
};
const policyRule = z.object(policy).readonly();

/** What a group has to know of a member. */
export type Policy = z.output<typeof policyRule>;
export type Restart = Policy["restart"];
export type Backoff = Policy["backoff"];

const placeRule = z.object({
  ...policy,
  /**
   * `worker`: a thread with its own heap; cannot be ended while it loops. `process`: costs some 20
   * MB more, can always be ended, and dies alone when its memory runs out.
   */
  host: z.enum(["worker", "process"]),
  /**
   * How long it may take to stop, ms; then it is killed. `kill`: at once, without its stop hook.
   * `unlimited`: as long as it needs, within what the whole house has.
   */
  shutdown: z.union([duration, z.enum(["kill", "unlimited"])]),
  /** A larger heap is drained and started anew, without counting as a failure; null: no limit. */
  memorySoftMB: z.number().positive().nullable(),
}).readonly();

/** Where and how an actor is placed. */
export interface ChildSpec extends z.output<typeof placeRule> {
  readonly actor: ActorSpec;
  /** Made anew for every incarnation; may look at what others reported, such as a port. */
  readonly config: (factsOf: (actor: string) => Facts) => unknown;
}
export type HostKind = ChildSpec["host"];

const groupRule = z.object({
  ...policy,
  name: z.string().min(1),
  /** Who restarts with a failed member: itself, everybody, or itself and those declared after it. */
  strategy: z.enum(["one", "all", "rest"]),
  /**
   * More than `max` restarts within `withinMs` and the supervisor gives up. Counted per member: an
   * actor's failures in its group, a group's giving up in its parent. Only time in which the member
   * was ready counts, so that neither a long backoff nor a slow start carries failures out of the
   * window and makes a child immortal.
   */
  intensity: z.object({ max: z.int().min(0), withinMs: z.number().positive() }).readonly(),
  /** Ends the group when one, or the last, significant member has ended by itself for good. */
  autoShutdown: z.enum(["never", "any", "all"]),
  /** Members stop one after another, from the last to the first, or all at once. */
  stopping: z.enum(["reverse", "parallel"]),
  shutdown: z.union([duration, z.literal("unlimited")]),
}).readonly();

export type GroupSpec = z.output<typeof groupRule>;
export type Strategy = GroupSpec["strategy"];
export type Intensity = GroupSpec["intensity"];

/** Members in starting order: sinks first, sources last, so that stopping drains. */
export interface GroupTree extends GroupSpec {
  readonly children: readonly (ChildSpec | GroupTree)[];
}

const childRule = placeRule.unwrap().extend({
  actor: z.object({
    kind: z.enum(["turn", "service"]),
    worker: z.string().min(1),
    protocol: z.object({ name: z.string().min(1) }),
    limits: limitsRule,
  }),
});

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
