/** When to ask the others for less, and for how much: pure decisions. */

import { inEnglish, type KnownReason, reason } from "@/core/domain/reasons.ts";
import type { Pressure, ResourceSample } from "@/core/protocol/resources.ts";

/** Above `ask`, less is asked for; below `release` of every resource, it is given back. */
interface Band {
  readonly name: string;
  readonly ask: number;
  readonly release: number;
  readonly of: (sample: ResourceSample) => number;
}

const BANDS: readonly Band[] = [
  { name: "CPU", ask: 0.80, release: 0.70, of: (sample) => sample.cpuRatio },
  { name: "Memory", ask: 0.85, release: 0.75, of: (sample) => sample.memoryRatio },
];

/** Each sample under pressure halves the speed down to this share; each calm one doubles it. */
export const MIN_FACTOR = 0.125;

export const NO_PRESSURE: Pressure = { factor: 1, reason: "Nothing measured yet" };

/** What to ask for after `sample`, given what is asked for now. Between the bands nothing changes. */
export function judgePressure(now: Pressure, sample: ResourceSample): Pressure {
  const high = BANDS.filter(({ ask, of }) => of(sample) > ask);
  if (high.length > 0) {
    const reason = high.map((band) => `${useOf(band, sample)}, above ${percent(band.ask)}`);
    return { factor: Math.max(MIN_FACTOR, now.factor / 2), reason: reason.join("; ") };
  }
  const warm = BANDS.filter(({ release, of }) => of(sample) >= release);
  if (now.factor < 1 && warm.length > 0) {
    const reason = warm.map((band) =>
      `${useOf(band, sample)}, not yet below ${percent(band.release)}`
    );
    return { factor: now.factor, reason: reason.join("; ") };
  }
  const reason = BANDS.map((band) => useOf(band, sample)).join("; ");
  return { factor: Math.min(1, now.factor * 2), reason };
}

function useOf({ name, of }: Band, sample: ResourceSample): string {
  return `${name} at ${percent(of(sample))}`;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}

/** What a person is told about the disk. */
export interface DiskAlert {
  readonly severity: "warning" | "critical";
  readonly text: string;
  readonly said: KnownReason;
}

const DISK_WARNING = { ratio: 0.90, freeBytes: 1_000_000_000 };
const DISK_CRITICAL = { ratio: 0.97, freeBytes: 200_000_000 };

/**
 * Null while there is room. A large disk may be nearly full by share and still have room for
 * months, so that both share and free bytes have to be bad.
 */
export function judgeDisk({ diskRatio, diskFreeBytes }: ResourceSample): DiskAlert | null {
  const isBeyond = (limit: typeof DISK_WARNING) =>
    diskRatio > limit.ratio && diskFreeBytes < limit.freeBytes;
  if (!isBeyond(DISK_WARNING)) return null;
  const said = reason("disk-low", {
    used: percent(diskRatio),
    free: `${Math.floor(diskFreeBytes / 1_000_000)} MB`,
  });
  return {
    severity: isBeyond(DISK_CRITICAL) ? "critical" : "warning",
    text: inEnglish(said),
    said,
  };
}
