/** The main job on the real start: found, judged, stored, told; and what a stranger gets. */

import assert from "node:assert/strict";
import { withApp, withHome } from "@/tests/support/app.ts";
import { OWNER, withEdge } from "@/tests/support/edge.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { healthOf, opportunitiesOf, scansOf } from "./views.ts";

const STRANGER = 666;

Deno.test("the first opportunity is found, stored with every guard's reason, and told", () =>
  withHome((home) =>
    withEdge(({ env, telegram }) =>
      withApp({ home, env }, async (app) => {
        await app.ready();
        const told = await app.until(
          "the first opportunity on the phone",
          () => telegram.shown(OWNER).find(({ text }) => text.includes("→")),
        );
        const stored = await opportunitiesOf(app);
        const first = stored.find(({ title }) => told.text.includes(title));
        assert.ok(first !== undefined, `told, but not stored: ${told.text}`);
        assert.match(told.text, /DRY/);
        const { guards } = first as unknown as { guards: { guard: string; reason: string }[] };
        for (const guard of ["reserved", "trade-lock", "unpriced", "joke-price", "min-roi"]) {
          const verdict = guards.find((one) => one.guard === guard);
          assert.ok(verdict !== undefined && verdict.reason.length > 5, guard);
        }
        await app.until(
          "a dry target",
          async () => (await app.json<{ items: unknown[] }>("/api/v1/targets")).items.length > 0,
        );
        assert.equal((await healthOf(app)).status, "pass");
        assert.equal(await app.stop(), 0);
      })
    )
  ));

Deno.test("commands of the owner are answered once, a stranger gets silence", () =>
  withHome((home) =>
    withEdge(({ env, telegram }) =>
      withApp({ home, env }, async (app) => {
        await app.ready();
        telegram.say({ userId: STRANGER, text: "/status" });
        telegram.say({ userId: STRANGER, text: "/stop", chatId: -100, chatType: "group" });
        telegram.say({ userId: OWNER, text: "/stop", chatId: -100, chatType: "group" });
        const asked = telegram.say({ userId: OWNER, text: "/scan rust medium" });
        await app.until("the requested scan", async () =>
          (await scansOf(app)).some(({ game, level }) => game === "rust" && level === "medium"));
        telegram.redeliver(asked);
        telegram.say({ userId: OWNER, text: "/help" });
        await app.until("the answer to /help", () =>
          telegram.shown(OWNER).some(({ text }) =>
            text.includes("/opportunities")
          ));
        const wanted = (await scansOf(app)).filter(({ game, level }) =>
          game === "rust" && level === "medium"
        );
        assert.equal(wanted.length, 1, "a repeated update is not a second scan");
        assert.deepEqual(telegram.shown(STRANGER), []);
        assert.deepEqual(telegram.shown(-100), [], "not even the owner is answered in a group");
        await waitFor("every update to be confirmed", () =>
          telegram.unconfirmed.length === 0);
        assert.ok(!app.output.includes(telegram.token), "the token is in the log");
        assert.ok((await scansOf(app)).some(({ status }) => status === "running"), "not stopped");
      })
    )
  ));

Deno.test("no actor can reach beyond its list, and no secret lies where it does not belong", () =>
  withHome((home) =>
    withEdge(({ env, telegram }) =>
      withApp({ home, env }, async (app) => {
        await app.ready();
        const run = JSON.parse(await Deno.readTextFile(`${home}/run.json`)) as { postgres: string };
        const canaries = {
          key: env["DMARKET_SECRET_KEY"] ?? "",
          token: telegram.token,
          dsn: run.postgres,
          socket: `${home}/postgres`,
        };
        const { actors } = await healthOf(app);
        assert.ok(Object.keys(actors).length >= 8);
        for (const actor of Object.keys(actors)) {
          const probed = await app.post(`/debug/actors/${actor}/probe`, {
            canaries: Object.values(canaries),
          });
          assert.equal(probed.status, 200, actor);
          const { operations, canariesHeld } = probed.body as {
            operations: Record<string, string>;
            canariesHeld: string[];
          };
          assert.ok(Object.keys(operations).length >= 9);
          for (const [operation, outcome] of Object.entries(operations)) {
            assert.equal(outcome, "NotCapable", `${actor} ${operation}`);
          }
          const allowed = actor === "signer"
            ? [canaries.key]
            : actor === "telegram"
            ? [canaries.token]
            : [];
          assert.deepEqual(canariesHeld, allowed, actor);
        }
      })
    )
  ));
