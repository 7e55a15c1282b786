/**
 * Actors in Web Workers: own heap, own permissions. A worker dies in ways that no event tells
 * (`self.close()`, `Deno.exit()`), so the watch is a Web Lock that it holds for life; and
 * `terminate()` does not end a loop that never yields, so a worker can outlive its sentence.
 */

import type { WireError } from "@/core/kernel/errors.ts";
import type { Gone, Host, HostStart, Running } from "@/core/kernel/host.ts";
import type { Up } from "@/core/kernel/up.ts";
import { ACTOR_LOCK, released } from "@/core/thread/locks.ts";

export function workerHost(): Host {
  return { start: startWorker };
}

function startWorker({ spec, permissions, receive, ...of }: HostStart): Running {
  const lock = `${ACTOR_LOCK}${of.lock}`;
  const worker = new Worker(spec.worker, { type: "module", name: lock, deno: { permissions } });
  const watch = new AbortController();
  const { promise: gone, resolve } = Promise.withResolvers<Gone>();
  let watching = false;
  const end = (error: WireError | null) => {
    watch.abort();
    worker.terminate();
    resolve({ error });
  };
  const watchLock = () => {
    if (watching) return;
    watching = true;
    released(lock, watch.signal).then(() => end(null), () => {});
  };
  worker.onmessage = (event: MessageEvent<Partial<Up> | null>) => {
    // Before, the lock may not be held, and would seem to be released.
    if (event.data?.is === "alive") watchLock();
    receive(event.data);
  };
  worker.onerror = (event) => {
    // Without this the whole process dies of one worker's error.
    event.preventDefault();
    end(uncaught(event.message));
  };
  worker.onmessageerror = () => end(uncaught("A message was lost"));
  return {
    post(message, transfer = []) {
      if (message.is !== "link") return worker.postMessage(message, transfer);
      const proof = new ArrayBuffer(1);
      worker.postMessage(message, [...transfer, proof]);
      // A thread that has just ended takes nothing over.
      if (!proof.detached) message.port.close();
    },
    gone,
    kill() {
      worker.terminate();
      watchLock();
    },
  };
}

function uncaught(message: string): WireError {
  return { kind: "fatal", code: "uncaught", message };
}
