/** Whatever dies comes back and goes on where it stopped: one actor, everything, on request. */

import assert from "node:assert/strict";
import { App, postmasterPid, withApp, withHome } from "@/tests/support/app.ts";
import { isAlive } from "@/tests/support/processes.ts";
import { type Edge, OWNER, pagesAsked, withEdge } from "@/tests/support/edge.ts";
import { healthOf, opportunitiesOf, scansOf, type ScanView } from "./views.ts";

Deno.test("each actor, thrown and silently exited, is healed while /health answers", () =>
  withHome((home) =>
    withEdge(({ env }) =>
      withApp({ home, env }, async (app) => {
        await app.ready();
        for (const actor of Object.keys((await healthOf(app)).actors)) {
          for (const [what, kind] of [["throw", "crash"], ["exit", "vanished"]] as const) {
            const before = (await healthOf(app)).actors[actor];
            const { status } = await app.post(`/debug/actors/${actor}/${what}`);
            assert.equal(status, 202);
            const healed = await app.until(`${actor} after ${what}`, async () => {
              const now = (await healthOf(app)).actors[actor];
              return now !== undefined && now.status === "ready" &&
                now.incarnation > (before?.incarnation ?? 0) && now;
            });
            assert.equal(healed.restarts, (before?.restarts ?? 0) + 1, actor);
            assert.equal(healed.lastExit?.kind, kind, actor);
          }
        }
        const [scan] = await scansOf(app);
        await app.until("the scan to go on", async () => {
          const now = (await scansOf(app)).find(({ scanId }) => scanId === scan?.scanId);
          return now !== undefined &&
            (now.status === "completed" || now.processed > (scan?.processed ?? 0));
        });
        assert.equal((await healthOf(app)).deadLetters, 0);
        assert.equal(await app.stop(), 0);
      })
    )
  ));

/** The first scan of the plan, once it is under way but not over. */
async function midScan(app: App): Promise<ScanView> {
  return await app.until(
    "a scan in the middle",
    async () =>
      (await scansOf(app)).find(({ status, pages, processed }) =>
        status === "running" && pages >= 2 && processed > 100
      ),
  );
}

async function completed(app: App, scanId: string): Promise<ScanView> {
  return await app.until(
    "the scan to complete",
    async () =>
      (await scansOf(app)).find((scan) => scan.scanId === scanId && scan.status === "completed"),
    90_000,
  );
}

/** Offers the phone was told of: in cards, and counted where a message had no room for more. */
function offersTold({ telegram }: Edge): number {
  // What was sent again, and says so, is one message that may have arrived twice.
  const texts = telegram.messages.filter(({ chatId }) => chatId === OWNER)
    .map(({ text }) => text.replace(/\s*↻[^\n]*/, ""));
  const heads = [...new Set(texts)].map((text) =>
    /(\d[\d,]*) opportunit(?:y|ies)/.exec(text.split("\n")[0] ?? "")
  );
  return heads.reduce((sum, head) => sum + Number((head?.[1] ?? "0").replaceAll(",", "")), 0);
}

/** Messages with finds that were sent again without a word about it. */
function saidTwice({ telegram }: Edge): string[] {
  const finds = telegram.messages.map(({ text }) => text).filter((text) =>
    text.includes("→") && !text.includes("↻")
  );
  return finds.filter((text, at) => finds.indexOf(text) !== at);
}

Deno.test("after kill -9 of everything the same scan goes on; nothing is lost, nothing is doubled", () =>
  withHome((home) =>
    withEdge(async (edge) => {
      const { env, market } = edge;
      const first = new App({ home, env });
      await first.ready();
      const interrupted = await midScan(first);
      await first.killAll();
      const askedBefore = pagesAsked(market).length;

      await withApp({ home, env }, async (second) => {
        await second.ready();
        const done = await completed(second, interrupted.scanId);
        assert.equal(done.total, done.processed, "every offer of the band was judged once");
        const again = pagesAsked(market).slice(askedBefore)
          .filter((page) => pagesAsked(market).slice(0, askedBefore).includes(page));
        const perBand = Map.groupBy(again, (page) => page.split(" ").slice(0, 3).join(" "));
        for (const [band, pages] of perBand) {
          assert.ok(pages.length <= 1, `${band}: ${pages.length} pages were fetched again`);
        }
        const found = (await opportunitiesOf(second)).filter((one) => one.scanId === done.scanId);
        const keys = found.map(({ offerId, kind }) => `${offerId} ${kind}`);
        assert.equal(new Set(keys).size, keys.length, "no opportunity is doubled");
        const offers = new Set(found.map(({ offerId }) => offerId));
        assert.equal(offers.size, done.accepted, "every accepted offer is stored");
        edge.telegram.say({ userId: OWNER, text: "/stop" });
        await second.until("the end of scanning", async () =>
          (await scansOf(second)).every(({ status }) =>
            status !== "running" && status !== "queued"
          ));
        const stored = new Set((await opportunitiesOf(second)).map(({ offerId }) =>
          offerId
        ));
        await second.until("every offer to be told", () => offersTold(edge) >= stored.size, 60_000);
        assert.equal(offersTold(edge), stored.size, "each offer is told once, none more");
        assert.deepEqual(saidTwice(edge), [], "only what is marked may be said again");
        assert.equal(await second.stop(), 0);
      });
    })
  ));

Deno.test("SIGTERM in the middle of a scan ends in order, and the next start goes on", () =>
  withHome((home) =>
    withEdge(async ({ env }) => {
      const first = new App({ home, env });
      await first.ready();
      const interrupted = await midScan(first);
      const { pid } = first;
      const postmaster = await postmasterPid(home);
      const signalledAt = performance.now();
      assert.equal(await first.stop(), 0);
      assert.ok(performance.now() - signalledAt < 10_000, "within ten seconds");
      assert.equal(isAlive(pid), false);
      assert.equal(isAlive(postmaster ?? 0), false, "the database is down too");
      await assert.rejects(Deno.stat(`${home}/run.json`), Deno.errors.NotFound);
      await withApp({ home, env }, async (second) => {
        await second.ready();
        const done = await completed(second, interrupted.scanId);
        assert.equal(done.total, done.processed);
        assert.equal(await second.stop(), 0);
      });
    })
  ));

Deno.test("Ctrl-C, which reaches the whole group and arrives twice, is one signal: exit 0", () =>
  withHome((home) =>
    withEdge(({ env }) =>
      withApp({ home, env, through: "task" }, async (app) => {
        await app.ready();
        await midScan(app);
        const { pid } = app;
        const postmaster = await postmasterPid(home);
        app.signalGroup("SIGINT");
        assert.equal((await app.exited).code, 0);
        assert.equal(isAlive(pid), false);
        assert.equal(isAlive(postmaster ?? 0), false);
        await assert.rejects(Deno.stat(`${home}/run.json`), Deno.errors.NotFound);
      })
    )
  ));
