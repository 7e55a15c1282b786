/** A house of bench actors, and bare workers beside it. */

import { systemClock } from "@/core/kernel/clock.ts";
import type { SupervisorEvent } from "@/core/kernel/events.ts";
import { workerHost } from "@/core/hosts/worker.ts";
import { type ChildSpec, group } from "@/core/kernel/house.ts";
import type { Log } from "@/core/kernel/log.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import type { Store } from "@/core/kernel/store.ts";
import { Supervisor } from "@/core/supervision/supervisor.ts";
import { preciseMs } from "./actors.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** No bench is to be given up. */
const INTENSITY = { max: 10_000, withinMs: 100_000_000 };

type EventOf<K extends SupervisorEvent["is"]> = Extract<SupervisorEvent, { readonly is: K }>;

/** A started house that can be waited on. */
export class Stage {
  readonly supervisor: Supervisor;
  #waiting: ((event: SupervisorEvent, atMs: number) => void)[] = [];
  readonly #said = new Map<string, Readonly<Record<string, unknown>>>();

  private constructor(children: readonly ChildSpec[], store: Store) {
    this.supervisor = new Supervisor({
      id: crypto.randomUUID(),
      root: group("root", { intensity: INTENSITY, children }),
      store,
      host: () => workerHost(),
      clock: systemClock,
      random: () => 0.5,
      serve: [],
      log: silent,
      actorLog: (actor) => ({
        ...silent,
        info: (_message, props = {}) => this.#said.set(actor, props),
      }),
      onFenced: (error) => {
        throw error;
      },
      onEvent: (event) => {
        const atMs = preciseMs();
        for (const waiting of this.#waiting) waiting(event, atMs);
      },
    });
  }

  static async start(
    children: readonly ChildSpec[],
    store: Store = new MemoryStore(),
  ): Promise<Stage> {
    const stage = new Stage(children, store);
    await stage.supervisor.start();
    return stage;
  }

  /** The next event of a kind and when it came, wall clock with fractions. */
  next<K extends SupervisorEvent["is"]>(kind: K): Promise<{ event: EventOf<K>; atMs: number }> {
    return new Promise((resolve) => {
      const listen = (event: SupervisorEvent, atMs: number) => {
        if (event.is !== kind) return;
        this.#waiting = this.#waiting.filter((one) => one !== listen);
        resolve({ event: event as EventOf<K>, atMs });
      };
      this.#waiting.push(listen);
    });
  }

  /** What an actor logged last, which leaves it at once, whatever it does next. */
  said(actor: string): Readonly<Record<string, unknown>> {
    return this.#said.get(actor) ?? {};
  }

  stop(): Promise<void> {
    return this.supervisor.stop(5_000);
  }
}

/** A bare worker; its answers come one after another. */
export class RawWorker {
  readonly worker: Worker;
  #answer: (value: unknown) => void = () => {};

  private constructor(url: URL) {
    this.worker = new Worker(url, { type: "module" });
    this.worker.onmessage = ({ data }) => {
      // What floods it is not an answer.
      if (data?.is !== "tell") this.#answer(data);
    };
  }

  static async start(url: URL): Promise<RawWorker> {
    const raw = new RawWorker(url);
    await new Promise((resolve) => raw.#answer = resolve);
    return raw;
  }

  ask<T>(order: unknown, transfer: Transferable[] = []): Promise<T> {
    return new Promise((resolve) => {
      this.#answer = (value) => resolve(value as T);
      this.worker.postMessage(order, transfer);
    });
  }
}

const RAW = new URL("./raw_worker.ts", import.meta.url);

/** Two bare workers joined by a port. */
export async function rawPair(): Promise<{ ping: RawWorker; pong: RawWorker; stop(): void }> {
  const [ping, pong] = [await RawWorker.start(RAW), await RawWorker.start(RAW)];
  const { port1, port2 } = new MessageChannel();
  await ping.ask({ is: "port", port: port1, role: "ping" }, [port1]);
  await pong.ask({ is: "port", port: port2, role: "pong" }, [port2]);
  const stop = () => [ping, pong].forEach(({ worker }) => worker.terminate());
  return { ping, pong, stop };
}

export function rawWorker(): Promise<RawWorker> {
  return RawWorker.start(RAW);
}
