import assert from "node:assert/strict";
import { systemClock } from "@/core/kernel/clock.ts";
import { createResourceProbe, type ResourceProbe } from "@/core/resources/probe.ts";

const GIB = 1_024 ** 3;

/** A machine made of texts: 2 GiB of memory, a quarter of it in use. */
class PaperMachine {
  nowMs = 0;
  readonly files = new Map<string, string>([
    ["/proc/stat", "cpu  0 0 0 0 0 0 0 0 0 0\n"],
    ["/proc/meminfo", "MemTotal: 2097152 kB\nMemAvailable: 1572864 kB\n"],
    ["/proc/self/cgroup", "0::/app\n"],
  ]);

  probe(): ResourceProbe {
    return createResourceProbe({
      clock: { now: () => 1_000 + this.nowMs, monotonic: () => this.nowMs, after: () => () => {} },
      home: "/srv/data",
      readText: (path) => {
        const text = this.files.get(path);
        return text === undefined ? Promise.reject(new Error(`No ${path}`)) : Promise.resolve(text);
      },
      statfs: (path) => {
        assert.equal(path, "/srv/data");
        return Promise.resolve({ bsize: 4_096, blocks: 1_000, bfree: 500, bavail: 300 });
      },
    });
  }

  #busyTicks = 0;

  /** Lets time pass with the machine busy for a share of it; a tick is a millisecond here. */
  pass(ms: number, busyShare: number): void {
    this.nowMs += ms;
    this.#busyTicks += Math.round(ms * busyShare);
    const idle = this.nowMs - this.#busyTicks;
    this.files.set("/proc/stat", `cpu  ${this.#busyTicks} 0 0 ${idle} 0 0 0 0 0 0\n`);
  }
}

Deno.test("sample() measures the machine when nothing else limits", async () => {
  const machine = new PaperMachine();
  const probe = machine.probe();
  assert.equal((await probe.sample()).cpuRatio, 0);
  machine.pass(30_000, 0.4);
  assert.deepEqual(await probe.sample(), {
    sampledAtMs: 31_000,
    cpuRatio: 0.4,
    memoryRatio: 0.25,
    memoryBytes: GIB / 2,
    memoryLimitBytes: 2 * GIB,
    diskFreeBytes: 300 * 4_096,
    diskRatio: 500 / 800,
  });
});

Deno.test("sample() takes the control group that is nearest to its limit", async () => {
  const machine = new PaperMachine();
  machine.files.set("/sys/fs/cgroup/app/memory.max", String(GIB));
  machine.files.set("/sys/fs/cgroup/app/memory.current", String(Math.round(GIB * 0.9)));
  machine.files.set("/sys/fs/cgroup/app/memory.stat", `inactive_file ${Math.round(GIB * 0.1)}\n`);
  const reading = await machine.probe().sample();
  assert.ok(Math.abs(reading.memoryRatio - 0.8) < 1e-6);
  assert.equal(reading.memoryLimitBytes, GIB);
});

Deno.test("sample() never takes a limit above the machine's memory", async () => {
  const machine = new PaperMachine();
  machine.files.set("/sys/fs/cgroup/app/memory.max", String(64 * GIB));
  machine.files.set("/sys/fs/cgroup/app/memory.current", String(63 * GIB));
  machine.files.set("/sys/fs/cgroup/app/memory.stat", "");
  assert.equal((await machine.probe().sample()).memoryLimitBytes, 2 * GIB);
});

Deno.test("sample() measures processor use against a quota", async () => {
  const machine = new PaperMachine();
  const use = (seconds: number) =>
    machine.files.set("/sys/fs/cgroup/app/cpu.stat", `usage_usec ${seconds * 1e6}\n`);
  machine.files.set("/sys/fs/cgroup/app/cpu.max", "50000 100000\n");
  use(100);
  const probe = machine.probe();
  await probe.sample();
  machine.pass(30_000, 0.1);
  use(113.5);
  const { cpuRatio } = await probe.sample();
  assert.ok(Math.abs(cpuRatio - 0.9) < 1e-6, String(cpuRatio));
});

Deno.test("sample() judges the last half minute, however often it is asked", async () => {
  const machine = new PaperMachine();
  const probe = machine.probe();
  const ask = async (seconds: number, busyShare: number) => {
    let ratio = 0;
    for (let second = 0; second < seconds; second += 2) {
      machine.pass(2_000, busyShare);
      ratio = (await probe.sample()).cpuRatio;
    }
    return ratio;
  };
  await probe.sample();
  assert.equal(await ask(60, 0.2), 0.2);
  assert.equal(await ask(6, 1), 0.36);
  assert.equal(await ask(30, 1), 1);
  machine.pass(10, 0);
  assert.equal((await probe.sample()).cpuRatio, 1, "Asked again at once");
});

Deno.test("sample() fails as transient where the machine does not say", async () => {
  const machine = new PaperMachine();
  machine.files.delete("/proc/meminfo");
  const refused = { kind: "transient", code: "resources-unreadable" };
  await assert.rejects(machine.probe().sample(), refused);
  machine.files.set("/proc/meminfo", "");
  await assert.rejects(machine.probe().sample(), refused);
});

Deno.test({
  name: "sample() reads this very machine",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const reading = await createResourceProbe({
      clock: systemClock,
      home: ".",
      readText: (path) => Deno.readTextFile(path),
    }).sample();
    assert.ok(reading.memoryRatio > 0 && reading.memoryRatio <= 1.05, String(reading.memoryRatio));
    assert.ok(reading.memoryLimitBytes > 64 * 1_024 ** 2);
    assert.ok(reading.diskFreeBytes > 0 && reading.diskRatio > 0 && reading.diskRatio <= 1);
  },
});
