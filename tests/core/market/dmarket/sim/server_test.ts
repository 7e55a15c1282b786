import assert from "node:assert/strict";
import { ACCOUNT_LIMITS, ADDRESS_LIMITS } from "@/core/market/dmarket/sim/rate_limits.ts";
import { startSimulator } from "@/core/market/dmarket/sim/server.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { NOW_MS, query, staged } from "./stage.ts";

const BALANCE = "/account/v1/balance";
const OFFERS = "/marketplace-api/v2/offers?gameId=a8db&limit=1";

Deno.test("a request nobody vouches for gets the capitalised 401", async () => {
  await staged({}, async ({ simulator, get }) => {
    const answer = await fetch(simulator.url + BALANCE);
    assert.equal(answer.status, 401);
    assert.deepEqual(await answer.json(), { Code: "Unauthorized", Message: "Unauthorized" });
    const late = await get(BALANCE, { dateS: NOW_MS / 1_000 - 121 });
    assert.equal(late.status, 401);
    assert.equal(simulator.requests().at(-1)?.reason, "clock skew");
  });
});

Deno.test("answers carry the simulator's clock in Date", async () => {
  await staged({}, async ({ get, clock }) => {
    clock.nowMs = NOW_MS + 61_000;
    const { headers } = await get(BALANCE);
    assert.equal(headers.get("date"), new Date(clock.nowMs).toUTCString());
  });
});

Deno.test("each class has its own window of a second, told in the headers", async () => {
  await staged({ limits: {} }, async ({ get, clock }) => {
    const limit = ACCOUNT_LIMITS["market-items"];
    for (let i = 1; i <= limit; i++) {
      const { status, headers } = await get(OFFERS);
      assert.equal(status, 200);
      assert.equal(headers.get("x-ratelimit-limit-second"), String(limit));
      assert.equal(headers.get("x-ratelimit-remaining-second"), String(limit - i));
      assert.equal(headers.get("ratelimit-remaining"), String(limit - i));
      assert.equal(headers.get("retry-after"), null);
    }
    const refused = await get(OFFERS);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get("retry-after"), "1");
    assert.equal(refused.headers.get("ratelimit-reset"), "1");
    assert.equal((await get(BALANCE)).status, 200);
    clock.nowMs += 1_000;
    assert.equal((await get(OFFERS)).status, 200);
  });
});

Deno.test("unsigned requests share narrower windows", async () => {
  await staged({ limits: {} }, async ({ simulator }) => {
    const ask = async (path: string) => {
      const answer = await fetch(simulator.url + path);
      await answer.body?.cancel();
      return answer.status;
    };
    for (let i = 0; i < ADDRESS_LIMITS.other; i++) assert.equal(await ask(BALANCE), 401);
    assert.equal(await ask(BALANCE), 429);
    assert.equal(await ask("/trade-aggregator/v1/last-sales"), 429);
    assert.equal(await ask("/exchange/v1/customized-fees"), 401);
  });
});

Deno.test("the log tells another process what was asked, and never a signature", async () => {
  await staged({}, async ({ simulator, get }) => {
    await get(BALANCE);
    await get(OFFERS);
    const answer = await fetch(`${simulator.url}/__sim/requests?route=offers`);
    const text = await answer.text();
    const { total, counts, items } = JSON.parse(text);
    assert.equal(total, 2);
    assert.deepEqual(counts, { "balance 200": 1, "offers 200": 1 });
    assert.equal(items.length, 1);
    assert.equal(items[0].query, "gameId=a8db&limit=1");
    assert.ok(!text.includes("ed25519"));
    await (await fetch(`${simulator.url}/__sim/requests`, { method: "DELETE" })).body?.cancel();
    assert.deepEqual(simulator.requests(), []);
  });
});

Deno.test("the log keeps the newest and counts the rest", async () => {
  await staged({ logCapacity: 3 }, async ({ simulator, get }) => {
    for (let i = 0; i < 5; i++) await get(BALANCE);
    assert.deepEqual(simulator.requests().map(({ id }) => id), [3, 4, 5]);
    const { total } = await (await fetch(`${simulator.url}/__sim/requests`)).json();
    assert.equal(total, 5);
  });
});

Deno.test("the simulator's own door has no other paths", async () => {
  await staged({}, async ({ simulator }) => {
    const answer = await fetch(`${simulator.url}/__sim/money`);
    assert.equal(answer.status, 404);
    assert.match((await answer.json()).error, /No GET \/__sim\/money/);
    const status = await (await fetch(`${simulator.url}/__sim/status`)).json();
    assert.equal(status.offers, simulator.market.table.live);
  });
});

Deno.test("other keys than the demo's can be configured, and replace it", async () => {
  const { publicKey } = await foreignKeys();
  await staged({ keys: [publicKey] }, async ({ get }) => {
    assert.equal((await get(BALANCE)).status, 401);
    assert.equal((await get(BALANCE, { keys: await foreignKeys() })).status, 200);
  });
});

/** The key pair of the published signing vectors. */
async function foreignKeys(): Promise<{ publicKey: string; secretKey: string }> {
  const vectors = JSON.parse(
    await Deno.readTextFile("tests/fixtures/dmarket/signature-vectors.json"),
  );
  return { publicKey: vectors.public_key_hex, secretKey: vectors.secret_key_128hex_form };
}

Deno.test("latency delays the answer, and stopping ends the wait", async () => {
  const simulator = await startSimulator({ titles: 4, latencyMs: 60_000 });
  const asked = fetch(simulator.url + BALANCE);
  await waitFor("the request", () => simulator.requests().length === 1);
  await simulator.stop();
  const answer = await asked;
  await answer.body?.cancel();
  assert.equal(answer.status, 401);
  await simulator.stop();
});

Deno.test("an option out of range is refused with value and rule", async () => {
  await assert.rejects(
    startSimulator({ latencyMs: -1 }),
    /Latency ms must be 0 to 60000: current value is -1/,
  );
  await assert.rejects(startSimulator({ balanceCents: NaN }), /Balance cents.*is NaN/);
  await assert.rejects(startSimulator({ logCapacity: 0 }), /1 to 1000000: current value is 0/);
  await assert.rejects(startSimulator({ limits: { fee: NaN } }), /Limit fee.*NaN/);
});

Deno.test("two simulators of one seed answer the same bytes at the same time", async () => {
  const texts: string[] = [];
  for (let i = 0; i < 2; i++) {
    await staged({ seed: 9 }, async ({ get, post }) => {
      const offers = await get(`/marketplace-api/v2/offers?${query({ gameId: "tf2", limit: 50 })}`);
      const prices = await post("/marketplace-api/v1/aggregated-prices", {
        filter: { game: "rust" },
        limit: "1000",
      });
      texts.push(offers.text + prices.text);
    });
  }
  assert.equal(texts[0], texts[1]);
});

Deno.test("it runs in a worker that may use the network and nothing else", async () => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { net: ["127.0.0.1"] } },
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
    });
    const answer = await fetch(`${url}/__sim/status`);
    assert.ok((await answer.json()).offers > 0);
    worker.postMessage("stop");
    await waitFor("the worker to close the port", async () => {
      try {
        await (await fetch(`${url}/__sim/status`)).body?.cancel();
        return false;
      } catch {
        return true;
      }
    });
  } finally {
    worker.terminate();
  }
});
