/** What the transport learns of limits, waits and the market's clock, and whom it tells. */

import assert from "node:assert/strict";
import { ActorError } from "@/core/kernel/errors.ts";
import { type Answer, assertError, json, ok, settle, start, status } from "./transport_stage.ts";

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

Deno.test("any other answer between them, a refusal too, makes 401 single incidents", async () => {
  for (const between of [ok, status(404)]) {
    const { clock, balance } = start([status(401), status(401), between, status(401), ok]);
    const ends = [];
    for (let i = 0; i < 5; i++) ends.push(await settle(clock, balance()));
    assert.ok(ends.every((end) => !(end instanceof ActorError) || end.kind === "rejected"));
  }
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

Deno.test("a reply out of a cache says nothing about the market's clock", async () => {
  const cached: Answer = () =>
    json({}, { headers: { date: new Date(clock.now() - 300_000).toUTCString(), age: "300" } });
  const { clock, transport, balance } = start([cached]);
  await balance();
  assert.equal(transport.reading().skewMs, null);
});

Deno.test("a 429 without headers slows down and is tried again after a backoff", async () => {
  const { clock, sent, reports, balance } = start([status(429), status(429), ok]);
  assert.deepEqual(await settle(clock, balance()), { fine: true });
  assert.deepEqual(reports, [
    { kind: "throttled", rateClass: "other", retryAfterMs: null },
    { kind: "throttled", rateClass: "other", retryAfterMs: null },
  ]);
  assert.ok((sent[1]?.atMs ?? 0) > 0 && (sent[2]?.atMs ?? 0) > (sent[1]?.atMs ?? 0));
});
