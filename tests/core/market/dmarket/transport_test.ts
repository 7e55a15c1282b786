import assert from "node:assert/strict";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  type Answer,
  assertError,
  BALANCE,
  json,
  ok,
  settle,
  start,
  status,
} from "./transport_stage.ts";

Deno.test("a request is signed as it is sent and carries the headers of its signature", async () => {
  const signed: unknown[] = [];
  const { sent, transport, call } = start([ok], {
    sign: (request) => {
      signed.push(request);
      return Promise.resolve({ "x-api-key": "k", "x-request-sign": "s" });
    },
  });
  const query = "gameId=a8db&title=Ol%27%20%28x%29";
  assert.deepEqual(await transport.read({ name: "offers", query }, call()), { fine: true });
  await transport.read({ name: "aggregatedPrices", body: '{"a":1}' }, call());
  assert.deepEqual(signed, [
    {
      method: "GET",
      path: "/marketplace-api/v2/offers",
      query,
      body: "",
      rateClass: "market-items",
    },
    {
      method: "POST",
      path: "/marketplace-api/v1/aggregated-prices",
      query: "",
      body: '{"a":1}',
      rateClass: "other",
    },
  ]);
  assert.equal(sent[0]?.url.href, `https://market.test/marketplace-api/v2/offers?${query}`);
  assert.deepEqual(sent[0]?.init.headers, {
    accept: "application/json",
    "x-api-key": "k",
    "x-request-sign": "s",
  });
  assert.equal(sent[1]?.init.body, '{"a":1}');
  assert.equal(sent[0]?.init.redirect, "manual");
});

Deno.test("passing failures are tried again, each time with a new signature", async () => {
  let signatures = 0;
  const bad: Answer = () => Promise.reject(new TypeError("connection reset"));
  const html: Answer = () => new Response("<html>502</html>");
  const { clock, sent, transport, balance } = start([bad, html, status(503), ok], {
    sign: () => Promise.resolve({ "x-sign-date": String(++signatures) }),
  });
  assert.deepEqual(await settle(clock, balance()), { fine: true });
  assert.equal(sent.length, 4);
  assert.equal(signatures, 4);
  assert.equal(transport.reading().retries, 3);
  assert.deepEqual(transport.reading().attempts, {
    "balance.network": 1,
    "balance.html-instead-of-json": 1,
    "balance.server-error": 1,
    "balance.ok": 1,
  });
});

Deno.test("retries are used up after four attempts", async () => {
  const { clock, sent, balance } = start([status(500)]);
  assertError(await settle(clock, balance()), "transient server-error");
  assert.equal(sent.length, 4);
});

Deno.test("a refusal is not repeated", async () => {
  for (const code of [302, 400, 403, 404, 409, 410]) {
    const { clock, sent, balance } = start([status(code)]);
    const error = await settle(clock, balance());
    assert.ok(error instanceof ActorError && error.kind === "rejected");
    assert.equal(sent.length, 1);
  }
});

Deno.test("five failures within a minute stop the group, its signatures too, not the others", async () => {
  let signatures = 0;
  const down: Answer = ({ url }) =>
    url.pathname.startsWith("/account") ? new Response("", { status: 500 }) : json({});
  const { clock, sent, transport, call, balance } = start([down], {
    sign: () => Promise.resolve({ "x-sign-date": String(++signatures) }),
  });
  assertError(await settle(clock, balance()), "transient server-error");
  assertError(await settle(clock, balance()), "transient breaker-open");
  assert.equal(sent.length, 5);
  assertError(await settle(clock, balance()), "transient breaker-open");
  assert.deepEqual([sent.length, signatures], [5, 5]);
  await transport.read({ name: "lastSales" }, call());
  assert.equal(transport.reading().breakers.account.phase, "open");
  assert.equal(transport.reading().breakers.sales.phase, "closed");
});

Deno.test("what waited for a permit while the breaker opened does not go out", async () => {
  const permits: (() => void)[] = [];
  const { clock, sent, balance } = start([status(500)], {
    sign: () => new Promise((resolve) => permits.push(() => resolve({}))),
    retries: { maxAttempts: 1, baseMs: 1, maxMs: 1, maxServerWaitMs: 1 },
  });
  const calls = Array.from({ length: 20 }, () => balance().catch((error: unknown) => error));
  for (const permit of permits) {
    permit();
    await clock.advance(10);
  }
  const errors = await Promise.all(calls);
  assert.equal(sent.length, 5);
  const codes = errors.map((error) => error instanceof ActorError ? error.code : "");
  assert.deepEqual(codes.filter((code) => code === "breaker-open").length, 15);
});

Deno.test("after its rest one probe goes out and closes the breaker", async () => {
  const { clock, sent, transport, balance } = start([
    ...Array.from({ length: 5 }, () => status(500)),
    ok,
  ]);
  await settle(clock, balance());
  await settle(clock, balance());
  assert.equal(transport.reading().breakers.account.phase, "open");
  await clock.advance(60_000);
  assert.deepEqual(await settle(clock, balance()), { fine: true });
  assert.equal(sent.length, 6);
  assert.equal(transport.reading().breakers.account.phase, "closed");
});

Deno.test("429 and refusals do not open the breaker", async () => {
  const { clock, transport, balance } = start([status(429, { "Retry-After": "0" }), status(404)]);
  for (let i = 0; i < 10; i++) await settle(clock, balance());
  assert.equal(transport.reading().breakers.account.phase, "closed");
});

Deno.test("a signer that is being restarted is asked again", async () => {
  let asked = 0;
  const { clock, balance } = start([ok], {
    sign: () =>
      ++asked < 3
        ? Promise.reject(new ActorError("peer-down", "peer-down", "signer is not running"))
        : Promise.resolve({}),
  });
  assert.deepEqual(await settle(clock, balance()), { fine: true });
  assert.equal(asked, 3);
});

Deno.test("a refused permit reaches the caller as it is, and counts against nobody", async () => {
  const { clock, transport, balance } = start([ok], {
    sign: () => Promise.reject(new ActorError("overload", "permit-queue-full", "Full")),
  });
  for (let i = 0; i < 6; i++) {
    assertError(await settle(clock, balance()), "overload permit-queue-full");
  }
  assert.equal(transport.reading().breakers.account.phase, "closed");
});

Deno.test("nothing is sent and nothing repeated past the caller's deadline", async () => {
  const slow: Answer = ({ init }) =>
    new Promise((_resolve, reject) =>
      init.signal?.addEventListener("abort", () => reject(new Error("aborted")))
    );
  const { clock, sent, transport, call } = start([slow]);
  const end = await settle(clock, transport.read(BALANCE, call(15_000)));
  assertError(end, "deadline http-timeout");
  assert.equal(clock.monotonic() <= 15_500, true, String(clock.monotonic()));
  assertError(await settle(clock, transport.read(BALANCE, call(900))), "deadline permit-too-late");
  assert.equal(sent.length, 2);
});

Deno.test("a caller who gives up ends the request and its retries", async () => {
  const caller = new AbortController();
  const { clock, sent, transport, call } = start([status(503)]);
  const work = transport.read(BALANCE, { ...call(), signal: caller.signal });
  await clock.advance(1);
  caller.abort();
  const end = await settle(clock, work);
  assert.ok(end instanceof ActorError);
  assert.ok(sent.length <= 2);
});

Deno.test("what the runtime would send differently from what is signed is refused", async () => {
  const { clock, sent, transport, call } = start([ok]);
  const requests = [
    { name: "targetsByTitle", segments: ["a8db", ".."] },
    { name: "targetsByTitle", segments: ["a8db", "%2e%2e"] },
    { name: "offers", query: "title=Ol'" },
    { name: "offers", query: "title=a b" },
  ] as const;
  for (const request of requests) {
    assertError(await settle(clock, transport.read(request, call())), "rejected bad-path");
  }
  assert.equal(sent.length, 0);
});

Deno.test("a base URL that is not an origin is refused at once", () => {
  const bad = [
    "",
    "api.dmarket.com",
    "ftp://x",
    "https://x/v1",
    "https://x/?a=1",
    "https://user:pw@x",
    "https://x/#a",
  ];
  for (const baseUrl of bad) {
    assert.throws(() => start([ok], { baseUrl }), (error) => {
      assertError(error, "fatal bad-base-url");
      assert.doesNotMatch(String(error), /pw/);
      return true;
    }, baseUrl);
  }
  start([ok], { baseUrl: "http://127.0.0.1:8080/" });
});

Deno.test("a permit that does not come is waited for until the deadline, no longer", async () => {
  const signals: AbortSignal[] = [];
  const { clock, sent, transport, call } = start([ok], {
    sign: (_request, signal) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  });
  const end = await settle(clock, transport.read(BALANCE, call(5_000)));
  assertError(end, "deadline permit-too-late");
  assert.ok(clock.monotonic() <= 5_200, String(clock.monotonic()));
  assert.equal(sent.length, 0);
  assert.equal(signals[0]?.aborted, true);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("a probe that fails begins the next minute of rest, one that meets a 429 does not", async () => {
  const { clock, sent, transport, balance } = start([
    ...Array.from({ length: 6 }, () => status(500)),
    status(429, { "Retry-After": "60" }),
    ok,
  ]);
  const phase = () => transport.reading().breakers.account.phase;
  await settle(clock, balance());
  await settle(clock, balance());
  assert.deepEqual([sent.length, phase()], [5, "open"]);
  await clock.advance(60_000);
  assertError(await settle(clock, balance()), "transient breaker-open");
  assert.deepEqual([sent.length, phase()], [6, "open"]);
  await clock.advance(59_000);
  assertError(await settle(clock, balance()), "transient breaker-open");
  assert.equal(sent.length, 6);
  await clock.advance(1_000);
  assertError(await settle(clock, balance()), "transient rate-limited");
  assert.deepEqual(await settle(clock, balance()), { fine: true });
  assert.deepEqual([sent.length, phase()], [8, "closed"]);
});

Deno.test("an outage of all groups is not answered with a storm of retries", async () => {
  const { clock, sent, transport, call } = start([status(503)]);
  const names = ["balance", "userProfile", "offers", "aggregatedPrices", "lastSales"] as const;
  const calls = names.flatMap((name) =>
    Array.from({ length: 4 }, () => transport.read({ name }, call()).catch(() => null))
  );
  await settle(clock, Promise.all(calls));
  assert.ok(sent.length <= 20 + 14, `${sent.length} sent for 20 calls`);
});
