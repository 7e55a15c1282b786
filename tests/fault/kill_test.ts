/**
 * A house dies of `kill -9`, holding the lease, with turns and messages under way. The next one
 * leads at once and finds every message: none lost, none handled twice.
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { counter } from "@/tests/support/actors/counter.ts";
import { leaseOn } from "@/tests/support/backends.ts";
import { inHouse } from "@/tests/support/house.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { assertExact, countingStore, PATIENT, tallyOf } from "./load.ts";

const ROUNDS = 4;
/** From the start of a program to its first word, on a machine that does other things as well. */
const LEADS_WITHIN_MS = 5_000;

interface Fact {
  readonly epoch?: number;
  readonly posted?: number;
}

async function* facts(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Fact> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}

/** Runs a house until it has stored `until` messages, and kills it; resolves to what it said last. */
async function killed(url: string, run: string, until: number): Promise<Required<Fact>> {
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-prompt",
      "--no-check",
      fileURLToPath(new URL("./house_program.ts", import.meta.url)),
      url,
      run,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let epoch = 0;
  let posted = 0;
  for await (const fact of facts(child.stdout)) {
    if (fact.epoch !== undefined) {
      epoch = fact.epoch;
      const tookMs = performance.now() - startedAt;
      assert.ok(tookMs < LEADS_WITHIN_MS, `It led after ${Math.round(tookMs)} ms`);
    }
    posted = fact.posted ?? posted;
    if (posted >= until) break;
  }
  child.kill("SIGKILL");
  assert.equal((await child.status).signal, "SIGKILL");
  return { epoch, posted };
}

Deno.test("I5 a house that is killed loses and doubles nothing, and the next leads at once", async () => {
  await using database = await testDatabase();
  let acknowledged = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const { epoch, posted } = await killed(database.url, `run-${round}`, 30 * round);
    assert.equal(epoch, round, "the epoch is raised each time");
    acknowledged += posted;
  }
  const lease = await leaseOn(database.db);
  const store = await countingStore(database.db, lease);
  await inHouse(async ({ supervisor }) => {
    const tally = await waitFor("all to be handled", async () => {
      const tally = await tallyOf(database.db);
      return tally.stored === tally.handled && tally;
    }, 30_000);
    // What was stored in the last moment nobody could say any more.
    assert.ok(tally.stored >= acknowledged, `${tally.stored} of ${acknowledged}`);
    assertExact(tally, tally.stored);
    assert.deepEqual(await supervisor.ask(counter, "Count", {}), {
      count: tally.stored,
      starts: ROUNDS + 1,
    });
  }, { root: PATIENT, wrap: () => store });
  await lease.release();
});
