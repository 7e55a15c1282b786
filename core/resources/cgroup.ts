/** Reads control groups, version 1 and 2: which limits hold for this process, and what is used. */

import type { MemoryUse } from "./proc.ts";

/** The files of one level of the hierarchy that say something about one resource. */
export interface MemoryFiles {
  readonly limit: string;
  readonly usage: string;
  readonly stat: string;
}
export interface CpuFiles {
  /** Version 2: quota and period in one file; version 1: the quota alone. */
  readonly quota: string;
  /** Version 1 only. */
  readonly period: string | null;
  readonly usage: string;
}

const MOUNT = "/sys/fs/cgroup";

/** Levels above this depth are not looked at; real hierarchies have fewer. */
const MAX_LEVELS = 12;

/** Files on memory, from the process's own group up to the root (cgroups(7), /proc/self/cgroup). */
export function memoryFiles(selfCgroup: string): readonly MemoryFiles[] {
  return [
    ...levels(pathOf(selfCgroup, "")).map((at) => ({
      limit: `${MOUNT}${at}/memory.max`,
      usage: `${MOUNT}${at}/memory.current`,
      stat: `${MOUNT}${at}/memory.stat`,
    })),
    ...levels(pathOf(selfCgroup, "memory")).map((at) => ({
      limit: `${MOUNT}/memory${at}/memory.limit_in_bytes`,
      usage: `${MOUNT}/memory${at}/memory.usage_in_bytes`,
      stat: `${MOUNT}/memory${at}/memory.stat`,
    })),
  ];
}

/** Files on processor time, from the process's own group up to the root. */
export function cpuFiles(selfCgroup: string): readonly CpuFiles[] {
  return [
    ...levels(pathOf(selfCgroup, "")).map((at) => ({
      quota: `${MOUNT}${at}/cpu.max`,
      period: null,
      usage: `${MOUNT}${at}/cpu.stat`,
    })),
    ...levels(pathOf(selfCgroup, "cpu")).map((at) => ({
      quota: `${MOUNT}/cpu${at}/cpu.cfs_quota_us`,
      period: `${MOUNT}/cpu${at}/cpu.cfs_period_us`,
      usage: `${MOUNT}/cpuacct${at}/cpuacct.usage`,
    })),
  ];
}

/** Path of the group for a version 1 controller, or for version 2 (`""`); null without one. */
function pathOf(selfCgroup: string, controller: string): string | null {
  for (const line of selfCgroup.split("\n")) {
    const [, id, controllers = "", path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    const fits = controller === "" ? id === "0" : controllers.split(",").includes(controller);
    if (fits && path !== undefined) return path;
  }
  return null;
}

/** `/a/b` gives `/a/b`, `/a` and the root, which is the empty text. */
function levels(path: string | null): readonly string[] {
  if (path === null) return [];
  const parts = path.split("/").filter((part) => part !== "" && part !== "..").slice(0, MAX_LEVELS);
  return Array.from({ length: parts.length + 1 }, (_, depth) => {
    return parts.slice(0, parts.length - depth).map((part) => `/${part}`).join("");
  });
}

/**
 * Memory of one level, or null when nothing limits it there. File pages that can be dropped at once
 * do not count as used.
 */
export function parseMemoryLevel(
  texts: { readonly limit: string; readonly usage: string; readonly stat: string },
  machineBytes: number,
): MemoryUse | null {
  const limitBytes = wholeNumber(texts.limit);
  const usedBytes = wholeNumber(texts.usage);
  if (limitBytes === null || usedBytes === null) return null;
  if (limitBytes <= 0 || limitBytes >= machineBytes) return null;
  const inactive = /^total_inactive_file (\d+)$/m.exec(texts.stat) ??
    /^inactive_file (\d+)$/m.exec(texts.stat);
  return { usedBytes: Math.max(0, usedBytes - Number(inactive?.[1] ?? 0)), limitBytes };
}

/** Processors a level may use, or null when nothing limits it there. */
export function parseCpuQuota(quota: string, period: string | null): number | null {
  const [quotaText = "", periodText = ""] = period === null
    ? quota.trim().split(/\s+/)
    : [quota, period];
  const quotaUs = wholeNumber(quotaText);
  const periodUs = wholeNumber(periodText);
  if (quotaUs === null || periodUs === null || periodUs === 0) return null;
  return quotaUs / periodUs;
}

/** Processor time a level has used, in seconds: `usage_usec` of version 2, or nanoseconds. */
export function parseCpuUsage(text: string): number | null {
  const microseconds = /^usage_usec (\d+)$/m.exec(text)?.[1];
  if (microseconds !== undefined) return Number(microseconds) / 1e6;
  const nanoseconds = wholeNumber(text);
  return nanoseconds === null ? null : nanoseconds / 1e9;
}

/** `max` and `-1` mean no limit and are no number. */
function wholeNumber(text: string): number | null {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : null;
}
