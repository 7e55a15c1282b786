/** A test actor that does what the test tells it: how to start, how to break, how to stop. */

import { z } from "zod";
import {
  type ActorLimits,
  type ActorSpec,
  event,
  type Protocol,
  protocol,
  request,
  serviceActor,
} from "@/core/kernel/mod.ts";
import { child, type ChildSpec } from "@/core/kernel/house.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";

/** What it does at each start; the last holds for all that follow. */
export const STARTS = [
  "ready",
  "slow",
  "busy",
  "throw",
  "never",
  "finish",
  "close",
  "hoard",
] as const;
export type PuppetStart = typeof STARTS[number];
/** What it does when it is asked to stop. */
export const STOPS = ["obey", "slow", "stall", "throw", "close"] as const;
export type PuppetStop = typeof STOPS[number];
/** Ways to end it through a message. */
export const BREAKS = ["throw", "reject", "timer", "unhandled", "close", "exit", "finish"] as const;
export type PuppetBreak = typeof BREAKS[number];

/** How long "slow" is. */
export const SLOW_MS = 300;

const messages = {
  /** Remembers `n`; the fact `noted` lists all it remembers. */
  Note: event({ body: z.object({ n: z.int() }) }),
  Noted: request({ body: z.object({}), reply: z.object({ ns: z.array(z.int()) }) }),
  /** Answers after `ms`, or when it is asked to stop if `yields`; the fact `worked` counts. */
  Work: request({
    body: z.object({ ms: z.number(), yields: z.boolean().default(false) }),
    reply: z.object({ incarnation: z.int() }),
    deadlineMs: 30_000,
  }),
  Break: request({ body: z.object({ how: z.enum(BREAKS) }), reply: z.object({}) }),
  /** Does not yield for `ms`; then tells `peer` Note 666, reports the fact `woke` and answers. */
  Spin: request({
    body: z.object({ ms: z.number(), peer: z.string() }),
    reply: z.object({}),
    deadlineMs: 30_000,
  }),
};
export type PuppetProtocol = Protocol<string, typeof messages>;
export type PuppetSpec = ActorSpec<
  "service",
  PuppetProtocol,
  PuppetProtocol,
  typeof puppetConfig
>;

export function puppetProtocol(name: string): PuppetProtocol {
  return protocol(name, messages);
}

export const puppetConfig = z.object({
  starts: z.array(z.enum(STARTS)).min(1),
  stop: z.enum(STOPS),
});

export interface PuppetOptions
  extends Omit<Partial<ChildSpec>, "actor" | "config" | "backoff" | "limits"> {
  readonly starts?: readonly PuppetStart[];
  readonly stop?: PuppetStop;
  /** Names of the puppets it may talk to. */
  readonly uses?: readonly string[];
  readonly limits?: Partial<ActorLimits>;
  readonly backoff?: Partial<ChildSpec["backoff"]>;
  readonly worker?: string;
}

export function puppetSpec(name: string, options: PuppetOptions = {}): PuppetSpec {
  return serviceActor({
    protocol: puppetProtocol(name),
    uses: (options.uses ?? []).map((peer) => puppetProtocol(peer)),
    config: puppetConfig,
    worker: options.worker ?? import.meta.resolve("./puppet_worker.ts"),
    limits: {
      concurrency: 1,
      heartbeatMs: 400,
      startMs: 5_000,
      shutdownMs: 2_000,
      ...options.limits,
    },
  });
}

/** Breaks a puppet and waits for no answer. */
export function breakPuppet(supervisor: Supervisor, name: string, how: PuppetBreak): void {
  supervisor.ask(puppetProtocol(name), "Break", { how }).catch(() => {});
}

/** A puppet in its place; restarts at once unless told otherwise. */
export function puppet(name: string, options: PuppetOptions = {}): ChildSpec {
  const { starts = ["ready"], stop = "obey", uses: _, limits: __, worker: ___, ...place } = options;
  return child(puppetSpec(name, options), {
    config: () => ({ starts: [...starts], stop }),
    ...place,
    backoff: { minMs: 1, maxMs: 20, jitter: 0, ...options.backoff },
  });
}
