import assert from "node:assert/strict";
import {
  cpuFiles,
  memoryFiles,
  parseCpuQuota,
  parseCpuUsage,
  parseMemoryLevel,
} from "@/core/resources/cgroup.ts";
import { busyRatio, parseCpuTimes, parseMeminfo } from "@/core/resources/proc.ts";

const STAT = `cpu  100 10 50 800 40 0 5 15 30 0
cpu0 50 5 25 400 20 0 2 8 15 0
intr 12345 0 0
btime 1768650000
`;
const MEMINFO = `MemTotal:        1000000 kB
MemFree:          100000 kB
MemAvailable:     250000 kB
Buffers:            2480 kB
`;

Deno.test("parseCpuTimes() counts waiting as idle and guests once", () => {
  assert.deepEqual(parseCpuTimes(STAT), { busy: 180, total: 1_020 });
  assert.deepEqual(parseCpuTimes("cpu  1 2 3 4 5 6 7\n"), { busy: 19, total: 28 });
  assert.equal(parseCpuTimes(""), null);
  assert.equal(parseCpuTimes("cpu0 1 2 3 4 5 6 7 8 9 10"), null);
});

Deno.test("busyRatio() is the busy share of a difference, and nothing without one", () => {
  assert.equal(busyRatio({ busy: 10, total: 100 }, { busy: 40, total: 200 }), 0.3);
  assert.equal(busyRatio({ busy: 10, total: 100 }, { busy: 10, total: 100 }), null);
  assert.equal(busyRatio({ busy: 50, total: 100 }, { busy: 40, total: 200 }), 0);
});

Deno.test("parseMeminfo() counts as used what cannot be had back at once", () => {
  assert.deepEqual(parseMeminfo(MEMINFO), {
    usedBytes: 750_000 * 1_024,
    limitBytes: 1_000_000 * 1_024,
  });
  assert.equal(parseMeminfo("MemTotal: 1 kB"), null);
});

const HYBRID = "9:name=systemd:/x\n4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/\n";

Deno.test("memoryFiles() goes up from the process's group in either version", () => {
  assert.deepEqual(memoryFiles("0::/system.slice/marketd.service\n").map(({ limit }) => limit), [
    "/sys/fs/cgroup/system.slice/marketd.service/memory.max",
    "/sys/fs/cgroup/system.slice/memory.max",
    "/sys/fs/cgroup/memory.max",
  ]);
  assert.deepEqual(memoryFiles(HYBRID).map(({ usage }) => usage), [
    "/sys/fs/cgroup/memory.current",
    "/sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes",
    "/sys/fs/cgroup/memory/docker/memory.usage_in_bytes",
    "/sys/fs/cgroup/memory/memory.usage_in_bytes",
  ]);
  assert.deepEqual(memoryFiles(""), []);
  assert.deepEqual(memoryFiles("nonsense"), []);
});

Deno.test("cpuFiles() finds a controller among several and stays under the mount", () => {
  assert.deepEqual(cpuFiles(HYBRID).at(1), {
    quota: "/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us",
    period: "/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us",
    usage: "/sys/fs/cgroup/cpuacct/docker/abc/cpuacct.usage",
  });
  for (const { quota } of cpuFiles("0::/../../etc")) assert.ok(!quota.includes(".."), quota);
});

Deno.test("parseMemoryLevel() takes the smaller of machine and group as the limit", () => {
  const texts = { limit: "1000\n", usage: "900\n", stat: "anon 1\ninactive_file 300\n" };
  assert.deepEqual(parseMemoryLevel(texts, 5_000), { usedBytes: 600, limitBytes: 1_000 });
  assert.equal(parseMemoryLevel(texts, 1_000), null);
  const unlimited = { ...texts, limit: "max\n" };
  assert.equal(parseMemoryLevel(unlimited, 5_000), null);
  const unlimited1 = { ...texts, limit: "9223372036854771712\n" };
  assert.equal(parseMemoryLevel(unlimited1, 5_000), null);
  const hierarchical = { ...texts, stat: "inactive_file 1\ntotal_inactive_file 200\n" };
  assert.equal(parseMemoryLevel(hierarchical, 5_000)?.usedBytes, 700);
});

Deno.test("parseCpuQuota() gives processors, in either version", () => {
  assert.equal(parseCpuQuota("50000 100000\n", null), 0.5);
  assert.equal(parseCpuQuota("max 100000\n", null), null);
  assert.equal(parseCpuQuota("200000\n", "100000\n"), 2);
  assert.equal(parseCpuQuota("-1\n", "100000\n"), null);
  assert.equal(parseCpuQuota("1\n", "0\n"), null);
});

Deno.test("parseCpuUsage() gives seconds, in either version", () => {
  assert.equal(parseCpuUsage("usage_usec 2500000\nuser_usec 1\n"), 2.5);
  assert.equal(parseCpuUsage("1500000000\n"), 1.5);
  assert.equal(parseCpuUsage("nonsense"), null);
});
