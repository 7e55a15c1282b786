/**
 * Runs an actor in the caller's own thread, for tests: virtual time, no worker. Every message is
 * cloned, because a test that shares objects proves nothing about workers. Its timers die with it,
 * and one that hangs neither beats nor hears, even when it is killed.
 */

import { type Clock, Timers } from "@/core/kernel/clock.ts";
import type { Gone, Host, HostStart, Running } from "@/core/kernel/host.ts";
import type { Up } from "@/core/kernel/up.ts";
import type { Chaos, Down } from "@/core/kernel/wire.ts";
import { type Definition, Runtime } from "@/core/thread/runtime.ts";

export interface InlineOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Behaviours by actor name. */
  readonly definitions: readonly Definition[];
  /** What the actors report as their heaps. */
  readonly heapBytes?: (actor: string) => number;
}

export function inlineHost(options: InlineOptions): Host {
  const byName = new Map(options.definitions.map((one) => [one.spec.protocol.name, one]));
  return {
    start(start) {
      const definition = byName.get(start.name);
      if (definition === undefined) throw new Error(`No definition of ${start.name} was given`);
      return startInline(start, definition, options);
    },
  };
}

function startInline(start: HostStart, definition: Definition, options: InlineOptions): Running {
  const gone = Promise.withResolvers<Gone>();
  let state: "alive" | "hung" | "gone" = "alive";
  let listener: (message: Down) => void = () => {};
  const { clock } = options;
  const timers = new Timers(clock);
  const ports = new Set<MessagePort>();
  const end = (error: Gone["error"]) => {
    for (const port of ports) port.close();
    if (state !== "alive") return;
    state = "gone";
    timers.cancelAll();
    gone.resolve({ error });
  };
  const up = (message: Up) => {
    if (state !== "alive") return;
    const copy = structuredClone(message);
    queueMicrotask(() => start.receive(copy));
  };
  new Runtime(definition, {
    post: up,
    listen: (receive) => listener = receive,
    close: () => queueMicrotask(() => end(null)),
  }, {
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (delayMs, run) => timers.after(delayMs, run),
    },
    random: options.random,
    heapBytes: () => options.heapBytes?.(start.name) ?? 0,
    chaos(what: Chaos) {
      const error = { kind: "fatal" as const, code: "chaos", message: `Chaos: ${what}` };
      if (what !== "hang") return end(what === "exit" || what === "close" ? null : error);
      state = "hung";
      timers.cancelAll();
    },
    probe: () => Promise.resolve({ operations: {}, canariesHeld: [] }),
  });
  return {
    post(message, transfer = []) {
      if (state !== "alive") return;
      // Shared memory stays shared, as it does between threads.
      const copy = message.is === "init"
        ? { ...message, config: structuredClone(message.config) }
        : structuredClone(message, { transfer });
      if (copy.is === "link") ports.add(copy.port);
      queueMicrotask(() => {
        if (state === "alive") listener(copy);
      });
    },
    gone: gone.promise,
    kill: () => end(null),
  };
}
