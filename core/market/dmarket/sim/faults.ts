/** Switches that make a route misbehave on purpose. */

import { z } from "zod";

/** How a route can misbehave. */
export const FAULT_KINDS = [
  /** Answers `status`, 500 unless said otherwise, in the route's own error form. */
  "status",
  /** 429 with `Retry-After`. */
  "throttle",
  /** 401 as DMarket words it. */
  "unauthorized",
  /** 200 with a page of HTML. */
  "html",
  /** Never answers, until the client or the simulator gives up. */
  "stall",
  /** 200 with half of the JSON. */
  "truncate",
  /** Breaks the connection in the middle of the body. */
  "reset",
  /** Answers after `delayMs`. */
  "delay",
  /** A page with the first half of its rows twice. */
  "duplicate",
  /** A page whose cursor is the one it was asked with; a first page is honest. */
  "repeat",
] as const;

/** Rules in force at a time. */
export const MAX_FAULTS = 100;

const faultSchema = z.strictObject({
  /** Name of a route as `/__sim/requests` shows it, or `*` for all. */
  route: z.string().min(1).max(60),
  kind: z.enum(FAULT_KINDS),
  status: z.int().min(400).max(599).default(500),
  retryAfterS: z.int().min(0).max(3_600).default(1),
  delayMs: z.int().min(0).max(600_000).default(1_000),
  /** Requests let through before the first fault. */
  skip: z.int().min(0).max(1_000_000).default(0),
  /** Faults to inject; null for no end. */
  times: z.int().min(1).max(1_000_000).nullable().default(null),
  probability: z.number().gt(0).max(1).default(1),
  /** Whether the request takes effect: `after` loses only the answer. */
  when: z.enum(["before", "after"]).default("before"),
});

/** A rule as one writes it: all but route and kind have defaults. */
export type FaultRule = z.input<typeof faultSchema>;
/** A rule with its defaults filled in. */
export type Fault = z.output<typeof faultSchema>;

/** A rule in force, with what is left of it. */
export interface ArmedFault extends Fault {
  readonly id: number;
  readonly injected: number;
}

interface Armed {
  readonly id: number;
  readonly fault: Fault;
  skipped: number;
  injected: number;
}

/** The rules in force. */
export class Faults {
  readonly #random: () => number;
  readonly #armed: Armed[] = [];
  #nextId = 1;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Arms a rule and returns its id; throws a ZodError naming what is wrong with it. */
  add(rule: FaultRule): number {
    const fault = faultSchema.parse(rule);
    if (this.#armed.length >= MAX_FAULTS) {
      throw new RangeError(`At most ${MAX_FAULTS} faults can be armed: clear some first`);
    }
    this.#armed.push({ id: this.#nextId, fault, skipped: 0, injected: 0 });
    return this.#nextId++;
  }

  remove(id: number): boolean {
    const position = this.#armed.findIndex((armed) => armed.id === id);
    if (position !== -1) this.#armed.splice(position, 1);
    return position !== -1;
  }

  clear(): void {
    this.#armed.length = 0;
  }

  list(): readonly ArmedFault[] {
    return this.#armed.map(({ id, fault, injected }) => ({ id, ...fault, injected }));
  }

  /** The fault this request meets, if any; counts it. The oldest rule that applies wins. */
  draw(route: string): Fault | null {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.route !== "*" && fault.route !== route) continue;
      if (fault.times !== null && armed.injected >= fault.times) continue;
      if (armed.skipped < fault.skip) {
        armed.skipped++;
        continue;
      }
      if (this.#random() >= fault.probability) continue;
      armed.injected++;
      return fault;
    }
    return null;
  }
}
