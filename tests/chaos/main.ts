/**
 * `deno task chaos --kills N --seed S [--json]`: kills the real daemon under load, again and again,
 * and compares what it holds with what must hold. Exit code 1 when anything was lost or doubled.
 */

import { endsProcess, type KillKind } from "./plan.ts";
import { run, type RunReport, type Suffered } from "./run.ts";

/** The whole process is back within this. */
const PROCESS_REACH_MS = 2_000;
const USAGE = "Usage: deno task chaos [--kills N] [--seed S] [--json]";

interface Options {
  readonly kills: number;
  readonly seed: number;
  readonly json: boolean;
}

function parseOptions(args: readonly string[]): Options | null {
  const options = { kills: 20, seed: 1, json: false };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === "--json") options.json = true;
    else if (arg === "--kills" || arg === "--seed") {
      const value = Number(args[++at]);
      if (!Number.isSafeInteger(value) || value < 1) return null;
      options[arg === "--kills" ? "kills" : "seed"] = value;
    } else return null;
  }
  return options;
}

interface Times {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

function timesOf(values: readonly number[]): Times {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN);
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

function recoveryOf(suffered: readonly Suffered[]): Times {
  return timesOf(suffered.map(({ ms }) => ms));
}

function summarise({ kills, seed }: Options, report: RunReport, tookMs: number) {
  const { suffered, final, pagesAgain, load } = report;
  const violations = [...suffered.flatMap((one) => one.violations), ...final];
  const count = (is: "lost" | "doubled") =>
    new Set(violations.filter((one) => one.is === is).map(({ what }) => what)).size;
  const kinds = Map.groupBy(suffered, ({ kind }) => kind);
  const byKind = Object.fromEntries([...kinds].map(([kind, all]) => [kind, recoveryOf(all)]));
  // Of a hang, counted from the end it led to: for the verdict see detection in bench:kernel.
  const wholeProcess = recoveryOf(suffered.filter(({ kind }) => endsProcess(kind)));
  return {
    kills,
    seed,
    minutes: Math.round(tookMs / 6_000) / 10,
    "kill -9 of the whole process": kinds.get("everything")?.length ?? 0,
    lost: count("lost"),
    doubled: count("doubled"),
    recovery: recoveryOf(suffered),
    "whole process back": {
      ...wholeProcess,
      reachMs: PROCESS_REACH_MS,
      met: wholeProcess.count === 0 || wholeProcess.maxMs <= PROCESS_REACH_MS,
    },
    recoveryByKind: byKind as Partial<Record<KillKind, Times>>,
    pagesFetchedAgain: pagesAgain,
    load,
    violations: [...new Set(violations.map(({ is, what }) => `${is}: ${what}`))],
  };
}

type Summary = ReturnType<typeof summarise>;

function render(summary: Summary): string {
  const line = (name: string, { count, p50Ms, p95Ms, maxMs }: Times) =>
    `${name.padEnd(22)} ${
      String(count).padStart(5)
    }  p50 ${p50Ms} ms · p95 ${p95Ms} ms · max ${maxMs} ms\n`;
  const back = summary["whole process back"];
  const loads = Object.entries(summary.load).map(([name, value]) => `${name} ${value}`).join(" · ");
  return [
    ...summary.violations.map((violation) => `${violation}\n`),
    `${summary.lost} lost, ${summary.doubled} doubled over ${summary.kills} kills, `,
    `${
      summary["kill -9 of the whole process"]
    } of them kill -9 of everything (seed ${summary.seed})\n`,
    line("recovery", summary.recovery),
    line("whole process back", back),
    `${back.met ? "met   " : "MISSED"} whole process back within ${back.reachMs} ms\n`,
    ...Object.entries(summary.recoveryByKind).map(([kind, times]) => line(`  ${kind}`, times)),
    `pages fetched again ${summary.pagesFetchedAgain} · ${loads}\n`,
    `it took ${summary.minutes} minutes\n`,
  ].join("");
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

const options = parseOptions(Deno.args);
if (options === null) {
  Deno.stderr.writeSync(new TextEncoder().encode(`${USAGE}\n`));
  Deno.exit(2);
}
const startedAt = performance.now();
const report = await run({
  ...options,
  say: (line) => options.json || print(`${line}\n`),
  // The daemon has a process group of its own: a Ctrl-C here would leave it running.
  onEnd: (end) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => end().finally(() => Deno.exit(130)));
    }
  },
});
const summary = summarise(options, report, performance.now() - startedAt);
print(options.json ? `${JSON.stringify(summary, null, 2)}\n` : render(summary));
Deno.exit(summary.lost + summary.doubled === 0 ? 0 : 1);
