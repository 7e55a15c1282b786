/**
 * Runs an actor in the caller's own thread, for tests: virtual time, no worker. Every message is
 * cloned, because a test that shares objects proves nothing about workers.
 */

import type { Clock } from "./clock.ts";
import type { Gone, Host, HostStart, Running } from "./host.ts";
import { type Definition, Runtime } from "./runtime.ts";
import type { Chaos, Down, Up } from "./wire.ts";

export interface InlineOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Behaviours by actor name. */
  readonly definitions: readonly Definition[];
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
  let alive = true;
  let listener: (message: Down) => void = () => {};
  const end = (seen: Gone) => {
    alive = false;
    gone.resolve(seen);
  };
  const up = (message: Up) => {
    if (!alive) return;
    const copy = structuredClone(message);
    queueMicrotask(() => start.receive(copy));
  };
  new Runtime(definition, {
    post: up,
    listen: (receive) => listener = receive,
    close: () => queueMicrotask(() => end({ error: null, zombie: false })),
  }, {
    clock: options.clock,
    random: options.random,
    heapBytes: () => 0,
    hold: () => Promise.resolve(),
    chaos: (what: Chaos) => {
      const error = { kind: "fatal" as const, code: "chaos", message: `Chaos: ${what}` };
      const silent = what === "exit" || what === "close";
      end({ error: silent ? null : error, zombie: false });
    },
    probe: () => Promise.resolve({ operations: {}, canariesHeld: [] }),
  });
  return {
    post(message, transfer = []) {
      if (!alive) return;
      // Shared memory stays shared, as it does between threads.
      const copy = message.is === "init"
        ? { ...message, config: structuredClone(message.config), lock: null }
        : structuredClone(message, { transfer });
      queueMicrotask(() => {
        if (alive) listener(copy);
      });
    },
    gone: gone.promise,
    kill: () => end({ error: null, zombie: false }),
  };
}
