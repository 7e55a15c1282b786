/** Crashes one worker again and again, bare or supervised, and says what the process has grown to. */

import { child } from "@/core/kernel/house.ts";
import { mortal, mortalSpec } from "./actors.ts";
import { tell } from "./child_process.ts";
import { Stage } from "./stage.ts";

export interface Sample {
  readonly restarts: number;
  /** Memory behind no file, on this process's own account. */
  readonly anonymousKb: number;
  /** Objects on main's JavaScript heap, after collecting garbage. */
  readonly heapKb: number;
  readonly threads: number;
  readonly fds: number;
}

const RAW = new URL("./mortal_raw_worker.ts", import.meta.url);
const [kind = "", ...numbers] = Deno.args;
const [from = 0, to = 0, steps = 1] = numbers.map(Number);

async function bareRestarts(): Promise<() => Promise<void>> {
  let worker = await bareWorker();
  return async () => {
    const failed = new Promise<void>((resolve) => {
      worker.onerror = (event) => {
        event.preventDefault();
        resolve();
      };
    });
    worker.postMessage("throw");
    await failed;
    worker.terminate();
    worker = await bareWorker();
  };
}

async function bareWorker(): Promise<Worker> {
  const name = crypto.randomUUID();
  const worker = new Worker(RAW, { type: "module", name, deno: { permissions: "none" } });
  await new Promise((resolve) => worker.onmessage = resolve);
  return worker;
}

async function supervisedRestarts(): Promise<() => Promise<void>> {
  const backoff = { minMs: 0, maxMs: 0 };
  const stage = await Stage.start([child(mortalSpec, { config: () => ({}), backoff })]);
  return async () => {
    const ready = stage.next("ready");
    stage.supervisor.ask(mortal, "Die", { how: "throw" }).catch(() => {});
    await ready;
  };
}

async function sample(restarts: number): Promise<Sample> {
  // A dead thread goes within a moment; collected garbage is given back later, or never.
  for (let round = 0; round < 4; round++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const rollup = await Deno.readTextFile("/proc/self/smaps_rollup");
  return {
    restarts,
    anonymousKb: Number(/^Pss_Anon:\s+(\d+)/m.exec(rollup)?.[1]),
    heapKb: Deno.memoryUsage().heapUsed / 1_024,
    threads: [...Deno.readDirSync("/proc/self/task")].length,
    fds: [...Deno.readDirSync("/proc/self/fd")].length,
  };
}

const restart = kind === "raw" ? await bareRestarts() : await supervisedRestarts();
const samples: Sample[] = [];
let done = 0;
for (let step = 0; step <= steps; step++) {
  const mark = Math.round(from + (to - from) * step / steps);
  for (; done < mark; done++) await restart();
  samples.push(await sample(done));
}
tell(samples);
Deno.exit(0);
