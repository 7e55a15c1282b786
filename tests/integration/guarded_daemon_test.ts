/** The start of the README, guardian included: crashes that only a new process mends. */

import assert from "node:assert/strict";
import { type App, withApp, withHome } from "@/tests/support/app.ts";
import { isAlive } from "@/tests/support/processes.ts";
import { withEdge } from "@/tests/support/edge.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { healthOf, scansOf } from "./views.ts";

/** The daemon below the guardian that run.json names. */
async function daemonOf(app: App): Promise<number> {
  return await waitFor("the daemon", async () => {
    for await (const { name } of Deno.readDir("/proc")) {
      const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
      const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(parent) === app.pid && stat !== "") return Number(name);
    }
    return null;
  });
}

Deno.test("a daemon that is killed, or hangs past its limit, is started again and goes on", () =>
  withHome((home) =>
    withEdge(({ env }) =>
      withApp({ home, env: { ...env, MARKETD_GUARDIAN: "on" }, through: "task" }, async (app) => {
        await app.ready();
        const [scan] = await app.until("a scan", async () => {
          const scans = await scansOf(app);
          return scans.length > 0 && scans;
        });
        const killed = await daemonOf(app);
        Deno.kill(killed, "SIGKILL");
        await app.until("its end", () => !isAlive(killed));
        await app.reopen();
        assert.ok((await scansOf(app)).some(({ scanId }) => scanId === scan?.scanId));

        const hung = await daemonOf(app);
        for (const actor of ["web", "target-manager"]) {
          assert.equal((await app.post(`/debug/actors/${actor}/hang`)).status, 202);
        }
        await app.until("its end", () => !isAlive(hung), 60_000);
        await app.reopen();
        assert.equal((await healthOf(app)).deadLetters, 0);
        const last = await daemonOf(app);
        app.signal("SIGTERM");
        assert.equal((await app.exited).code, 0);
        assert.equal(isAlive(last), false);
      })
    )
  ));
