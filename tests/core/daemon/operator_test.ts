/** What a person can do to a house; on real workers. */

import assert from "node:assert/strict";
import { operatorRoute } from "@/core/daemon/operator.ts";
import type { MemoryStore } from "@/core/outbox/store_memory.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { DEEDS_CHILDREN, head, World } from "@/tests/support/actors/deeds.ts";
import { inHouse } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
interface Operated {
  readonly world: World;
  readonly supervisor: Supervisor;
  readonly store: MemoryStore;
  readonly get: (path: string, method?: "HEAD") => Promise<Answer>;
  readonly post: (path: string, body?: unknown) => Promise<Answer>;
}

async function operated(test: (house: Operated) => Promise<void>): Promise<void> {
  const world = new World();
  await inHouse(async ({ supervisor, store }) => {
    const ask = async (path: string, init: RequestInit): Promise<Answer> => {
      const request = new Request(`http://127.0.0.1/operator/${path}`, init);
      const segments = new URL(request.url).pathname.split("/").slice(2);
      const response = await operatorRoute(supervisor, request, segments);
      return { status: response.status, body: await response.json() };
    };
    await test({
      world,
      supervisor,
      store,
      get: (path, method) => ask(path, method === undefined ? {} : { method }),
      post: (path, body = {}) => ask(path, { method: "POST", body: JSON.stringify(body) }),
    });
  }, { children: DEEDS_CHILDREN, serve: [world.served] });
}

interface Parked {
  readonly id: number;
  readonly status: string;
  readonly target: string;
  readonly type: string;
}

/** An effect whose answer was lost and that must not be repeated. */
async function parkOne({ supervisor, get }: Operated): Promise<Parked> {
  const body = { id: "lost", kind: "Once" as const, way: "lost" as const };
  await supervisor.post(head, "Decide", { key: "decide-lost", body });
  return await waitFor("a parked effect", async () => {
    const { parked } = (await get("parked")).body;
    return (parked as readonly Parked[])[0];
  });
}

async function endsOf({ supervisor }: Operated, count: number) {
  return await waitFor(`${count} ends`, async () => {
    const { ended } = await supervisor.ask(head, "Ended", {});
    return ended.length === count && ended;
  });
}

Deno.test("what is parked is listed, and closed as a person says, with a result of its shape", () =>
  operated(async (house) => {
    const { id, status, target, type } = await parkOne(house);
    assert.deepEqual([status, target, type], ["unknown", "hands", "Once"]);
    const path = `parked/${id}/resolve`;
    for (const body of [{}, { outcome: "maybe" }, { outcome: "done", result: { receipt: 5 } }]) {
      const refused = await house.post(path, body);
      assert.equal(refused.status, 400, JSON.stringify(body));
    }
    const elsewhere = { outcome: "done", result: { receipt: 5 } };
    const { body } = await house.post(`parked/${id + 1}/resolve`, elsewhere);
    assert.deepEqual(body, { error: `No effect is parked under ${id + 1}` });
    const result = { receipt: "seen in the ledger" };
    assert.equal((await house.post(path, { outcome: "done", result })).status, 200);
    const ends = await endsOf(house, 2);
    assert.deepEqual(ends.map(({ outcome }) => outcome), ["unknown", "done"]);
    assert.equal(ends[1]?.receipt, "seen in the ledger");
    assert.deepEqual((await house.get("parked")).body, { parked: [], next: null });
    assert.equal((await house.post(path, { outcome: "failed" })).status, 400);
  }));

Deno.test("what is parked is closed as failed, and who decided it hears so", () =>
  operated(async (house) => {
    const { id } = await parkOne(house);
    assert.equal((await house.post(`parked/${id}/resolve`, { outcome: "failed" })).status, 200);
    const ends = await endsOf(house, 2);
    assert.deepEqual(ends.map(({ outcome }) => outcome), ["unknown", "failed"]);
  }));

Deno.test("what is parked is listed in pages, the newest first", () =>
  operated(async ({ store, get }) => {
    const row = { kind: "message", from: "main", target: "head", type: "Decide", trace: "t" };
    const keys = Array.from({ length: 101 }, (_, n) => `k${n}`);
    const error = { kind: "rejected", code: "test", message: "Test" } as const;
    await store.enqueue(keys.map((key) => ({ ...row, key, schemaVersion: 9, body: {} })) as never);
    for (const { id } of store.outbox.values()) await store.bury(id, error);
    const idsOf = ({ body }: Answer) => (body["parked"] as readonly Parked[]).map(({ id }) => id);
    const first = await get("parked");
    assert.deepEqual([idsOf(first).length, idsOf(first)[0], first.body["next"]], [100, 101, 2]);
    const second = await get("parked?before=2");
    assert.deepEqual([idsOf(second), second.body["next"]], [[1], null]);
  }));

Deno.test("what is parked is attempted once more when a person says so", () =>
  operated(async (house) => {
    const { id } = await parkOne(house);
    assert.equal(house.world.calls.length, 1);
    assert.equal((await house.post(`parked/${id}/replay`)).status, 202);
    await waitFor("a second attempt", () => house.world.calls.length === 2);
  }));

Deno.test("an actor is suspended, resumed and restarted by hand, and looked at", () =>
  operated(async ({ supervisor, get, post }) => {
    const statusOf = async (name: string) => {
      const { actors } = (await get("actors")).body;
      return (actors as readonly { name: string; status: string }[])
        .find((actor) => actor.name === name)?.status;
    };
    assert.equal((await post("actors/hands/suspend")).status, 202);
    assert.equal(await statusOf("hands"), "suspended");
    assert.equal((await post("actors/hands/resume")).status, 202);
    assert.equal(await statusOf("hands"), "ready");
    assert.equal((await post("actors/hands/restart")).status, 202);
    await waitFor("the next life", () => {
      const hands = supervisor.find("hands");
      return hands?.incarnation === 2 && hands.isReady;
    });
    await supervisor.terminate("hands");
    assert.equal((await post("actors/hands/restart")).status, 202);
    await waitFor("the life after", () => supervisor.find("hands")?.isReady === true);
  }));

Deno.test("what does not exist is answered by what does", () =>
  operated(async ({ get, post }) => {
    assert.match(String((await post("actors/nobody/suspend")).body["error"]), /hands, head/);
    for (
      const path of [
        "actors/hands/explode",
        "actors/hands/constructor",
        "parked/7/forget",
        "parked",
        "nowhere",
      ]
    ) {
      const { status, body } = await post(path);
      assert.equal(status, 404, path);
      assert.match(String(body["error"]), /GET \/operator\/parked/, path);
    }
    assert.equal((await get("actors", "HEAD")).status, 200);
    for (const before of ["x", "0", "9999999999999999"]) {
      assert.equal((await get(`parked?before=${before}`)).status, 400, before);
    }
    assert.equal((await post("parked/0x1/resolve", { outcome: "failed" })).status, 404);
    assert.equal((await post("parked/0x1/replay")).status, 404);
    assert.equal((await post("parked/7/replay")).status, 404);
  }));
