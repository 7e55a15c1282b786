/** A store that a test can hold up, watch and break: before and after everything it does. */

import type { Store } from "@/core/kernel/store.ts";

export type Verb = keyof Store;

/** One call to the store; a hook that throws makes the call fail. */
export interface StoreCall {
  readonly verb: Verb;
  readonly args: readonly unknown[];
}
export interface Hooks {
  before?(call: StoreCall): Promise<void> | void;
  /** The store has done it; its caller has not heard yet. */
  after?(call: StoreCall): Promise<void> | void;
}

const VERBS = [
  "load",
  "commit",
  "enqueue",
  "pending",
  "claim",
  "settle",
  "countCrash",
  "bury",
  "parked",
  "replay",
] as const satisfies readonly Verb[];

/** `hooks` may be changed at any time. */
export function hooked(store: Store, hooks: Hooks): Store {
  const wrapped = (verb: Verb) => async (...args: unknown[]) => {
    await hooks.before?.({ verb, args });
    const result = await (store[verb] as (...of: unknown[]) => Promise<unknown>)(...args);
    await hooks.after?.({ verb, args });
    return result;
  };
  return Object.fromEntries(VERBS.map((verb) => [verb, wrapped(verb)])) as unknown as Store;
}
