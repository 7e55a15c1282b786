/** The start of the README, guardian included: crashes that only a new process mends. */

import assert from "node:assert/strict";
import { type App, withApp, withHome } from "@/tests/support/app.ts";
import { isAlive } from "@/tests/support/processes.ts";
import { SMALL_MARKET, withEdge } from "@/tests/support/edge.ts";
import type { TelegramEmulator } from "@/tests/support/telegram_emulator.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { healthOf, opportunitiesOf, scansOf, type ScanView } from "./views.ts";

/** No scan is over before the daemon has died twice. */
const SLOW_MARKET = { ...SMALL_MARKET, titles: 6_000, latencyMs: 150 };

/** A scan that has begun and is not over. */
function midScan(app: App): Promise<ScanView> {
  return app.until(
    "a scan in the middle",
    async () =>
      (await scansOf(app)).find(({ status, processed }) => status === "running" && processed > 100),
  );
}

/** The daemon that has just opened gets further with the same scan, and keeps what it had. */
async function goesOn(app: App, before: ScanView): Promise<void> {
  const find = async () => (await scansOf(app)).find(({ scanId }) => scanId === before.scanId);
  const found = await find();
  assert.ok(found !== undefined, "the scan is gone");
  assert.ok(found.processed >= before.processed, `${found.processed} after ${before.processed}`);
  assert.ok(found.pages >= before.pages && found.accepted >= before.accepted);
  await app.until("the scan to go on", async () => {
    const now = await find();
    return now !== undefined && now.processed > found.processed;
  });
}

/** No offer was recorded twice by one scan, and no message with finds was sent twice. */
async function assertNoneTwice(app: App, telegram: TelegramEmulator): Promise<void> {
  const found = (await opportunitiesOf(app)).map((one) =>
    `${one.scanId} ${one.offerId} ${one.kind}`
  );
  assert.ok(found.length > 0);
  assert.equal(new Set(found).size, found.length);
  // What was sent again, and says so, is one message that may have arrived twice.
  const finds = telegram.messages.map(({ text }) => text)
    .filter((text) => text.includes("→") && !text.includes("↻"));
  assert.deepEqual(finds.filter((text, at) => finds.indexOf(text) !== at), []);
}

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
    withEdge(
      ({ env, telegram }) =>
        withApp({ home, env: { ...env, MARKETD_GUARDIAN: "on" }, through: "task" }, async (app) => {
          await app.ready();
          const beforeKill = await midScan(app);
          const killed = await daemonOf(app);
          Deno.kill(killed, "SIGKILL");
          await app.until("its end", () => !isAlive(killed));
          await app.reopen();
          await goesOn(app, beforeKill);

          const beforeHang = await midScan(app);
          const hung = await daemonOf(app);
          for (const actor of ["web", "target-manager"]) {
            assert.equal((await app.post(`/debug/actors/${actor}/hang`)).status, 202);
          }
          await app.until("its end", () => !isAlive(hung), 60_000);
          await app.reopen();
          await goesOn(app, beforeHang);
          await assertNoneTwice(app, telegram);
          assert.equal((await healthOf(app)).deadLetters, 0);
          const last = await daemonOf(app);
          app.signal("SIGTERM");
          assert.equal((await app.exited).code, 0);
          assert.equal(isAlive(last), false);
        }),
      SLOW_MARKET,
    )
  ));
