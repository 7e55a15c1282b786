/** Supervision, B12 to B16: the way down in phases; virtual time, no host. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Log, LogProps } from "@/core/kernel/log.ts";
import {
  orderPhases,
  type Phase,
  Shutdown,
  type ShutdownOptions,
} from "@/core/supervision/phases.ts";
import { silentLog } from "@/tests/support/house.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";
import { runProgram } from "@/tests/support/program.ts";

const PHASES: readonly Phase[] = [
  { name: "sources", timeoutMs: 100 },
  { name: "drain", after: ["sources"], timeoutMs: 100 },
  { name: "sinks", after: ["drain"], timeoutMs: 100 },
];

function shutdown(change: Partial<ShutdownOptions> = {}) {
  const clock = new ManualClock();
  const warnings: LogProps[] = [];
  const log: Log = { ...silentLog, warn: (_message, props = {}) => warnings.push(props) };
  let deadlines = 0;
  const onDeadline = () => deadlines += 1;
  const options = { phases: PHASES, totalMs: 1_000, clock, log, onDeadline, ...change };
  return { way: new Shutdown(options), clock, warnings, deadlines: () => deadlines };
}

function lasting(clock: ManualClock, ms: number, done: () => void): () => Promise<void> {
  return () =>
    new Promise((resolve) =>
      clock.after(ms, () => {
        done();
        resolve();
      })
    );
}

Deno.test("B12 phases run in topological order, everything inside one at once", async () => {
  const { way, clock } = shutdown({ phases: [...PHASES].reverse() });
  const log: string[] = [];
  const note = (what: string) => () => log.push(`${what} at ${clock.monotonic()}`);
  way.add("sinks", "s", lasting(clock, 10, note("sinks")));
  way.add("drain", "d1", lasting(clock, 50, note("drain 1")));
  way.add("drain", "d2", lasting(clock, 20, note("drain 2")));
  way.add("sources", "o", lasting(clock, 5, note("sources")));
  const ended = way.run();
  await clock.advance(1_000);
  assert.equal(await ended, "done");
  assert.deepEqual(log, ["sources at 5", "drain 2 at 25", "drain 1 at 55", "sinks at 65"]);
});

Deno.test("B12 a cycle, a doubled and an unknown name are refused at definition", () => {
  const phase = (name: string, ...after: string[]): Phase => ({ name, after, timeoutMs: 1 });
  assert.throws(() => shutdown({ phases: [phase("a", "b"), phase("b", "c"), phase("c", "a")] }), {
    message: /a → b → c → a/,
  });
  assert.throws(() => orderPhases([phase("a", "a")]), { code: "bad-definition" });
  assert.throws(() => orderPhases([phase("a"), phase("a")]), { code: "bad-definition" });
  assert.throws(() => orderPhases([phase("a", "z")]), { message: /unknown z/ });
});

Deno.test("B12 every order keeps every edge and every phase (property)", () => {
  const phases = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 12 }).chain((ids) =>
    fc.tuple(...ids.map((id, at) =>
      fc.subarray(ids.slice(0, at)).map((after): Phase => ({
        name: `p${id}`,
        after: after.map((one) => `p${one}`),
        timeoutMs: 1,
      }))
    )).chain((made) => fc.shuffledSubarray(made, { minLength: made.length }))
  );
  fc.assert(fc.property(phases, (made) => {
    const ordered = orderPhases(made);
    assert.equal(ordered.length, made.length);
    const at = new Map(ordered.map((phase, index) => [phase.name, index]));
    for (const { name, after = [] } of made) {
      for (const before of after) assert.ok((at.get(before) ?? 0) < (at.get(name) ?? -1));
    }
  }));
});

Deno.test("B13 a phase that fails or takes too long is logged and the next one runs", async () => {
  const { way, clock, warnings } = shutdown();
  const log: string[] = [];
  let isAborted = false;
  way.add("sources", "throws", () => Promise.reject(new Error("No")));
  way.add("drain", "hangs", (signal) => {
    signal.addEventListener("abort", () => isAborted = true);
    return new Promise(() => {});
  });
  way.add("sinks", "runs", () => void log.push(`sinks at ${clock.monotonic()}`));
  const ended = way.run();
  await clock.advance(1_000);
  assert.equal(await ended, "done");
  assert.deepEqual(log, ["sinks at 100"]);
  assert.equal(isAborted, true);
  assert.deepEqual(warnings.map(({ phase, task, tasks }) => [phase, task ?? tasks]), [
    ["sources", "throws"],
    ["drain", ["hangs"]],
  ]);
});

Deno.test("B13 a phase marked abort ends the way down where it fails", async () => {
  const phases = PHASES.map((one) =>
    one.name === "drain" ? { ...one, onFailure: "abort" as const } : one
  );
  const { way } = shutdown({ phases });
  const log: string[] = [];
  way.add("sources", "throws", () => Promise.reject(new Error("No")));
  way.add("drain", "throws", () => Promise.reject(new Error("No")));
  way.add("sinks", "runs", () => void log.push("sinks"));
  assert.equal(await way.run(), "aborted");
  assert.deepEqual(log, []);
});

Deno.test("B14 it runs once however often it is asked for", async () => {
  const { way, clock } = shutdown();
  let runs = 0;
  way.add("drain", "counts", lasting(clock, 10, () => runs += 1));
  const first = way.run();
  assert.equal(way.run(), first);
  await clock.advance(50);
  assert.equal(await way.run(), "done");
  assert.equal(runs, 1);
});

Deno.test("B14 a second signal shortens it and never starts it anew", async () => {
  const { way, clock } = shutdown({
    phases: PHASES.map((phase) => ({ ...phase, timeoutMs: 10_000 })),
    totalMs: 60_000,
  });
  const log: string[] = [];
  way.add("sources", "hangs", () => {
    log.push(`sources at ${clock.monotonic()}`);
    return new Promise(() => {});
  });
  way.add("drain", "hangs", () => new Promise(() => {}));
  way.add("sinks", "runs", () => void log.push(`sinks at ${clock.monotonic()}`));
  const ended = way.run();
  await clock.advance(500);
  way.hurry();
  way.hurry();
  await clock.advance(200);
  assert.equal(await ended, "done");
  assert.deepEqual(log, ["sources at 0", "sinks at 600"]);
});

Deno.test("B15 a late phase takes tasks that an earlier one registers, a begun one takes none", async () => {
  const { way, warnings } = shutdown();
  const log: string[] = [];
  way.add("sources", "registers", () => {
    way.add("sinks", "late", () => void log.push("late"));
    way.add("sources", "too late", () => void log.push("too late"));
  });
  await way.run();
  assert.deepEqual(log, ["late"]);
  assert.match(JSON.stringify(warnings), /Phase sources is not known, or has begun/);
  assert.throws(() => way.add("nowhere", "x", () => {}), { code: "no-phase" });
});

Deno.test("B16 one deadline ends it all, whatever the phases may take", async () => {
  const { way, clock, deadlines } = shutdown({
    phases: PHASES.map((phase) => ({ ...phase, timeoutMs: 700 })),
  });
  const log: string[] = [];
  for (const { name } of PHASES) {
    way.add(name, "hangs", () => {
      log.push(name);
      return new Promise(() => {});
    });
  }
  const ended = way.run();
  await clock.advance(999);
  assert.equal(deadlines(), 0);
  await clock.advance(1);
  assert.equal(await ended, "deadline");
  assert.equal(deadlines(), 1);
  await clock.advance(10_000);
  assert.deepEqual(log, ["sources", "drain"], "nothing starts after the deadline");
});

Deno.test("B16 past the deadline the process exits with a code of its own", async () => {
  const { code, stderr } = await runProgram("tests/support/deadline_program.ts", ["73"]);
  assert.equal(code, 73, stderr);
});
