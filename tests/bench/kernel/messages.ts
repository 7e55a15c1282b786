/** Round trips, one-way messages and a flood: the kernel beside bare ports, round by round. */

import { child } from "@/core/kernel/house.ts";
import { bystander, bystanderSpec, ping, pingSpec, pong, pongSpec } from "./actors.ts";
import { type Figure, median, quantile, times } from "./figures.ts";
import { rawPair, rawWorker, Stage } from "./stage.ts";
import { pin, usableCores, workerThreads } from "./threads.ts";
import { watchLateness } from "./lateness.ts";

export interface Effort {
  readonly rounds: number;
  readonly roundTrips: number;
  readonly oneWay: number;
  readonly flood: number;
}

const PONG = child(pongSpec, { config: () => ({}) });
const PING = child(pingSpec, { config: () => ({}) });
const BYSTANDER = child(bystanderSpec, { config: () => ({}) });

/** A sender of bare messages that never yields would not be a fair one; this is one that does. */
const RAW_YIELD_EVERY = 1_000;

/** A pair of bare workers and a pair of actors, both placed alike. */
interface Pairs {
  readonly raw: Awaited<ReturnType<typeof rawPair>>;
  readonly stage: Stage;
}

/** Runs `measure` with the pairs on one core, and again with a core each where there are two. */
async function onCores<T>(measure: (pairs: Pairs) => Promise<T>): Promise<Placed<T>> {
  const cores = await usableCores();
  const before = workerThreads();
  const raw = await rawPair();
  const stage = await Stage.start([PONG, PING]);
  const threads = workerThreads().filter((thread) => !before.includes(thread));
  try {
    await pin(threads, cores.slice(0, 1));
    const together = await measure({ raw, stage });
    if (cores.length < 2) return { together, apart: null };
    await pin(threads, cores);
    return { together, apart: await measure({ raw, stage }) };
  } finally {
    raw.stop();
    await stage.stop();
  }
}

interface Placed<T> {
  readonly together: T;
  /** Null on a machine with one core. */
  readonly apart: T | null;
}

function prefixed(prefix: string, values: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]),
  );
}

function valuesOf(placed: Placed<Readonly<Record<string, number>>>): Record<string, number> {
  return {
    ...prefixed("oneCore", placed.together),
    ...(placed.apart === null ? {} : prefixed("twoCores", placed.apart)),
  };
}

// ---- request and reply --------------------------------------------------------------------------

export async function measureRoundTrips(effort: Effort): Promise<Figure> {
  const placed = await onCores((pairs) => roundTrips(pairs, effort));
  const all = [placed.together, ...(placed.apart === null ? [] : [placed.apart])];
  const p50Ratio = Math.max(...all.map((one) => one.p50Ratio));
  const p99Ratio = Math.max(...all.map((one) => one.p99Ratio));
  return {
    what: "request/reply through the full stack against raw postMessage round trip",
    reach: "p50 ≤ 1.5×, p99 ≤ 2×",
    got: `p50 ${times(p50Ratio)}, p99 ${times(p99Ratio)}`,
    met: p50Ratio <= 1.5 && p99Ratio <= 2,
    values: { p50Ratio, p99Ratio, ...valuesOf(placed) },
  };
}

async function roundTrips({ raw, stage }: Pairs, { rounds, roundTrips: count }: Effort) {
  const bare = { p50: [] as number[], p99: [] as number[] };
  const ours = { p50: [] as number[], p99: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const rawMicros = await raw.ping.ask<number[]>({ is: "round-trips", count });
    const { micros } = await stage.supervisor.ask(ping, "RoundTrips", { count });
    // The first round warms up both.
    if (round === 0) continue;
    bare.p50.push(quantile(rawMicros, 0.5));
    bare.p99.push(quantile(rawMicros, 0.99));
    ours.p50.push(quantile(micros, 0.5));
    ours.p99.push(quantile(micros, 0.99));
  }
  const [rawP50Us, rawP99Us] = [median(bare.p50), median(bare.p99)];
  const [oursP50Us, oursP99Us] = [median(ours.p50), median(ours.p99)];
  const ratios = { p50Ratio: oursP50Us / rawP50Us, p99Ratio: oursP99Us / rawP99Us };
  return { ...ratios, rawP50Us, rawP99Us, oursP50Us, oursP99Us };
}

// ---- one way ------------------------------------------------------------------------------------

export async function measureOneWay(effort: Effort): Promise<Figure> {
  const placed = await onCores((pairs) => oneWay(pairs, effort));
  const share = Math.min(placed.together.share, placed.apart?.share ?? Infinity);
  return {
    what: "one-way messages with credits and schemas against raw envelopes",
    reach: "≥ 60 %, aim 80 %",
    got: `${Math.round(share * 100)} %`,
    met: share >= 0.6,
    values: { share, ...valuesOf(placed) },
  };
}

async function oneWay({ raw, stage }: Pairs, { rounds, oneWay: count }: Effort) {
  const rawRates: number[] = [];
  const ourRates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const order = { is: "one-way", count, yieldEvery: RAW_YIELD_EVERY };
    const rawMs = await raw.ping.ask<number>(order);
    const { ms } = await stage.supervisor.ask(ping, "OneWay", { count });
    if (round === 0) continue;
    rawRates.push(count / rawMs * 1_000);
    ourRates.push(count / ms * 1_000);
  }
  const [rawPerSecond, oursPerSecond] = [median(rawRates), median(ourRates)];
  return { share: oursPerSecond / rawPerSecond, rawPerSecond, oursPerSecond };
}

// ---- a flood ------------------------------------------------------------------------------------

/**
 * Raw: a worker posts to its parent as fast as it can, which is what a worker has without links,
 * and the parent's timer waits. Ours: as many messages between two actors, all of them handled; the
 * worst timer of receiver, bystander and main counts.
 */
export async function measureFlood({ flood: count, rounds }: Effort): Promise<Figure> {
  const raw = await rawWorker();
  const stage = await Stage.start([PONG, PING, BYSTANDER]);
  const { supervisor } = stage;
  const mainLate = watchLateness();
  const seen = { raw: [] as number[], receiver: [] as number[], bystander: [] as number[] };
  const main: number[] = [];
  for (let round = 0; round < rounds; round++) {
    mainLate();
    await raw.ask({ is: "flood", count });
    seen.raw.push(mainLate());
    await supervisor.ask(pong, "Late", {});
    await supervisor.ask(bystander, "Late", {});
    await supervisor.ask(ping, "OneWay", { count });
    main.push(mainLate());
    seen.receiver.push((await supervisor.ask(pong, "Late", {})).ms);
    seen.bystander.push((await supervisor.ask(bystander, "Late", {})).ms);
  }
  raw.worker.terminate();
  await stage.stop();
  const [rawMs, receiverMs] = [median(seen.raw), median(seen.receiver)];
  const [bystanderMs, mainMs] = [median(seen.bystander), median(main)];
  const oursMs = Math.max(receiverMs, bystanderMs, mainMs);
  return {
    what: `worst delay of another actor's timer under a flood of ${
      count.toLocaleString("en")
    } messages, beside raw`,
    reach: "≤ raw / 5, aim 50 ms",
    got: `${oursMs.toFixed(1)} ms beside ${rawMs.toFixed(0)} ms`,
    met: oursMs <= rawMs / 5,
    values: { oursMs, rawMs, receiverMs, bystanderMs, mainMs, ratio: oursMs / rawMs },
  };
}
