/** An actor as a member of a group. */

import type { Child, Exit } from "./child.ts";
import type { Clock } from "./clock.ts";
import type { End, Group, Member } from "./group.ts";
import type { ChildSpec } from "./house.ts";
import type { Backoff, Restart } from "./strategy.ts";
import type { SupervisorEvent } from "./events.ts";

export interface LeafOptions {
  readonly spec: ChildSpec;
  readonly child: Child;
  readonly group: Group;
  readonly clock: Clock;
  readonly tell: (event: SupervisorEvent) => void;
}

export class Leaf implements Member {
  readonly child: Child;
  readonly group: Group;
  /** Wall clock, ms; null while no restart is due. */
  nextRestartAtMs: number | null = null;
  onEnd: (end: End) => void = () => {};
  readonly #options: LeafOptions;
  /** Whoever starts or stops it hears of its end from that call. */
  #expected = true;

  constructor(options: LeafOptions) {
    this.#options = options;
    this.child = options.child;
    this.group = options.group;
  }

  get name(): string {
    return this.child.name;
  }
  get restart(): Restart {
    return this.#options.spec.restart;
  }
  get significant(): boolean {
    return this.#options.spec.significant;
  }
  get backoff(): Backoff {
    return this.#options.spec.backoff;
  }

  async start(): Promise<void> {
    this.#expected = true;
    this.nextRestartAtMs = null;
    await this.child.start();
    // It may have died between its word and ours.
    if (!this.child.isRunning) throw new Error(`${this.name} ended as soon as it was ready`);
    this.#expected = false;
  }

  async stop(untilMs: number): Promise<void> {
    this.#expected = true;
    this.nextRestartAtMs = null;
    const leftMs = Math.max(1, untilMs - this.#options.clock.monotonic());
    await this.child.stop(Math.min(this.child.spec.limits.shutdownMs, leftMs));
  }

  readyForMs(): number {
    const { readyAtMs } = this.child;
    return readyAtMs === 0 ? 0 : this.#options.clock.monotonic() - readyAtMs;
  }

  wait(delayMs: number, inARow: number): void {
    this.nextRestartAtMs = this.#options.clock.now() + delayMs;
    this.child.status = "backoff";
    this.child.restarts += 1;
    this.#options.tell({ is: "restarting", actor: this.name, delayMs, inARow });
  }

  fail(): void {
    this.child.status = "failed";
  }

  /** Called for every end of its incarnations. */
  exited({ kind, error }: Exit): void {
    if (!this.#expected) this.onEnd({ kind, error });
  }
}
