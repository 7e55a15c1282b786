/**
 * The way down, in phases: one after another, everything inside a phase at once, each with its own
 * deadline and all of them with one that nothing outlasts.
 */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ActorError, toWire } from "@/core/kernel/errors.ts";
import type { Log } from "@/core/kernel/log.ts";

export interface Phase {
  readonly name: string;
  /** Phases that come before it. */
  readonly after?: readonly string[];
  readonly timeoutMs: number;
  /** What a failure or a timeout means for the phases that follow; they run unless told otherwise. */
  readonly onFailure?: "continue" | "abort";
}

/** `signal` aborts when nobody waits for the task any more. */
export type Task = (signal: AbortSignal) => Promise<void> | void;

/** `aborted`: phases were left out. `deadline`: the total was over first. */
export type Ending = "done" | "aborted" | "deadline";

export interface ShutdownOptions {
  readonly phases: readonly Phase[];
  /** For everything together, ms. */
  readonly totalMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** The total is over: what is left has to be ended by force. */
  readonly onDeadline: () => void;
}

/** Left for every phase once somebody lost patience. */
const HURRY_MS = 100;

/** Runs once, however often it is asked for. */
export class Shutdown {
  readonly #options: ShutdownOptions;
  readonly #phases: readonly Phase[];
  readonly #tasks: Map<string, Map<string, Task>>;
  readonly #hurry = new AbortController();
  #running: Promise<Ending> | null = null;

  /** Throws when the phases cannot be ordered. */
  constructor(options: ShutdownOptions) {
    this.#options = options;
    this.#phases = orderPhases(options.phases);
    this.#tasks = new Map(this.#phases.map((phase) => [phase.name, new Map()]));
  }

  /** Adds a task, also while earlier phases run; a phase that has begun takes no more. */
  add(phase: string, name: string, task: Task): void {
    const tasks = this.#tasks.get(phase);
    if (tasks === undefined) {
      throw new ActorError("rejected", "no-phase", `Phase ${phase} is not known, or has begun`);
    }
    tasks.set(name, task);
  }

  run(): Promise<Ending> {
    return this.#running ??= this.#within();
  }

  /** Gives up the phase that runs and leaves a tenth of a second to each that follows. */
  hurry(): void {
    this.#hurry.abort();
  }

  async #within(): Promise<Ending> {
    const { clock, totalMs, onDeadline } = this.#options;
    const over = new AbortController();
    const late = sleep(clock, totalMs, over.signal).then((): Ending => "deadline");
    const ending = await Promise.race([this.#all(over.signal), late]);
    if (ending === "deadline") onDeadline();
    over.abort();
    return ending;
  }

  async #all(over: AbortSignal): Promise<Ending> {
    for (const phase of this.#phases) {
      if (over.aborted) break;
      const isFine = await this.#one(phase);
      if (!isFine && phase.onFailure === "abort") return "aborted";
    }
    return "done";
  }

  async #one({ name, timeoutMs }: Phase): Promise<boolean> {
    const { clock, log } = this.#options;
    const tasks = [...this.#tasks.get(name) ?? []];
    this.#tasks.delete(name);
    const hurry = this.#hurry.signal;
    const limitMs = hurry.aborted ? Math.min(timeoutMs, HURRY_MS) : timeoutMs;
    const given = new AbortController();
    const patience = hurry.aborted ? given.signal : AbortSignal.any([given.signal, hurry]);
    const open = new Set(tasks.map(([task]) => task));
    let isFine = true;
    const runs = tasks.map(async ([task, run]) => {
      try {
        await run(given.signal);
      } catch (error) {
        isFine = false;
        log.warn("Shutdown task failed", { phase: name, task, error: toWire(error) });
      }
      open.delete(task);
    });
    await Promise.race([Promise.all(runs), sleep(clock, limitMs, patience)]);
    given.abort();
    if (open.size === 0) return isFine;
    log.warn("Shutdown phase took too long", { phase: name, limitMs, tasks: [...open] });
    return false;
  }
}

/**
 * The phases, each behind those it comes after and otherwise as they were written. Throws on a name
 * that is doubled or unknown, and on a cycle, naming it.
 */
export function orderPhases(phases: readonly Phase[]): readonly Phase[] {
  const byName = new Map(phases.map((phase) => [phase.name, phase]));
  if (byName.size < phases.length) throw bad("Two phases have one name");
  const ordered = new Set<Phase>();
  const visit = (phase: Phase, path: readonly string[]) => {
    const route = [...path, phase.name];
    if (path.includes(phase.name)) throw bad(`Phases wait for each other: ${route.join(" → ")}`);
    for (const name of phase.after ?? []) {
      const before = byName.get(name);
      if (before === undefined) throw bad(`Phase ${phase.name} comes after an unknown ${name}`);
      if (!ordered.has(before)) visit(before, route);
    }
    ordered.add(phase);
  };
  for (const phase of phases) visit(phase, []);
  return [...ordered];
}

function bad(message: string): ActorError {
  return new ActorError("fatal", "bad-definition", message);
}
