/** Crash to ready, and how soon each way of dying is noticed, beside what the runtime tells. */

import { child } from "@/core/kernel/house.ts";
import { released } from "@/core/thread/locks.ts";
import { type Death, mortal, mortalSpec, preciseMs } from "./actors.ts";
import { type Figure, median, quantile, rounded, times } from "./figures.ts";
import { runChild } from "./child_process.ts";
import type { HangReport } from "./hang_child.ts";
import { Stage } from "./stage.ts";

export interface DeathEffort {
  readonly deaths: number;
  readonly hangs: number;
}

const RAW = new URL("./mortal_raw_worker.ts", import.meta.url);
/** The policy's pause before a restart is a choice, not a cost: it is left out here. */
const MORTAL = child(mortalSpec, { config: () => ({}), backoff: { minMs: 0, maxMs: 0 } });

interface Death2Ready {
  readonly detectedMs: number;
  readonly readyMs: number;
}

export async function measureDeaths(effort: DeathEffort): Promise<Figure[]> {
  const stage = await Stage.start([MORTAL]);
  const [crashes, exits]: [Death2Ready[], Death2Ready[]] = [[], []];
  const raw = { spawnMs: [] as number[], errorMs: [] as number[], lockMs: [] as number[] };
  try {
    // In turn, so that what else the machine does meets all of them alike.
    for (let n = 0; n < effort.deaths; n++) {
      crashes.push(await die(stage, "throw"));
      exits.push(await die(stage, n % 2 === 0 ? "close" : "exit"));
      const [thrown, closed] = [await rawDeath("throw"), await rawDeath("close")];
      raw.spawnMs.push(thrown.spawnMs, closed.spawnMs);
      raw.errorMs.push(thrown.detectedMs);
      raw.lockMs.push(closed.detectedMs);
    }
  } finally {
    await stage.stop();
  }
  return [
    restartFigure(crashes, raw.spawnMs),
    await detectionFigure({ crashes, exits, raw, effort }),
  ];
}

async function die(stage: Stage, how: Death): Promise<Death2Ready> {
  const exit = stage.next("exit");
  const ready = stage.next("ready");
  stage.supervisor.ask(mortal, "Die", { how }).catch(() => {});
  const exitedAt = (await exit).atMs;
  const diedAt = Number(stage.said("mortal").diedAtMs);
  return { detectedMs: exitedAt - diedAt, readyMs: (await ready).atMs - diedAt };
}

/** A bare worker from its start to its end. */
async function rawDeath(how: "throw" | "close") {
  const name = crypto.randomUUID();
  const startedAt = preciseMs();
  const worker = new Worker(RAW, { type: "module", name, deno: { permissions: "none" } });
  await heard(worker);
  const spawnMs = preciseMs() - startedAt;
  const ended = how === "throw" ? failed(worker) : released(name, AbortSignal.timeout(10_000));
  const saying = heard<number>(worker);
  worker.postMessage(how);
  const diedAt = await saying;
  await ended;
  const detectedMs = preciseMs() - diedAt;
  worker.terminate();
  return { spawnMs, detectedMs };
}

function heard<T>(worker: Worker): Promise<T> {
  return new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
}

function failed(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.onerror = (event) => {
      event.preventDefault();
      resolve();
    };
  });
}

function restartFigure(crashes: readonly Death2Ready[], spawns: readonly number[]): Figure {
  const [rawSpawnMs, oursMs] = [median(spawns), median(crashes.map(({ readyMs }) => readyMs))];
  const ratio = oursMs / rawSpawnMs;
  return {
    what: "crash → ready against raw spawn with the same imports",
    reach: "≤ 2×",
    got: times(ratio),
    met: ratio <= 2,
    values: {
      ratio,
      rawSpawnMs,
      oursMs,
      oursP95Ms: quantile(crashes.map(({ readyMs }) => readyMs), 0.95),
      runs: crashes.length,
    },
  };
}

async function detectionFigure({ crashes, exits, raw, effort }: {
  readonly crashes: readonly Death2Ready[];
  readonly exits: readonly Death2Ready[];
  readonly raw: { readonly errorMs: readonly number[]; readonly lockMs: readonly number[] };
  readonly effort: DeathEffort;
}): Promise<Figure> {
  const [rawErrorMs, crashMs] = [median(raw.errorMs), median(crashes.map((one) => one.detectedMs))];
  const [rawLockMs, exitMs] = [median(raw.lockMs), median(exits.map((one) => one.detectedMs))];
  const hangs: HangReport[] = [];
  for (let n = 0; n < effort.hangs; n++) hangs.push(await runChild<HangReport>("hang_child.ts"));
  const heartbeatMs = hangs[0]?.heartbeatMs ?? NaN;
  const hangMs = median(hangs.map(({ declaredMs }) => declaredMs));
  const hangWorstMs = Math.max(...hangs.map(({ declaredMs }) => declaredMs));
  const [crashRatio, exitRatio] = [crashMs / rawErrorMs, exitMs / rawLockMs];
  return {
    what: "detection of crash and of silent exit against the raw event / lock; of a hang",
    reach: "≤ 5× raw; heartbeat + 250 ms",
    got: `crash ${times(crashRatio)}, exit ${times(exitRatio)}, hang ${
      rounded(hangMs)
    } ms (heartbeat ${heartbeatMs} ms)`,
    met: crashRatio <= 5 && exitRatio <= 5 && hangWorstMs <= heartbeatMs + 250,
    values: {
      crashRatio,
      exitRatio,
      rawErrorMs,
      crashMs,
      rawLockMs,
      exitMs,
      heartbeatMs,
      hangMs,
      hangWorstMs,
      hangToReplacementMs: median(hangs.map(({ replacedMs }) => replacedMs)),
    },
  };
}
