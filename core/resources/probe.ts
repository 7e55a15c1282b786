/** Measures what the house uses of what it may use. Runs in main: workers may not read /proc. */

import { statfs as nodeStatfs } from "node:fs/promises";
import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { cpuFiles, memoryFiles, parseCpuQuota, parseCpuUsage, parseMemoryLevel } from "./cgroup.ts";
import { busyRatio, type CpuTimes, type MemoryUse, parseCpuTimes, parseMeminfo } from "./proc.ts";

/** One measurement. Ratios are shares of what may be used: 1 is all of it. */
export interface ResourceReading {
  readonly sampledAtMs: number;
  /** Over the last half minute, or since the first reading; 0 in the first. */
  readonly cpuRatio: number;
  readonly memoryRatio: number;
  readonly memoryBytes: number;
  /** The machine's memory, or the limit of the control group that is nearest to its limit. */
  readonly memoryLimitBytes: number;
  /** What an ordinary user may still write where the home directory lies. */
  readonly diskFreeBytes: number;
  readonly diskRatio: number;
}

/** Sizes of a file system, in blocks (statvfs(3)). */
export interface DiskBlocks {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

export interface ResourceSources {
  readonly clock: Clock;
  /** The home directory. */
  readonly home: string;
  /** Reads a file of /proc or /sys. */
  readonly readText: (path: string) => Promise<string>;
  readonly statfs?: (path: string) => Promise<DiskBlocks>;
}

export interface ResourceProbe {
  /** Throws a transient {@link ActorError} where the machine does not say (anywhere but Linux). */
  sample(): Promise<ResourceReading>;
}

/** Processor use of one level of control groups: seconds used and processors allowed. */
interface CpuLevel {
  readonly path: string;
  readonly usedSeconds: number;
  readonly processors: number;
}

interface CpuReading {
  readonly atMs: number;
  readonly machine: CpuTimes;
  readonly levels: readonly CpuLevel[];
}

/** Processor use is judged over this time, however often somebody asks. */
const WINDOW_MS = 30_000;
/** Readings closer together tell nothing: /proc/stat ticks a hundred times a second. */
const MIN_GAP_MS = 1_000;

/** A probe that remembers the readings before, for processor use is a difference. */
export function createResourceProbe(sources: ResourceSources): ResourceProbe {
  const { clock, home, readText, statfs = nodeStatfs } = sources;
  /** Oldest first, at least {@link MIN_GAP_MS} apart; at most one is older than the window. */
  const readings: CpuReading[] = [];

  async function readCpu(selfCgroup: string): Promise<CpuReading> {
    const machine = parseCpuTimes(await readText("/proc/stat"));
    if (machine === null) throw unreadable("/proc/stat");
    return { atMs: clock.monotonic(), machine, levels: await cpuLevels(selfCgroup, readText) };
  }

  async function readMemory(selfCgroup: string): Promise<MemoryUse> {
    const machine = parseMeminfo(await readText("/proc/meminfo"));
    if (machine === null) throw unreadable("/proc/meminfo");
    const limited = await memoryLevels(selfCgroup, machine.limitBytes, readText);
    return limited.reduce((most, level) => shareOf(level) > shareOf(most) ? level : most, machine);
  }

  return {
    async sample() {
      try {
        const selfCgroup = await readText("/proc/self/cgroup").catch(() => "");
        const [cpu, memory, disk] = await Promise.all([
          readCpu(selfCgroup),
          readMemory(selfCgroup),
          statfs(home),
        ]);
        remember(readings, cpu);
        return {
          sampledAtMs: clock.now(),
          cpuRatio: cpuShare(readings),
          ...memoryFields(memory),
          ...diskFields(disk),
        };
      } catch (cause) {
        if (cause instanceof ActorError) throw cause;
        throw new ActorError("transient", "resources-unreadable", "Cannot read resource use", {
          cause,
        });
      }
    },
  };
}

function unreadable(path: string): ActorError {
  return new ActorError("transient", "resources-unreadable", `Cannot make sense of ${path}`);
}

async function cpuLevels(
  selfCgroup: string,
  readText: ResourceSources["readText"],
): Promise<readonly CpuLevel[]> {
  const levels = await Promise.all(
    cpuFiles(selfCgroup).map(async ({ quota, period, usage }) => {
      const texts = await readAll([quota, period ?? quota, usage], readText);
      if (texts === null) return [];
      const [quotaText = "", periodText = "", usageText = ""] = texts;
      const processors = parseCpuQuota(quotaText, period === null ? null : periodText);
      const usedSeconds = parseCpuUsage(usageText);
      return processors === null || usedSeconds === null
        ? []
        : [{ path: usage, usedSeconds, processors }];
    }),
  );
  return levels.flat();
}

async function memoryLevels(
  selfCgroup: string,
  machineBytes: number,
  readText: ResourceSources["readText"],
): Promise<readonly MemoryUse[]> {
  const levels = await Promise.all(
    memoryFiles(selfCgroup).map(async (files) => {
      const texts = await readAll([files.limit, files.usage, files.stat], readText);
      if (texts === null) return null;
      const [limit = "", usage = "", stat = ""] = texts;
      return parseMemoryLevel({ limit, usage, stat }, machineBytes);
    }),
  );
  return levels.filter((level) => level !== null);
}

/** Null when one of the files is not there: another version of control groups, or a root. */
async function readAll(
  paths: readonly string[],
  readText: ResourceSources["readText"],
): Promise<readonly string[] | null> {
  try {
    return await Promise.all(paths.map(readText));
  } catch {
    return null;
  }
}

function remember(readings: CpuReading[], reading: CpuReading): void {
  const newest = readings.at(-1);
  if (newest !== undefined && reading.atMs - newest.atMs < MIN_GAP_MS) return;
  readings.push(reading);
  const beyond = readings.findLastIndex(({ atMs }) => reading.atMs - atMs >= WINDOW_MS);
  if (beyond > 0) readings.splice(0, beyond);
}

/** The larger of the machine's busy share and the share of any quota that holds for us. */
function cpuShare(readings: readonly CpuReading[]): number {
  const [before] = readings;
  const after = readings.at(-1);
  if (before === undefined || after === undefined || before === after) return 0;
  const seconds = (after.atMs - before.atMs) / 1_000;
  const shares = after.levels.flatMap((level) => {
    const earlier = before.levels.find(({ path }) => path === level.path);
    if (earlier === undefined) return [];
    return [(level.usedSeconds - earlier.usedSeconds) / (seconds * level.processors)];
  });
  return Math.max(0, busyRatio(before.machine, after.machine) ?? 0, ...shares);
}

function shareOf({ usedBytes, limitBytes }: MemoryUse): number {
  return usedBytes / limitBytes;
}

function memoryFields(use: MemoryUse): Pick<
  ResourceReading,
  "memoryBytes" | "memoryLimitBytes" | "memoryRatio"
> {
  return {
    memoryBytes: use.usedBytes,
    memoryLimitBytes: use.limitBytes,
    memoryRatio: shareOf(use),
  };
}

/** Free and used as `df` counts them: what is reserved for root is neither. */
function diskFields(
  { bsize, blocks, bfree, bavail }: DiskBlocks,
): Pick<ResourceReading, "diskFreeBytes" | "diskRatio"> {
  const used = Math.max(0, blocks - bfree);
  const all = used + bavail;
  return { diskFreeBytes: bavail * bsize, diskRatio: all === 0 ? 0 : used / all };
}
