import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Ended,
  GUARDED,
  guardianOf,
  judgeEnd,
  keepRunning,
  needsGuardian,
  type SignalListener,
  type Surroundings,
} from "@/core/process/guardian.ts";
import { ManualClock, settlePromises } from "@/tests/core/http/manual_clock.ts";

const AT_HOME: Surroundings = { env: {}, pid: 500, parentPid: 400, isContainer: false };

Deno.test("a guardian is wanted on a terminal, also one inside a container or on a desktop", () => {
  assert.equal(needsGuardian(AT_HOME), true);
  assert.equal(needsGuardian({ ...AT_HOME, isContainer: true }), true);
  // Whose parent has ended, on a machine of its own.
  assert.equal(needsGuardian({ ...AT_HOME, parentPid: 1 }), true);
  const desktop = { INVOCATION_ID: "ab", SYSTEMD_EXEC_PID: "77" };
  assert.equal(needsGuardian({ ...AT_HOME, env: desktop }), true);
});

Deno.test("no guardian where systemd, a container or the user's word does the work", () => {
  const without: Partial<Surroundings>[] = [
    { env: { NOTIFY_SOCKET: "/run/systemd/notify" } },
    { env: { INVOCATION_ID: "ab" } },
    { env: { INVOCATION_ID: "ab", SYSTEMD_EXEC_PID: "500" } },
    { env: { INVOCATION_ID: "ab", SYSTEMD_EXEC_PID: "400" } },
    { pid: 1, parentPid: 0 },
    { parentPid: 1, isContainer: true },
    { env: { MARKETD_GUARDIAN: "off" } },
    { env: { [GUARDED]: "400" } },
  ];
  for (const part of without) {
    assert.equal(needsGuardian({ ...AT_HOME, ...part }), false, JSON.stringify(part));
  }
  const insisted = { ...AT_HOME, pid: 1, parentPid: 0, env: { MARKETD_GUARDIAN: "on" } };
  assert.equal(needsGuardian(insisted), true);
});

Deno.test("only the parent's own mark names a guardian, not one inherited from afar", () => {
  assert.equal(guardianOf({ ...AT_HOME, env: { [GUARDED]: "400" } }), 400);
  assert.equal(guardianOf({ ...AT_HOME, env: { [GUARDED]: "399" } }), null);
  assert.equal(guardianOf(AT_HOME), null);
});

Deno.test("crashes and requests are answered by a restart, refusals and wishes by the end", () => {
  for (const code of [1, 70, 75, 133, 134, 137, 139]) {
    const expected = { do: "restart", delayMs: 200, inARow: 1 };
    assert.deepEqual(judgeEnd(code, 10, 0), expected, String(code));
  }
  for (const code of [0, 2, 76, 77, 129, 130, 143]) {
    assert.deepEqual(judgeEnd(code, 10, 0), { do: "exit", code });
  }
});

Deno.test("the delay doubles to half a minute and a healthy minute forgets the row", () => {
  const delays: number[] = [];
  for (let inARow = 0; inARow < 10;) {
    const next = judgeEnd(137, 59_999, inARow);
    assert.ok(next.do === "restart");
    delays.push(next.delayMs);
    inARow = next.inARow;
  }
  const doubling = [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000];
  assert.deepEqual(delays, doubling);
  assert.deepEqual(judgeEnd(137, 60_000, 9), { do: "restart", delayMs: 200, inARow: 1 });
});

// ---- the whole loop under virtual time ----------------------------------------------------------

/** A daemon that does what the test says, and the guardian over it. */
class Stage {
  readonly clock = new ManualClock();
  readonly startedAtMs: number[] = [];
  readonly signals: { readonly run: number; readonly signal: string }[] = [];
  readonly said: string[] = [];
  result: number | null = null;
  listening = false;
  #end: ((ended: Ended) => void) | null = null;
  #listener: SignalListener | null = null;
  readonly finished: Promise<void>;

  constructor({ startable = true } = {}) {
    this.finished = keepRunning({
      start: () => {
        this.startedAtMs.push(this.clock.monotonic());
        if (!startable) throw new Error("No such program");
        const run = this.startedAtMs.length;
        const { promise, resolve } = Promise.withResolvers<Ended>();
        this.#end = resolve;
        return {
          ended: promise,
          kill: (signal) => {
            this.signals.push({ run, signal });
            if (signal === "SIGKILL") this.end({ code: 137, signal: "SIGKILL" });
          },
        };
      },
      clock: this.clock,
      say: (line) => this.said.push(line),
      listen: (listener) => {
        this.#listener = listener;
        this.listening = true;
        return () => this.listening = false;
      },
    }).then((code) => void (this.result = code));
  }

  get running(): boolean {
    return this.#end !== null;
  }
  get starts(): number {
    return this.startedAtMs.length;
  }

  end(ended: Ended): void {
    this.#end?.(ended);
    this.#end = null;
  }
  async exits(code: number): Promise<void> {
    this.end({ code, signal: null });
    await settlePromises();
  }
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<void> {
    this.#listener?.onStop(signal);
    await settlePromises();
  }
  async force(signal: Deno.Signal = "SIGTERM"): Promise<void> {
    this.#listener?.onForce(signal);
    await settlePromises();
  }
}

Deno.test("a crash is told, waited out and mended; a clean end ends the guardian too", async () => {
  const stage = new Stage();
  await stage.exits(75);
  assert.equal(stage.starts, 1);
  assert.deepEqual(stage.said, ["marketd ended with exit code 75 and starts again in 200 ms"]);
  await stage.clock.advance(199);
  assert.equal(stage.starts, 1);
  await stage.clock.advance(1);
  assert.equal(stage.starts, 2);
  await stage.exits(0);
  assert.equal(stage.result, 0);
  assert.equal(stage.listening, false);
  assert.equal(stage.clock.pendingTimers, 0);
});

Deno.test("a stop is passed on once, and the daemon's exit code is the guardian's", async () => {
  const stage = new Stage();
  await stage.stop("SIGINT");
  assert.deepEqual(stage.signals, [{ run: 1, signal: "SIGINT" }]);
  await stage.exits(70);
  assert.equal(stage.result, 70, "no restart once a stop was asked for");
  assert.equal(stage.clock.pendingTimers, 0);
});

Deno.test("a closed terminal stops the daemon like SIGTERM", async () => {
  const stage = new Stage();
  await stage.stop("SIGHUP");
  assert.deepEqual(stage.signals, [{ run: 1, signal: "SIGTERM" }]);
  await stage.exits(0);
  assert.equal(stage.result, 0);
});

Deno.test("a daemon that the signal met before it listened has ended cleanly", async () => {
  for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
    const stage = new Stage();
    await stage.stop(signal);
    stage.end({ code, signal });
    await stage.finished;
    assert.equal(stage.result, 0);
  }
});

Deno.test("a second signal is passed on too, and a daemon that ignores it is killed", async () => {
  const stage = new Stage();
  await stage.stop();
  await stage.force();
  await stage.clock.advance(999);
  await stage.force();
  assert.equal(stage.running, true);
  await stage.clock.advance(1);
  assert.equal(stage.signals.at(-1)?.signal, "SIGKILL", "a third signal does not put it off");
  assert.equal(stage.signals.length, 4);
  assert.equal(stage.result, 137);
  assert.equal(stage.clock.pendingTimers, 0);
});

Deno.test("a daemon that does not stop within 15 s is killed and not restarted", async () => {
  const stage = new Stage();
  await stage.stop();
  await stage.clock.advance(14_999);
  assert.equal(stage.running, true);
  await stage.clock.advance(1);
  assert.equal(stage.result, 137);
  assert.equal(stage.starts, 1);
});

Deno.test("a stop during the pause before a restart ends it at once, cleanly", async () => {
  const stage = new Stage();
  await stage.exits(137);
  await stage.clock.advance(100);
  await stage.stop();
  assert.equal(stage.result, 0);
  assert.equal(stage.starts, 1);
  assert.equal(stage.clock.pendingTimers, 0);
});

Deno.test("a program that cannot be started is tried again like one that fails", async () => {
  const stage = new Stage({ startable: false });
  await stage.clock.advance(200 + 400);
  assert.equal(stage.starts, 3);
  assert.match(stage.said[0] ?? "", /cannot be started: Error: No such program/);
  await stage.stop();
  assert.equal(stage.result, 0);
});

Deno.test("random histories: restarted exactly after failures, never twice at once, never too soon", async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ code: fc.constantFrom(1, 70, 75, 133, 137, 139) }) },
    { weight: 1, arbitrary: fc.record({ code: fc.constantFrom(0, 2, 76, 130) }) },
    { weight: 1, arbitrary: fc.constant("stop" as const) },
  );
  const history = fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), step), { maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const stage = new Stage();
      // The oracle: when the run began, failures in a row, and how it must end.
      let startedAtMs = 0;
      let inARow = 0;
      let starts = 1;
      let expected: number | null = null;
      for (const [forMs, what] of steps) {
        if (expected !== null) break;
        await stage.clock.advance(forMs);
        assert.equal(stage.starts, starts);
        if (what === "stop") {
          await stage.stop();
          await stage.exits(0);
          expected = 0;
        } else {
          const ranMs = stage.clock.monotonic() - startedAtMs;
          await stage.exits(what.code);
          if ([0, 2, 76, 130].includes(what.code)) expected = what.code;
          else {
            inARow = ranMs >= 60_000 ? 1 : inARow + 1;
            const delayMs = Math.min(30_000, 100 * 2 ** inARow);
            await stage.clock.advance(delayMs - 1);
            assert.equal(stage.starts, starts, "not before its time");
            await stage.clock.advance(1);
            starts += 1;
            startedAtMs = stage.clock.monotonic();
            assert.equal(stage.startedAtMs.at(-1), startedAtMs);
          }
        }
      }
      assert.equal(stage.result, expected);
      assert.equal(stage.starts, starts);
      if (expected !== null) return;
      await stage.stop();
      await stage.exits(0);
      await stage.finished;
    }),
    { numRuns: 2_000 },
  );
});
