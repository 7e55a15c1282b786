/// <reference lib="deno.worker" />
/**
 * The entry of every actor's Web Worker. Import it before the actor's behaviour: it takes the lock
 * that stands for this thread's life before anything of the actor runs. The listener is set
 * synchronously, before any await, because messages that come earlier are lost.
 */

import type { ActorSpec, ServiceDefinition, TurnDefinition } from "@/core/kernel/actor.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { toWire } from "@/core/kernel/errors.ts";
import type { Log, LogLevel } from "@/core/kernel/log.ts";
import type { ControlPort, Down } from "@/core/kernel/wire.ts";
import { breakWith } from "./chaos.ts";
import { collectOnceStarted } from "./heap.ts";
import { ACTOR_LOCK, holdForLife } from "./locks.ts";
import { probe } from "./probe.ts";
import { type Definition, Runtime, type RuntimeEnv } from "./runtime.ts";

const control: ControlPort = {
  post: (message) => self.postMessage(message),
  listen: (receive) => self.onmessage = (event: MessageEvent<Down>) => receive(event.data),
  close: () => self.close(),
};

// Other threads load this as well, because it is behind the kernel's one door.
if (self.name?.startsWith(ACTOR_LOCK)) {
  holdForLife(self.name);
  control.post({ is: "alive" });
}

const env: RuntimeEnv = {
  clock: systemClock,
  random: Math.random,
  heapBytes() {
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  },
  chaos: breakWith,
  probe,
};

/** Runs one actor in this worker until it is stopped or dies. */
export function runActor<A extends ActorSpec, S>(
  definition: TurnDefinition<A, S> | ServiceDefinition<A, S>,
): void {
  // The error event that main would get has neither stack nor cause, and the runtime prints it
  // past our log: the worker tells the whole story itself and then ends.
  self.addEventListener("error", (event) => die(event, event.error ?? event.message));
  self.addEventListener("unhandledrejection", (event) => die(event, event.reason));
  const runtime = new Runtime(definition as unknown as Definition, control, env);
  printTo(runtime.reports.log);
  collectOnceStarted(systemClock);
}

/** What a library prints becomes lines of the log: a process's standard output is its wire to main. */
function printTo(log: Log): void {
  const print = (level: LogLevel) => (...printed: unknown[]) => log[level]("Printed", { printed });
  // deno-lint-ignore marketd/no-ambient -- nobody else may print past the log
  Object.assign(console, {
    debug: print("debug"),
    info: print("info"),
    log: print("info"),
    warn: print("warn"),
    error: print("error"),
  });
}

function die(event: Event, thrown: unknown): void {
  event.preventDefault();
  control.post({ is: "crash", error: toWire(thrown) });
  control.close();
}
