/** Web Locks exist in Deno 2.9 but have no types there yet. */

interface LockManager {
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly ifAvailable?: boolean },
    run: (lock: unknown) => unknown,
  ): Promise<unknown>;
  request(name: string, run: (lock: unknown) => unknown): Promise<unknown>;
}

declare global {
  interface Navigator {
    readonly locks: LockManager;
  }
  interface WorkerNavigator {
    readonly locks: LockManager;
  }
}

/** Resolves once nobody holds `name` any more; rejects when `signal` aborts the wait. */
export function released(name: string, signal: AbortSignal): Promise<unknown> {
  return navigator.locks.request(name, { signal }, () => undefined);
}

/** Takes `name` for the rest of this thread's life; resolves once it is held. */
export function holdForLife(name: string): Promise<void> {
  return new Promise((held) => {
    navigator.locks.request(name, () => {
      held();
      return new Promise(() => {});
    });
  });
}
