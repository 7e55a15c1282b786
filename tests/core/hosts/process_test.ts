/** The same actors in processes of their own. */

import assert from "node:assert/strict";
import { processHost } from "@/core/hosts/process.ts";
import { counter, echo } from "@/tests/support/actors/counter.ts";
import { inHouse } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

function host() {
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  const env = { PATH, HOME, ...(DENO_DIR === undefined ? {} : { DENO_DIR }) };
  return processHost({ maxHeapMB: 96, env });
}

Deno.test("actors in processes ask, commit and keep their permissions", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.ask(counter, "AddNow", { amount: 5 });
    assert.deepEqual(await supervisor.ask(echo, "AskCounter", {}), { count: 5 });
    const findings = await supervisor.find("counter")?.probe([], 5_000);
    assert.deepEqual(new Set(Object.values(findings?.operations ?? {})), new Set(["NotCapable"]));
  }, { host: host() }));

for (const what of ["hang", "oom", "exit", "throw"] as const) {
  Deno.test(`a process that dies by ${what} is replaced, without a zombie`, () =>
    inHouse(async ({ supervisor }) => {
      await supervisor.ask(counter, "AddNow", { amount: 7 });
      supervisor.find("counter")?.chaos(what);
      await waitFor("the restart", () => supervisor.find("counter")?.restarts === 1, 30_000);
      await waitFor("readiness", () => supervisor.find("counter")?.isReady);
      assert.deepEqual(await supervisor.ask(counter, "Count", {}), { count: 7, starts: 2 });
      assert.equal(supervisor.zombies, 0);
      assert.equal(supervisor.find("echo")?.restarts, 0);
    }, { host: host() }));
}
