/** Reads what Linux says about the machine: the texts of /proc, in; numbers, out. */

/** Processor time since boot, in ticks of any length: only shares of differences mean anything. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/**
 * The first line of /proc/stat (proc_stat(5)). Waiting for disks is idle; time the hypervisor took
 * is not, for it was not ours to use. Guest time is part of user time already.
 */
export function parseCpuTimes(stat: string): CpuTimes | null {
  const fields = /^cpu +((?:\d+ ?){7,10})/m.exec(stat)?.[1]?.trim().split(/ +/).map(Number);
  if (fields === undefined) return null;
  const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  const [, , , idle = 0, ioWait = 0] = fields;
  return { busy: total - idle - ioWait, total };
}

/** Busy share between two readings, 0 to 1; null when no time has passed. */
export function busyRatio(before: CpuTimes, after: CpuTimes): number | null {
  const total = after.total - before.total;
  if (total <= 0) return null;
  return Math.min(1, Math.max(0, (after.busy - before.busy) / total));
}

export interface MemoryUse {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/** Machine-wide memory out of /proc/meminfo; what can be reclaimed at once does not count as used. */
export function parseMeminfo(meminfo: string): MemoryUse | null {
  const totalKib = kibibytes(meminfo, "MemTotal");
  const availableKib = kibibytes(meminfo, "MemAvailable");
  if (totalKib === null || availableKib === null || totalKib === 0) return null;
  return {
    usedBytes: Math.max(0, totalKib - availableKib) * 1_024,
    limitBytes: totalKib * 1_024,
  };
}

function kibibytes(meminfo: string, name: string): number | null {
  const value = new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(meminfo)?.[1];
  return value === undefined ? null : Number(value);
}
