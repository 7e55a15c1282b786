/**
 * Actors in Web Workers: own heap, own permissions. A worker dies in ways that no event tells
 * (`self.close()`, `Deno.exit()`), so the watch is a Web Lock that it holds for life; and
 * `terminate()` does not end a loop that never yields, so a worker can outlive its sentence.
 */

import type { WireError } from "./errors.ts";
import type { Gone, Host, HostStart, Running } from "./host.ts";
import { released } from "./locks.ts";
import type { Clock } from "./clock.ts";
import type { Up } from "./wire.ts";

/** A healthy worker is gone about 1 ms after `terminate()`; one that is not by then loops. */
const ZOMBIE_AFTER_MS = 2_000;

export function workerHost(clock: Clock): Host {
  return { start: (options) => startWorker(options, clock) };
}

function startWorker(options: HostStart, clock: Clock): Running {
  const { permissions } = options;
  const worker = new Worker(options.spec.worker, {
    type: "module",
    name: options.name,
    deno: { permissions },
  });
  const watch = new AbortController();
  const gone = Promise.withResolvers<Gone>();
  let watching = false;
  let killed = false;
  const end = (seen: Gone) => {
    worker.terminate();
    gone.resolve(seen);
  };
  const watchLock = () => {
    if (watching) return;
    watching = true;
    released(options.lock, watch.signal).then(() => end({ error: null, zombie: false }), () => {});
  };
  worker.onmessage = (event: MessageEvent<Up>) => {
    if (event.data.is === "up") watchLock();
    options.receive(event.data);
  };
  worker.onerror = (event) => {
    // Without this the whole process dies of one worker's error.
    event.preventDefault();
    watch.abort();
    end({ error: uncaught(event.message), zombie: false });
  };
  worker.onmessageerror = () => end({ error: uncaught("A message was lost"), zombie: false });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    gone: gone.promise,
    kill() {
      if (killed) return;
      killed = true;
      worker.terminate();
      watchLock();
      const cancel = clock.after(ZOMBIE_AFTER_MS, () => {
        watch.abort();
        gone.resolve({ error: null, zombie: true });
      });
      gone.promise.then(cancel);
    },
  };
}

function uncaught(message: string): WireError {
  return { kind: "fatal", code: "uncaught", message };
}
