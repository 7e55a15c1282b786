import assert from "node:assert/strict";
import fc from "fast-check";
import { SigningDesk, type SignOrder } from "@/actors/signer/desk.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { OPERATIONS } from "@/core/market/dmarket/operations.ts";
import { DEFAULT_RATES, STRICT_RATES } from "@/core/market/dmarket/rates.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { ManualClock } from "../../core/http/manual_clock.ts";

const NEVER = new AbortController().signal;

const BALANCE: SignOrder = {
  class: "other",
  method: "GET",
  target: "/account/v1/balance",
  bodyText: "",
};

const OFFERS: SignOrder = {
  class: "market-items",
  method: "GET",
  target: "/marketplace-api/v2/offers?gameId=a8db&limit=1",
  bodyText: "",
};

async function start(rates = DEFAULT_RATES) {
  const clock = new ManualClock();
  const key = await SigningKey.import(DEMO_KEYS);
  return { clock, key, desk: new SigningDesk({ key, rates, clock }) };
}

function refuses(code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof ActorError, String(error));
    assert.equal(`${error.kind} ${error.code}`, `rejected ${code}`);
    return true;
  };
}

Deno.test("a read is signed with the public key, the market's time and these very bytes", async () => {
  const { clock, key, desk } = await start();
  desk.setSkew(90_500);
  const order = {
    class: "other",
    method: "POST",
    target: "/marketplace-api/v1/aggregated-prices",
    bodyText: '{"filter":{"game":"a8db"},"limit":"1","cursor":""}',
  } as const;
  const headers = await desk.sign(order, NEVER);
  const unixSeconds = Math.floor((clock.now() + 90_500) / 1_000);
  assert.equal(headers["x-sign-date"], String(unixSeconds));
  const request = { method: order.method, path: order.target, query: "", body: order.bodyText };
  assert.deepEqual(headers, await key.sign(request, unixSeconds));
});

Deno.test("the query is signed as it is sent", async () => {
  const { clock, key, desk } = await start();
  const [path = "", query = ""] = OFFERS.target.split("?");
  const now = Math.floor(clock.now() / 1_000);
  assert.deepEqual(
    await desk.sign(OFFERS, NEVER),
    await key.sign({ method: "GET", path, query, body: "" }, now),
  );
});

Deno.test("no write is ever signed, whatever it is called", async () => {
  const { desk } = await start();
  const writes = Object.values(OPERATIONS).filter(({ access }) => access === "write");
  assert.equal(writes.length, 9);
  for (const { method, path } of writes) {
    for (const rateClass of ["market-items", "last-sales", "fee", "other"] as const) {
      const order = { class: rateClass, method, target: path, bodyText: "{}" };
      await assert.rejects(desk.sign(order, NEVER), refuses("not-a-read"));
    }
  }
});

Deno.test("nothing outside the table of reads is signed", async () => {
  const { desk } = await start();
  const targets = fc.oneof(
    fc.webPath(),
    fc.constantFrom(
      "/exchange/v1/offers-buy",
      "/account/v1/balance/../../exchange/v1/offers-buy",
      "/account/v1/balance%2f..%2foffers-buy",
      "//account/v1/balance",
      "/account/v1/balance#",
      "/marketplace-api/v1/deposit-assets",
    ),
  );
  const methods = fc.constantFrom("GET", "POST", "PATCH", "PUT", "DELETE", "get");
  await fc.assert(fc.asyncProperty(methods, targets, async (method, target) => {
    const order = { class: "other", method, target: `/x${target}`, bodyText: "" } as const;
    await assert.rejects(desk.sign(order, NEVER), refuses("not-a-read"));
    await assert.rejects(desk.sign({ ...order, target }, NEVER), refuses("not-a-read"));
  }));
});

Deno.test("a path that the runtime would send as another one is refused", async () => {
  const { desk } = await start();
  for (const title of ["..", "%2e%2e", ".", "a b", "★"]) {
    const target = `/marketplace-api/v1/targets-by-title/a8db/${title}`;
    const order = { class: "other", method: "GET", target, bodyText: "" } as const;
    await assert.rejects(desk.sign(order, NEVER), refuses("bad-target"));
  }
});

Deno.test("a read asked for under another class is refused: budgets cannot be borrowed", async () => {
  const { desk } = await start();
  await assert.rejects(desk.sign({ ...OFFERS, class: "fee" }, NEVER), refuses("wrong-class"));
});

Deno.test("a signature is stamped when its permit is granted, not when it was asked for", async () => {
  const { clock, desk } = await start(STRICT_RATES);
  const askedAtS = Math.floor(clock.now() / 1_000);
  const waiting = desk.sign(BALANCE, NEVER);
  await clock.advance(10_000);
  const headers = await waiting;
  assert.ok(Number(headers["x-sign-date"]) - askedAtS >= 2);
});

Deno.test("the strict profile signs 30 requests in any minute at most", async () => {
  const { clock, desk } = await start(STRICT_RATES);
  const jobs = Array.from(
    { length: 100 },
    (_, index) => desk.sign(index % 2 === 0 ? BALANCE : OFFERS, NEVER),
  );
  await clock.advance(300_000);
  const stampsS = (await Promise.all(jobs)).map((headers) => Number(headers["x-sign-date"]));
  for (const from of stampsS) {
    const inMinute = stampsS.filter((at) => at >= from && at < from + 60).length;
    assert.ok(inMinute <= 30, String(inMinute));
  }
});

Deno.test("throttling, quotas and pressure lower the rate that is shown", async () => {
  const { desk } = await start();
  const rateOf = (name: string) => desk.classes().find((one) => one.class === name)?.ratePerSecond;
  assert.equal(rateOf("market-items"), 4);
  desk.throttled("market-items", null);
  assert.equal(rateOf("market-items"), 2);
  desk.quota("last-sales", 0, 2);
  assert.equal(rateOf("last-sales"), 1.75);
  desk.setPressure(0.25);
  assert.equal(rateOf("fee"), 5);
  desk.setPressure(1);
  assert.equal(rateOf("fee"), 20);
});

Deno.test("a wait the market asked for is kept before the next signature of the class", async () => {
  const { clock, desk } = await start();
  desk.throttled("market-items", 3_000);
  let signedAtMs: number | null = null;
  const job = desk.sign(OFFERS, NEVER).then(() => signedAtMs = clock.monotonic());
  await desk.sign(BALANCE, NEVER);
  await clock.advance(2_999);
  assert.equal(signedAtMs, null);
  await clock.advance(1);
  await job;
  assert.equal(signedAtMs, 3_000);
});

Deno.test("counts and queues are shown per class", async () => {
  const { clock, desk } = await start();
  await desk.sign(BALANCE, NEVER);
  const queue = Array.from({ length: 3 }, () => desk.sign(OFFERS, NEVER));
  const reading = desk.classes().find((one) => one.class === "market-items");
  assert.ok(reading !== undefined && reading.granted + reading.waiting === 3);
  assert.ok(reading.waiting >= 1);
  await clock.advance(5_000);
  await Promise.all(queue);
  desk.close();
});
