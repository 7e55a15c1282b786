/** The watch over the embedded server, in virtual time; on a real one in fault_test.ts. */

import assert from "node:assert/strict";
import { isSilent } from "@/core/db/embedded/watchdog.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";

const SILENT_MS = 30_000;
const STEP_MS = 5_000;

interface Watched {
  readonly clock: ManualClock;
  /** How long answers take, or silence lasts before it is given up. */
  become(next: { readonly answers: boolean; readonly tookMs: number }): void;
  verdict(): boolean | null;
  /** Questions so far. */
  asked(): number;
  end(): void;
}

function watched(): Watched {
  const clock = new ManualClock();
  const over = new AbortController();
  let server = { answers: true, tookMs: 1 };
  let [verdict, asked]: [boolean | null, number] = [null, 0];
  isSilent({
    clock,
    silentMs: SILENT_MS,
    signal: over.signal,
    asks: () => {
      asked += 1;
      const { answers, tookMs } = server;
      return new Promise((resolve) => clock.after(tookMs, () => resolve(answers)));
    },
  }).then((is) => verdict = is);
  return {
    clock,
    become: (next) => server = next,
    verdict: () => verdict,
    asked: () => asked,
    end: () => over.abort(),
  };
}

const SILENT = { answers: false, tookMs: STEP_MS };

Deno.test("a server that answers is asked every few seconds and left alone", async () => {
  const watch = watched();
  await watch.clock.advance(3_600_000);
  assert.equal(watch.verdict(), null);
  assert.equal(watch.asked(), 3_600_000 / STEP_MS + 1);
  watch.end();
  await watch.clock.advance(STEP_MS);
  assert.equal(watch.verdict(), false);
  assert.equal(watch.clock.pending, 0);
});

Deno.test("a server that falls silent is noticed after that time, not before", async () => {
  const watch = watched();
  await watch.clock.advance(2 * STEP_MS - 1);
  watch.become(SILENT);
  await watch.clock.advance(SILENT_MS);
  assert.equal(watch.verdict(), null);
  await watch.clock.advance(STEP_MS);
  assert.equal(watch.verdict(), true);
});

Deno.test("one answer in between is enough, however late it comes", async () => {
  const watch = watched();
  for (let round = 0; round < 5; round++) {
    watch.become(SILENT);
    await watch.clock.advance(SILENT_MS - 2 * STEP_MS);
    watch.become({ answers: true, tookMs: STEP_MS - 1 });
    await watch.clock.advance(2 * STEP_MS);
  }
  assert.equal(watch.verdict(), null);
  watch.end();
  await watch.clock.advance(STEP_MS);
});

Deno.test("time in which this process stood still says nothing about the server", async () => {
  const watch = watched();
  await watch.clock.advance(STEP_MS);
  // Every question finds its limit passed an hour ago, as after a machine's sleep.
  watch.become({ answers: false, tookMs: 3_600_000 });
  await watch.clock.advance(20 * 3_600_000);
  assert.ok(watch.asked() > 15);
  assert.equal(watch.verdict(), null);
  watch.become(SILENT);
  await watch.clock.advance(3_600_000 + SILENT_MS + STEP_MS);
  assert.equal(watch.verdict(), true);
});

Deno.test("the end of the watch is heard while a question is open", async () => {
  const watch = watched();
  watch.become(SILENT);
  await watch.clock.advance(STEP_MS + 1);
  watch.end();
  await watch.clock.advance(STEP_MS);
  assert.equal(watch.verdict(), false);
});
