/** What was learnt of the market outlives kill -9 of everything: fee lists, and how long to wait. */

import assert from "node:assert/strict";
import { recall } from "@/core/db/keepsakes_repo.ts";
import { App, withApp, withHome } from "@/tests/support/app.ts";
import { type Edge, withEdge } from "@/tests/support/edge.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

const PAUSE_S = 12;

function asked({ market }: Edge, route: string) {
  return market.requests().filter((one) => one.route === route);
}

function gamesOf(requests: ReturnType<typeof asked>): readonly (string | null)[] {
  return requests.map(({ query }) => new URLSearchParams(query).get("gameId"));
}

Deno.test("the next daemon reads no fee list of the day again, and waits as the last one was told to", () =>
  withHome((home) =>
    withEdge(async (edge) => {
      const { market } = edge;
      await using database = await testDatabase({ migrated: false });
      const env = { ...edge.env, DATABASE_URL: database.url };
      const first = new App({ home, env });
      await first.ready();
      await first.until("a fee list", () => asked(edge, "customized-fees").length > 0);
      await first.until("sales", () => asked(edge, "last-sales").length > 3);
      market.faults.add({ route: "offers", kind: "throttle", retryAfterS: PAUSE_S, times: 1 });
      const refused = await first.until(
        "a 429",
        () => asked(edge, "offers").find(({ status }) => status === 429),
      );
      await first.until("the pause to be kept", async () => {
        const kept = await recall(database.db, { actor: "signer", name: "pace" });
        return JSON.parse(kept?.body ?? "{}").pace?.["market-items"].restMs > 0;
      });
      await first.killAll();
      const killed = market.requests().at(-1)?.id ?? 0;
      const known = new Set(gamesOf(asked(edge, "customized-fees")));

      await withApp({ home, env }, async (second) => {
        await second.ready();
        const next = await second.until(
          "the next page",
          () => asked(edge, "offers").find(({ id }) => id > killed),
        );
        const waitedMs = next.atMs - refused.atMs;
        assert.ok(waitedMs >= PAUSE_S * 1_000 - 100, `${waitedMs} ms after the 429`);
        const before = asked(edge, "last-sales").length;
        await second.until("more sales", () => asked(edge, "last-sales").length > before + 3);
        const again = gamesOf(asked(edge, "customized-fees").filter(({ id }) => id > killed));
        assert.deepEqual(again.filter((game) => known.has(game)), []);
        assert.equal(await second.stop(), 0);
      });
    })
  ));
