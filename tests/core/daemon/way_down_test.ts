import assert from "node:assert/strict";
import { codeAfter, wayDown } from "@/core/daemon/way_down.ts";
import { EXIT } from "@/core/process/exit_codes.ts";
import { silentLog } from "@/tests/support/house.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";

const NEVER = () => new Promise<void>(() => {});

Deno.test("the way down closes actors before doors, and the database before the home", async () => {
  const down = wayDown(new ManualClock(), silentLog);
  const closed: string[] = [];
  for (const phase of ["home", "database", "lease", "doors", "actors", "upkeep"]) {
    down.add(phase, phase, () => void closed.push(phase));
  }
  assert.equal(await down.run(), "done");
  assert.deepEqual(closed, ["upkeep", "actors", "doors", "lease", "database", "home"]);
});

Deno.test("the way down closes the database behind actors that do not stop", async () => {
  const clock = new ManualClock();
  const down = wayDown(clock, silentLog);
  let closedAtMs = 0;
  down.add("actors", "stuck", NEVER);
  down.add("database", "pool", () => void (closedAtMs = clock.monotonic()));
  const ended = down.run();
  await clock.advance(9_400);
  assert.equal(await ended, "done");
  assert.equal(closedAtMs, 8_000);
});

Deno.test("B16 the way down is over within ten seconds and has an exit code of its own", async () => {
  const clock = new ManualClock();
  const down = wayDown(clock, silentLog);
  down.add("actors", "stuck", NEVER);
  down.add("database", "frozen", NEVER);
  const ended = down.run();
  await clock.advance(10_000);
  const ending = await ended;
  assert.equal(codeAfter(ending, EXIT.clean), 77);
  assert.equal(codeAfter(ending, EXIT.restart), 75);
  assert.equal(codeAfter("done", EXIT.clean), 0);
});
