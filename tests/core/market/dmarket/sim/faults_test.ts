import assert from "node:assert/strict";
import { Faults, MAX_FAULTS } from "@/core/market/dmarket/sim/faults.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { staged } from "./stage.ts";

const BALANCE = "/account/v1/balance";
const FEES = "/exchange/v1/customized-fees?gameId=a8db";

Deno.test("a fault meets its route only, as often as it says", async () => {
  await staged({}, async ({ simulator, get }) => {
    simulator.faults.add({ route: "balance", kind: "status", status: 503, skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await get(BALANCE)).status);
    assert.deepEqual(statuses, [200, 503, 503, 200]);
    assert.equal((await get(FEES)).status, 200);
    assert.deepEqual(simulator.requests().map(({ fault }) => fault), [
      null,
      "status",
      "status",
      null,
      null,
    ]);
  });
});

Deno.test("each kind of fault looks as it does in the wild", async () => {
  await staged({}, async ({ simulator: { faults }, get }) => {
    const once = async (rule: Parameters<typeof faults.add>[0]) => {
      faults.clear();
      faults.add(rule);
      return await get(FEES);
    };
    const failed = await once({ route: "*", kind: "status" });
    assert.deepEqual([failed.status, Object.keys(failed.json)], [500, ["code", "message"]]);
    const throttled = await once({ route: "*", kind: "throttle", retryAfterS: 7 });
    assert.deepEqual([throttled.status, throttled.headers.get("retry-after")], [429, "7"]);
    assert.deepEqual((await once({ route: "*", kind: "unauthorized" })).json, {
      Code: "Unauthorized",
      Message: "Unauthorized",
    });
    const html = await once({ route: "*", kind: "html" });
    assert.equal(html.status, 200);
    assert.match(html.headers.get("content-type") ?? "", /text\/html/);
    assert.equal(html.json, null);
    const half = await once({ route: "*", kind: "truncate" });
    assert.ok(half.text.startsWith('{"defaultFee"') && half.json === null);
    assert.equal((await once({ route: "*", kind: "delay", delayMs: 1 })).status, 200);
    faults.clear();
    faults.add({ route: "*", kind: "reset" });
    await assert.rejects(get(FEES), /error reading a body/);
  });
});

Deno.test("a stalled request never answers until the simulator stops", async () => {
  let asked: Promise<{ readonly status: number }> | undefined;
  await staged({}, async ({ simulator, get }) => {
    simulator.faults.add({ route: "balance", kind: "stall" });
    asked = get(BALANCE);
    await waitFor("the request", () => simulator.requests().length === 1);
  });
  assert.equal((await asked)?.status, 503);
});

Deno.test("faults can be switched from another process", async () => {
  await staged({}, async ({ simulator, get }) => {
    const door = `${simulator.url}/__sim/faults`;
    const rule = JSON.stringify({ route: "balance", kind: "status", status: 502 });
    const added = await fetch(door, { method: "POST", body: rule });
    assert.equal(added.status, 201);
    const { id } = await added.json();
    assert.equal((await get(BALANCE)).status, 502);
    const { items } = await (await fetch(door)).json();
    assert.deepEqual([items[0].kind, items[0].injected], ["status", 1]);
    await (await fetch(`${door}?id=${id}`, { method: "DELETE" })).body?.cancel();
    assert.equal((await get(BALANCE)).status, 200);
    const missing = await fetch(`${door}?id=${id}`, { method: "DELETE" });
    assert.deepEqual([missing.status, await missing.json()], [404, { error: `No fault ${id}` }]);
    for (
      const bad of [
        "{",
        '{"route":"balance","kind":"meteor"}',
        '{"route":"x","kind":"html","odd":1}',
      ]
    ) {
      const refused = await fetch(door, { method: "POST", body: bad });
      assert.equal(refused.status, 400);
      assert.equal(typeof (await refused.json()).error, "string");
    }
  });
});

Deno.test("probability decides by the randomness given", () => {
  const draws = [0.1, 0.9, 0.49, 0.51];
  const faults = new Faults(() => draws.shift() ?? 1);
  faults.add({ route: "offers", kind: "html", probability: 0.5 });
  const met = [1, 2, 3, 4].map(() => faults.draw("offers") !== null);
  assert.deepEqual(met, [true, false, true, false]);
});

Deno.test("rules are limited in number", () => {
  const faults = new Faults(() => 0);
  for (let i = 0; i < MAX_FAULTS; i++) faults.add({ route: "*", kind: "html" });
  assert.throws(() => faults.add({ route: "*", kind: "html" }), /At most 100 faults/);
});

Deno.test("a page can repeat its rows, and lead back to itself", async () => {
  await staged({}, async ({ simulator: { faults }, get, post }) => {
    const page = (cursor: string) =>
      `/marketplace-api/v2/offers?gameId=a8db&limit=10&cursor=${encodeURIComponent(cursor)}`;
    faults.add({ route: "offers", kind: "duplicate", times: 1 });
    const ids = (await get(page(""))).json.items.map((one: { offerId: string }) => one.offerId);
    assert.equal(ids.length, 10);
    assert.deepEqual(ids.slice(5), ids.slice(0, 5));
    faults.add({ route: "offers", kind: "repeat", times: 2 });
    const { cursor } = (await get(page(""))).json;
    assert.notEqual(cursor, "");
    assert.equal((await get(page(cursor))).json.cursor, cursor);
    assert.notEqual((await get(page(cursor))).json.cursor, cursor);
    const prices = "/marketplace-api/v1/aggregated-prices";
    const question = { filter: { game: "a8db" }, limit: "5" };
    const { nextCursor } = (await post(prices, question)).json;
    faults.add({ route: "aggregated-prices", kind: "repeat", times: 1 });
    const again = await post(prices, { ...question, cursor: nextCursor });
    assert.equal(again.json.nextCursor, nextCursor);
    faults.add({ route: "balance", kind: "duplicate" });
    assert.equal((await get(BALANCE)).json.usd, "100000", "What is no page stays as it is");
  });
});
