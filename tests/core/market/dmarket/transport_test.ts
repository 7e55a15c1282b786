import assert from "node:assert/strict";
import type { Fetcher } from "@/core/http/fetcher.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  type CallOptions,
  type EdgeReport,
  Transport,
  type TransportOptions,
} from "@/core/market/dmarket/transport.ts";
import { ManualClock } from "../../http/manual_clock.ts";

type Answer = (request: { url: URL; init: RequestInit }) => Response | Promise<Response>;

const BALANCE = { name: "balance" } as const;
const NEVER = new AbortController().signal;

function json(body: unknown, init: ResponseInit = {}): Response {
  return Response.json(body, init);
}

function status(code: number, headers: HeadersInit = {}): Answer {
  return () => json({ code: "Said", message: "so" }, { status: code, headers });
}

const ok: Answer = () => json({ fine: true });

/** A transport whose market gives these answers in turn, the last one for ever. */
function start(answers: readonly Answer[], change: Partial<TransportOptions> = {}) {
  const clock = new ManualClock();
  const sent: { url: URL; init: RequestInit; atMs: number }[] = [];
  const reports: EdgeReport[] = [];
  const fetcher: Fetcher = async (url, init) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    const request = { url: new URL(url), init };
    sent.push({ ...request, atMs: clock.monotonic() });
    await Promise.resolve();
    return answer?.(request) ?? Response.error();
  };
  const transport = new Transport({
    baseUrl: "https://market.test",
    fetcher,
    clock,
    random: () => 0.5,
    sign: () => Promise.resolve({ "x-api-key": "k" }),
    report: (report) => reports.push(report),
    ...change,
  });
  const call = (timeoutMs = 60_000): CallOptions => ({
    signal: NEVER,
    deadlineAtMs: clock.monotonic() + timeoutMs,
  });
  const balance = () => transport.read(BALANCE, call());
  return { clock, sent, reports, transport, call, balance };
}

/** Lets retries pass until `work` settles; resolves to its value or error. */
async function settle(clock: ManualClock, work: Promise<unknown>): Promise<unknown> {
  let end: { value: unknown } | null = null;
  work.then((value) => end = { value }, (error) => end = { value: error });
  for (let i = 0; i < 500 && end === null; i++) await clock.advance(100);
  assert.ok(end !== null, "The call never settled");
  return (end as { value: unknown }).value;
}

function assertError(value: unknown, expected: string): void {
  assert.ok(value instanceof ActorError, String(value));
  assert.equal(`${value.kind} ${value.code}`, expected, value.message);
}

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

Deno.test("a 429 is reported with its wait, and the wait is kept", async () => {
  const { clock, sent, reports, balance } = start([status(429, { "Retry-After": "3" }), ok]);
  assert.deepEqual(await settle(clock, balance()), { fine: true });
  assert.deepEqual(reports, [{ kind: "throttled", rateClass: "other", retryAfterMs: 3_000 }]);
  const waitedMs = (sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0);
  assert.ok(waitedMs >= 3_000 && waitedMs <= 3_300, String(waitedMs));
});

Deno.test("an absurd wait is reported and not waited for", async () => {
  const { clock, sent, reports, balance } = start([status(429, { "Retry-After": "86400000" })]);
  assertError(await settle(clock, balance()), "transient rate-limited");
  assert.equal(sent.length, 1);
  assert.deepEqual(reports, [{ kind: "throttled", rateClass: "other", retryAfterMs: 3_600_000 }]);
});

Deno.test("a spent quota and a new limit are reported once each", async () => {
  const limited: Answer = () => json({}, { headers: { "X-RateLimit-Limit-Second": "10" } });
  const spent: Answer = () =>
    json({}, { headers: { "RateLimit-Remaining": "0", "RateLimit-Reset": "20" } });
  const { reports, balance } = start([limited, limited, spent]);
  for (let i = 0; i < 3; i++) await balance();
  assert.deepEqual(reports, [
    { kind: "quota", rateClass: "other", pauseMs: 0, limitPerSecond: 10 },
    { kind: "quota", rateClass: "other", pauseMs: 20_000, limitPerSecond: null },
  ]);
});

Deno.test("a limit over a longer window is reported as the pace it means", async () => {
  const limited: Answer = () =>
    json({}, { headers: { "RateLimit-Limit": "30", "RateLimit-Reset": "45" } });
  const { reports, balance } = start([limited]);
  await balance();
  assert.deepEqual(reports, [
    { kind: "quota", rateClass: "other", pauseMs: 0, limitPerSecond: 0.5 },
  ]);
});

Deno.test("a second's quota that others spent is given a second's rest, one that we spent not", async () => {
  const spent: Answer = () =>
    json({}, {
      headers: { "X-RateLimit-Limit-Second": "4", "X-RateLimit-Remaining-Second": "0" },
    });
  const { clock, reports, balance } = start([spent]);
  const pauses = () => reports.map((report) => report.kind === "quota" ? report.pauseMs : null);
  await balance();
  await balance();
  assert.deepEqual(pauses(), [1_000, 1_000], "Two requests of ours do not make four");
  await balance();
  assert.deepEqual(pauses().length, 2, "The third may well have been the last of four");
  await clock.advance(1_000);
  await balance();
  assert.deepEqual(pauses().at(-1), 1_000);
});

Deno.test("five failures within a minute stop the group, not the others", async () => {
  const down: Answer = ({ url }) =>
    url.pathname.startsWith("/account") ? new Response("", { status: 500 }) : json({});
  const { clock, sent, transport, call, balance } = start([down]);
  assertError(await settle(clock, balance()), "transient server-error");
  assertError(await settle(clock, balance()), "transient breaker-open");
  assert.equal(sent.length, 5);
  assertError(await settle(clock, balance()), "transient breaker-open");
  assert.equal(sent.length, 5);
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

Deno.test("three 401 in a row stop everything for ten minutes; one more begins the next", async () => {
  const { clock, sent, transport, balance } = start([status(401)]);
  assertError(await settle(clock, balance()), "rejected unauthorized");
  assertError(await settle(clock, balance()), "rejected unauthorized");
  assertError(await settle(clock, balance()), "fatal signatures-refused");
  assertError(await settle(clock, balance()), "fatal signatures-refused");
  assert.equal(sent.length, 3);
  assert.equal(transport.reading().signaturesRefused, true);
  await clock.advance(600_000);
  assertError(await settle(clock, balance()), "fatal signatures-refused");
  assertError(await settle(clock, balance()), "fatal signatures-refused");
  assert.equal(sent.length, 4);
});

Deno.test("a success between them makes 401 single incidents", async () => {
  const { clock, balance } = start([status(401), status(401), ok, status(401), status(401), ok]);
  const ends = [];
  for (let i = 0; i < 6; i++) ends.push(await settle(clock, balance()));
  assert.ok(ends.every((end) => !(end instanceof ActorError) || end.kind === "rejected"));
});

Deno.test("the market's clock is told, and told again when it has moved", async () => {
  const dated = (offsetMs: number): Answer => () =>
    json({}, { headers: { date: new Date(clock.now() + offsetMs).toUTCString() } });
  const answers = [dated(100), dated(100), dated(60_000), dated(60_000)];
  const { clock, reports, transport, balance } = start(answers);
  for (let i = 0; i < 4; i++) await balance();
  const skews = reports.flatMap((report) => report.kind === "skew" ? [report.skewMs] : []);
  assert.ok(skews.length >= 1 && skews.length <= 2, String(skews));
  assert.ok(Math.abs((skews.at(-1) ?? 0) - 60_000) <= 1_000);
  assert.ok(Math.abs((transport.reading().skewMs ?? 0) - 60_000) <= 1_000);
});

Deno.test("a 401 that is explained by our clock is tried again with the right time", async () => {
  const date = () => new Date(clock.now() + 3_600_000).toUTCString();
  const late: Answer = () =>
    json({ Code: "Unauthorized" }, { status: 401, headers: { date: date() } });
  const right: Answer = () => json({ fine: true }, { headers: { date: date() } });
  const answers: Answer[] = [];
  const { clock, transport, balance } = start(answers, {});
  answers.push(...Array.from({ length: 8 }, () => late), right);
  const calls = Array.from({ length: 8 }, () => balance());
  const ends = await Promise.all(calls.map((work) => settle(clock, work)));
  assert.ok(ends.every((end) => !(end instanceof ActorError)), String(ends));
  assert.equal(transport.reading().signaturesRefused, false);
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

/** A market whose clock is ahead, and a signer that stamps by what it was told last. */
function aheadBy(serverSkewMs: number) {
  let toldMs = 0;
  const tells: number[] = [];
  const answer: Answer = ({ init }) => {
    const nowMs = Math.floor((market.clock.now() + serverSkewMs) / 1_000) * 1_000;
    const stampMs = Number(new Headers(init.headers).get("x-sign-date")) * 1_000;
    const headers = { date: new Date(nowMs).toUTCString() };
    return Math.abs(nowMs - stampMs) <= 120_000
      ? json({ fine: true }, { headers })
      : json({ Code: "Unauthorized" }, { status: 401, headers });
  };
  const market = start([answer], {
    sign: () =>
      Promise.resolve({
        "x-sign-date": String(Math.floor((market.clock.now() + toldMs) / 1_000)),
      }),
    report: (report) => {
      if (report.kind !== "skew") return;
      toldMs = report.skewMs;
      tells.push(toldMs);
    },
  });
  return { ...market, tells, forget: () => toldMs = 0 };
}

for (const skewS of [-121, -119, 119, 121, 3_600]) {
  Deno.test(`a market ${skewS} s ahead is read, also by a signer that was started anew`, async () => {
    const { clock, sent, balance, forget, transport } = aheadBy(skewS * 1_000);
    assert.deepEqual(await settle(clock, balance()), { fine: true });
    forget();
    for (let i = 0; i < 5; i++) assert.deepEqual(await settle(clock, balance()), { fine: true });
    assert.ok(sent.length <= (Math.abs(skewS) > 120 ? 8 : 6), String(sent.length));
    assert.equal(transport.reading().signaturesRefused, false);
  });
}

Deno.test("the market's clock is told at the first reply and every minute, in case it was forgotten", async () => {
  const { clock, tells, balance } = aheadBy(0);
  await settle(clock, balance());
  assert.equal(tells.length, 1, "A signer may have been left with another market's clock");
  await settle(clock, balance());
  assert.equal(tells.length, 1);
  await clock.advance(60_000);
  await settle(clock, balance());
  assert.equal(tells.length, 2);
});

Deno.test("a stamp that stays wrong whatever is told counts like a wrong key", async () => {
  const { clock, sent, balance } = start([
    () => json({}, { status: 401, headers: { date: new Date(clock.now()).toUTCString() } }),
  ], { sign: () => Promise.resolve({ "x-sign-date": "1000000000" }) });
  for (let i = 0; i < 4; i++) await settle(clock, balance());
  assertError(await settle(clock, balance()), "fatal signatures-refused");
  assert.ok(sent.length <= 4, String(sent.length));
});

Deno.test("a limit that is announced is told again every minute", async () => {
  const announced: Answer = () => json({}, { headers: { "X-RateLimit-Limit-Second": "3" } });
  const { clock, reports, balance } = start([announced]);
  const told = () => reports.filter(({ kind }) => kind === "quota").length;
  await settle(clock, balance());
  await settle(clock, balance());
  assert.equal(told(), 1);
  await clock.advance(60_000);
  await settle(clock, balance());
  assert.equal(told(), 2, "A signer that was started anew must learn it");
});
