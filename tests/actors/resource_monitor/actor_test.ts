import assert from "node:assert/strict";
import definition from "@/actors/resource_monitor/actor.ts";
import { resourceMonitorSpec } from "@/actors/resource_monitor/spec.ts";
import { ActorError, type Call, type ServiceContext } from "@/core/kernel/mod.ts";
import type { ResourceSample } from "@/core/protocol/resources.ts";

type Spec = typeof resourceMonitorSpec;

const BUSY: ResourceSample = {
  sampledAtMs: 86_400_000,
  cpuRatio: 0.95,
  memoryRatio: 0.5,
  memoryBytes: 1,
  memoryLimitBytes: 2,
  diskFreeBytes: 1e8,
  diskRatio: 0.99,
};

/** The monitor on a clock of its own, with everything it says written down. */
class Bench {
  readonly said: unknown[] = [];
  readonly logs: string[] = [];
  readonly stop = new AbortController();
  answer: () => Promise<ResourceSample> = () => Promise.resolve(BUSY);
  stored: () => Promise<void> = () => Promise.resolve();
  #due: (() => void)[] = [];

  readonly #context = {
    config: { intervalMs: 30_000 },
    clock: {
      now: () => 0,
      monotonic: () => 0,
      after: (delayMs: number, run: () => void) => {
        assert.equal(delayMs, 30_000);
        this.#due.push(run);
        return () => this.#due = this.#due.filter((other) => other !== run);
      },
    },
    random: () => 0.5,
    log: {
      debug: (message: string) => this.logs.push(`debug ${message}`),
      info: (message: string) => this.logs.push(`info ${message}`),
      warn: (message: string) => this.logs.push(`warn ${message}`),
      error: (message: string) => this.logs.push(`error ${message}`),
    },
    signal: this.stop.signal,
    incarnation: 1,
    ask: () => this.answer(),
    tell: (peer: { name: string }, type: string, body: unknown) =>
      this.said.push([peer.name, type, body]),
    post: (peer: { name: string }, type: string, message: { key: string }) => {
      this.said.push([peer.name, type, message.key]);
      return this.stored();
    },
    report() {},
  } as unknown as ServiceContext<Spec>;

  /** Runs the monitor until `test` is through. */
  async run(test: (status: () => unknown) => Promise<void>): Promise<void> {
    const { start, run, handlers } = definition.service;
    const watch = await start(this.#context);
    const running = run?.(watch, this.#context);
    try {
      await settle();
      await test(() => handlers.Status(watch, {}, this.#context as unknown as Call<Spec>));
    } finally {
      this.stop.abort();
      await running;
    }
  }

  /** Lets one interval pass. */
  async tick(): Promise<void> {
    for (const run of this.#due.splice(0)) run();
    await settle();
  }
}

/** Every promise of the monitor resolves without real time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const HALF = { factor: 0.5, reason: "CPU at 95 %, above 80 %" };

Deno.test("resource-monitor tells signer and scanner with every sample", async () => {
  const bench = new Bench();
  await bench.run(async (status) => {
    assert.deepEqual(bench.said.slice(0, 2), [
      ["signer", "Pressure", HALF],
      ["scanner", "Pressure", HALF],
    ]);
    assert.deepEqual(status(), { sample: BUSY, pressure: HALF });
    bench.answer = () => Promise.resolve({ ...BUSY, cpuRatio: 0.1, diskRatio: 0.1 });
    bench.said.length = 0;
    await bench.tick();
    const calm = { factor: 1, reason: "CPU at 10 %; Memory at 50 %" };
    assert.deepEqual(bench.said, [["signer", "Pressure", calm], ["scanner", "Pressure", calm]]);
    assert.deepEqual(bench.logs, [
      "warn Asking for less: {reason}",
      "info Asking for more: {reason}",
    ]);
  });
});

Deno.test("resource-monitor alerts of a full disk once a day and severity", async () => {
  const bench = new Bench();
  const alerts = () => bench.said.filter((row) => Array.isArray(row) && row[1] === "Alert");
  bench.stored = () => Promise.reject(new ActorError("transient", "away", "No database"));
  await bench.run(async () => {
    assert.equal(bench.logs.at(-1), "warn Cannot post the disk alert");
    bench.stored = () => Promise.resolve();
    await bench.tick();
    await bench.tick();
    bench.answer = () => Promise.resolve({ ...BUSY, sampledAtMs: 2 * BUSY.sampledAtMs });
    await bench.tick();
    assert.deepEqual(alerts(), [
      ["notifier", "Alert", "disk:critical:1"],
      ["notifier", "Alert", "disk:critical:1"],
      ["notifier", "Alert", "disk:critical:2"],
    ], "Tried again with the same key, then quiet for the day");
  });
});

Deno.test("resource-monitor keeps its verdict when nothing can be measured", async () => {
  const bench = new Bench();
  await bench.run(async (status) => {
    bench.answer = () => Promise.reject(new ActorError("transient", "resources-unreadable", "No"));
    bench.said.length = 0;
    await bench.tick();
    assert.deepEqual(bench.said, []);
    assert.deepEqual(status(), { sample: BUSY, pressure: HALF });
    assert.equal(bench.logs.at(-1), "warn Cannot measure resources");
    bench.answer = () => Promise.resolve(BUSY);
    await bench.tick();
    assert.deepEqual(bench.said[0], ["signer", "Pressure", { ...HALF, factor: 0.25 }]);
  });
});

Deno.test("resource-monitor may touch nothing itself", () => {
  assert.equal(resourceMonitorSpec.permissions({ intervalMs: 30_000 }), "none");
});
