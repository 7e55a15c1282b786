/** A signer that starts anew begins no faster than the last one was left. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { SigningDesk } from "@/actors/signer/desk.ts";
import { Keeper } from "@/actors/signer/keeper.ts";
import { beginningOf, FRESH, IN_DOUBT, packLearnt } from "@/actors/signer/pace.ts";
import type { Beginning } from "@/actors/signer/pace.ts";
import { RateLimiter } from "@/core/http/rate_limiter.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { RATE_CLASSES } from "@/core/market/dmarket/operations.ts";
import { DEFAULT_RATES, STRICT_RATES } from "@/core/market/dmarket/rates.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { silentLog } from "@/tests/support/house.ts";
import { ManualClock, settlePromises } from "../../core/http/manual_clock.ts";

const MINUTE_MS = 60_000;
const NEVER = new AbortController().signal;
const key = await SigningKey.import(DEMO_KEYS);

function house() {
  const clock = new ManualClock();
  const begin = (beginning?: Beginning, rates = DEFAULT_RATES) =>
    new SigningDesk({ key, rates, clock, ...(beginning === undefined ? {} : { beginning }) });
  /** Dies and starts anew after some time, as the actor does. */
  const restart = async (desk: SigningDesk, afterMs: number, rates = DEFAULT_RATES) => {
    const kept = { body: packLearnt(desk.learnt()), keptAtMs: clock.now() };
    desk.close();
    await clock.advance(afterMs);
    return begin(beginningOf(kept, clock.now()), rates);
  };
  return { clock, begin, restart };
}

function rateOf(desk: SigningDesk, name: string): number {
  return desk.classes().find((one) => one.class === name)?.ratePerSecond ?? NaN;
}

Deno.test("what a 429 took is still taken after a restart, and grows back as it would have", async () => {
  const { clock, begin, restart } = house();
  const living = begin();
  living.throttled("market-items", null);
  const dead = begin();
  dead.throttled("market-items", null);
  const anew = await restart(dead, MINUTE_MS);
  assert.equal(rateOf(anew, "market-items"), 2.4);
  assert.equal(rateOf(anew, "market-items"), rateOf(living, "market-items"));
  assert.equal(rateOf(anew, "fee"), 20, "Other classes are as they were");
  await clock.advance(4 * MINUTE_MS);
  assert.equal(rateOf(anew, "market-items"), 4);
});

Deno.test("a pause the market asked for is kept over a restart", async () => {
  const { clock, begin, restart } = house();
  const desk = begin();
  desk.throttled("other", 30_000);
  const anew = await restart(desk, 10_000);
  let signedAtMs: number | null = null;
  const order = { class: "other", method: "GET", target: "/account/v1/balance", bodyText: "" };
  const job = anew.sign({ ...order, class: "other" }, NEVER)
    .then(() => signedAtMs = clock.monotonic());
  await clock.advance(19_999);
  assert.equal(signedAtMs, null);
  await clock.advance(1_000);
  await job;
  assert.ok((signedAtMs ?? 0) >= 30_000);
});

Deno.test("the announced limit and the market's clock are kept over a restart", async () => {
  const { clock, begin, restart } = house();
  const desk = begin();
  desk.quota("last-sales", 0, 2);
  desk.setSkew(300_000);
  const anew = await restart(desk, 1_000);
  assert.equal(rateOf(anew, "last-sales"), 1.75);
  const order = { class: "other", method: "GET", target: "/account/v1/balance", bodyText: "" };
  const signed = anew.sign({ ...order, class: "other" }, NEVER);
  await clock.advance(1_000);
  const stampMs = Number((await signed)["x-sign-date"]) * 1_000;
  assert.ok(Math.abs(stampMs - clock.now() - 300_000) <= 2_000);
});

/** Grants of one class in the first seconds after both limiters stood at the same moment. */
async function grantsOf(limiter: RateLimiter<"a">, clock: ManualClock): Promise<number[]> {
  const atMs: number[] = [];
  const jobs = Array.from(
    { length: 60 },
    () => limiter.acquire("a", NEVER).then(() => atMs.push(clock.monotonic())),
  );
  await clock.advance(600_000);
  await Promise.all(jobs);
  limiter.close();
  return atMs;
}

Deno.test("whatever was learnt, a restarted limiter grants nothing earlier than the one it replaces", async () => {
  const report = fc.record({
    refused: fc.boolean(),
    pauseMs: fc.constantFrom(0, 0, 500, 20_000),
    limitPerSecond: fc.constantFrom(null, 1, 5),
    afterMs: fc.nat(90_000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(report, { maxLength: 6 }),
      fc.nat(600_000),
      async (reports, agoMs) => {
        const policy = { ratePerSecond: 4, burst: 2 };
        const profile = { classes: { a: policy }, overall: { ratePerSecond: 6, burst: 2 } };
        const run = async (isRestarted: boolean) => {
          const clock = new ManualClock();
          const first = new RateLimiter({ profile, clock, maxWaiters: 100 });
          for (const { afterMs, ...one } of reports) {
            await clock.advance(afterMs);
            first.observe({ rateClass: "a", ...one });
          }
          const pace = first.pace();
          await clock.advance(agoMs);
          const limiter = isRestarted
            ? new RateLimiter({ profile, clock, maxWaiters: 100, left: { pace, agoMs } })
            : first;
          return await grantsOf(limiter, clock);
        };
        const [stayed, restarted] = [await run(false), await run(true)];
        for (const [i, atMs] of restarted.entries()) {
          assert.ok(atMs >= (stayed[i] ?? 0) - 1, `${i}: ${atMs} before ${stayed[i]}`);
        }
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("restarts of a throttled signer bring not one request more", async () => {
  const { clock, begin, restart } = house();
  let desk = begin(undefined, STRICT_RATES);
  desk.throttled("other", null);
  for (let i = 0; i < 20; i++) desk = await restart(desk, 100, STRICT_RATES);
  const job = desk.sign(
    { class: "other", method: "GET", target: "/account/v1/balance", bodyText: "" },
    NEVER,
  );
  let isSigned = false;
  job.then(() => isSigned = true);
  await clock.advance(2_000);
  assert.equal(isSigned, false);
  await clock.advance(10_000);
  await job;
});

Deno.test("what was kept an hour ago or longer says nothing any more", () => {
  const { begin } = house();
  const desk = begin();
  desk.throttled("market-items", 3_000);
  const body = packLearnt(desk.learnt());
  assert.equal(beginningOf({ body, keptAtMs: 0 }, 3_600_000), FRESH);
  assert.equal(beginningOf({ body, keptAtMs: 0 }, 3_599_999).left?.agoMs, 3_599_999);
  assert.equal(beginningOf({ body, keptAtMs: 5_000 }, 0).left?.agoMs, 0, "A clock was set back");
});

Deno.test("in doubt a signer begins at half of every rate", () => {
  const { begin } = house();
  const body = packLearnt(begin().learnt());
  const odd = ["", "null", "{}", body.slice(0, -1), body.replace(/"share":1/, '"share":7')];
  for (const one of odd) {
    assert.equal(beginningOf({ body: one, keptAtMs: 0 }, 1_000), IN_DOUBT, one);
  }
  const desk = begin(IN_DOUBT);
  for (const { class: name, ratePerSecond } of desk.classes()) {
    assert.equal(ratePerSecond, DEFAULT_RATES.classes[name].ratePerSecond / 2, name);
  }
  assert.ok(RATE_CLASSES.every((name) => IN_DOUBT.left?.pace[name].share === 0.5));
});

Deno.test("a burst of news is kept in two messages: the first and the newest", async () => {
  const { clock, begin } = house();
  const desk = begin();
  const kept: string[] = [];
  const release: (() => void)[] = [];
  const keeper = new Keeper({
    clock,
    log: silentLog,
    learnt: () => desk.learnt(),
    keep: (text) => {
      kept.push(text);
      return new Promise((resolve) => release.push(resolve));
    },
  });
  for (let i = 1; i <= 5; i++) {
    desk.setSkew(i);
    keeper.changed();
  }
  release[0]?.();
  await settlePromises();
  release[1]?.();
  await settlePromises();
  assert.deepEqual(kept.map((text) => JSON.parse(text).skewMs), [1, 5]);
  keeper.changed();
  await settlePromises();
  assert.equal(kept.length, 2, "What is known already is not kept again");
  await clock.advance(600_000);
  keeper.changed();
  await settlePromises();
  assert.equal(kept.length, 3, "but before it is too old to be used");
});

Deno.test("what could not be kept is tried again with the next news", async () => {
  const { clock, begin } = house();
  const desk = begin();
  let tries = 0;
  const keeper = new Keeper({
    clock,
    log: silentLog,
    learnt: () => desk.learnt(),
    keep: () =>
      ++tries === 1
        ? Promise.reject(new ActorError("transient", "database-away", "Away"))
        : Promise.resolve(),
  });
  await keeper.changed();
  await keeper.changed();
  await keeper.changed();
  assert.equal(tries, 2);
});
