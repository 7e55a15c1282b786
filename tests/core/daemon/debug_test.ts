/** Breaking an actor on purpose, and looking what it may do; on real workers. */

import assert from "node:assert/strict";
import { debugRoute } from "@/core/daemon/debug.ts";
import { inHouse } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

Deno.test("an actor is probed and broken by hand; what cannot be done is said", () =>
  inHouse(async ({ supervisor }) => {
    const post = async (path: string, body: unknown = {}) => {
      const init = { method: "POST", body: JSON.stringify(body) };
      const request = new Request(`http://127.0.0.1/debug/${path}`, init);
      const response = await debugRoute(supervisor, request, path.split("/"));
      return { status: response.status, said: await response.text() };
    };
    const refusals = [
      ["actors", 404, /No such debug route/],
      ["actors/echo", 404, /No such debug route/],
      ["actors/echo/throw/now", 404, /No such debug route/],
      ["scan/now", 404, /No such debug route/],
      ["actors/nobody/throw", 404, /No actor is called \\"nobody\\"; there are echo, counter/],
      ["actors/echo/explode", 404, /No way to break .*\\"explode\\"/],
      ["actors/echo/probe", 400, /canaries/],
      ["scan", 400, /game/],
    ] as const;
    for (const [path, status, message] of refusals) {
      const refused = await post(path);
      assert.equal(refused.status, status, path);
      assert.match(refused.said, message);
    }
    const scan = await post("scan", { game: "a8db", level: "standard" });
    assert.deepEqual(scan, { status: 503, said: '{"error":"scanner is not running"}\n' });
    const probed = await post("actors/echo/probe", { canaries: ["prefix", "absent"] });
    assert.equal(probed.status, 200);
    const { operations, canariesHeld } = JSON.parse(probed.said);
    assert.deepEqual(new Set(Object.values(operations)), new Set(["NotCapable"]));
    assert.deepEqual(canariesHeld, ["prefix"]);
    const broken = await post("actors/echo/exit");
    assert.equal(broken.status, 202);
    assert.deepEqual(JSON.parse(broken.said), { actor: "echo", incarnation: 1, action: "exit" });
    await waitFor("its end", () => supervisor.find("echo")?.lastExit?.kind === "vanished");
    await supervisor.terminate("counter");
    const stopped = await post("actors/counter/throw");
    assert.deepEqual([stopped.status, stopped.said.trim()], [
      409,
      '{"error":"counter is stopped"}',
    ]);
  }));
