/** What a person or a program may do to an actor that runs: suspend it, change its config. */

import { parse } from "./check.ts";
import type { Child } from "./child.ts";
import { ActorError } from "./errors.ts";

export class Controls {
  readonly #find: (name: string) => Child | undefined;
  readonly #suspended = new Set<string>();
  /** What replaces the config that main's definition gives. */
  readonly #configs = new Map<string, unknown>();
  /** What the present incarnation was started with. */
  readonly #started = new Map<string, unknown>();

  constructor(find: (name: string) => Child | undefined) {
    this.#find = find;
  }

  isSuspended(name: string): boolean {
    return this.#suspended.has(name);
  }

  /**
   * From now on the actor, also after a restart, takes no message: they wait, within the bounds of
   * its mailbox, until it is resumed or stopped. What it is handling it finishes.
   */
  suspend(name: string): void {
    const child = this.#childOf(name);
    this.#suspended.add(name);
    child.post({ is: "suspend" });
  }

  resume(name: string): void {
    const child = this.#childOf(name);
    if (this.#suspended.delete(name)) child.post({ is: "resume" });
  }

  /**
   * Gives an actor another config, now and for every later start. Refused, and the old one kept,
   * when its schema refuses it or when it needs other permissions, which last for a thread's life.
   */
  configure(name: string, config: unknown): void {
    const child = this.#childOf(name);
    const { spec } = child;
    const checked = parse(spec.config, config, `${name} config`);
    const started = parse(spec.config, this.#started.get(name), `${name} config`);
    const permissions = (one: unknown) => JSON.stringify(spec.permissions(one as never));
    if (permissions(checked) !== permissions(started)) {
      const message = `${name} must be restarted, as its new config needs other permissions`;
      throw new ActorError("rejected", "needs-restart", message);
    }
    this.#configs.set(name, config);
    child.post({ is: "config", config: checked });
  }

  /** The config of an actor's next start. */
  configOf(name: string, initial: () => unknown): unknown {
    const config = this.#configs.has(name) ? this.#configs.get(name) : initial();
    this.#started.set(name, config);
    return config;
  }

  /** A new incarnation hears what holds for its actor. */
  spawned(child: Child): void {
    if (this.#suspended.has(child.name)) child.post({ is: "suspend" });
  }

  #childOf(name: string): Child {
    const child = this.#find(name);
    if (child !== undefined) return child;
    throw new ActorError("rejected", "not-found", `No actor is called ${name}`);
  }
}
