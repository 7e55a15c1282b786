/** Web Locks exist in Deno 2.9 but have no types there yet. */

interface LockManager {
  request(
    name: string,
    options: { readonly signal?: AbortSignal },
    run: (lock: unknown) => unknown,
  ): Promise<unknown>;
}

declare global {
  interface Navigator {
    readonly locks: LockManager;
  }
  interface WorkerNavigator {
    readonly locks: LockManager;
  }
}

/** The thread of an actor is named after its lock, and the lock begins so. */
export const ACTOR_LOCK = "actor:";

/** Resolves once nobody holds `name` any more; rejects when `signal` aborts the wait. */
export function released(name: string, signal: AbortSignal): Promise<unknown> {
  return navigator.locks.request(name, { signal }, () => undefined);
}

/** Takes `name`, which nobody else holds, for the rest of this thread's life. */
export function holdForLife(name: string): void {
  navigator.locks.request(name, {}, () => new Promise(() => {}));
}
