import assert from "node:assert/strict";
import { RateLimiter, type RateProfile } from "@/core/http/rate_limiter.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { ManualClock, settlePromises } from "./manual_clock.ts";

type Class = "items" | "sales";

const PROFILE: RateProfile<Class> = {
  classes: {
    items: { ratePerSecond: 4, burst: 1 },
    sales: { ratePerSecond: 2, burst: 1 },
  },
  overall: { ratePerSecond: 5, burst: 1 },
};

const NEVER = new AbortController().signal;

function start(profile = PROFILE, maxWaiters = 100) {
  const clock = new ManualClock();
  const limiter = new RateLimiter({ profile, clock, maxWaiters });
  const granted: { rateClass: Class; atMs: number }[] = [];
  const ask = (rateClass: Class, signal = NEVER) =>
    limiter.acquire(rateClass, signal).then(() => {
      granted.push({ rateClass, atMs: clock.monotonic() });
    });
  return { clock, limiter, granted, ask };
}

function isError(kind: string, code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof ActorError);
    assert.equal(error.kind, kind);
    assert.equal(error.code, code);
    return true;
  };
}

const QUIET = { pauseMs: 0, limitPerSecond: null };

Deno.test("permits come at the pace of their class", async () => {
  const { clock, granted, ask } = start();
  for (let i = 0; i < 5; i++) void ask("items");
  await clock.advance(1_000);
  assert.deepEqual(granted.map(({ atMs }) => atMs), [0, 250, 500, 750, 1_000]);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("all classes together keep the overall pace, and none starves", async () => {
  const { clock, granted, ask } = start();
  for (let i = 0; i < 60; i++) {
    void ask("items");
    if (i < 20) void ask("sales");
  }
  await clock.advance(10_000);
  assert.ok(granted.length <= 51 && granted.length >= 45, String(granted.length));
  const sales = granted.filter(({ rateClass }) => rateClass === "sales").length;
  assert.ok(sales >= 15, `sales got ${sales} of ${granted.length}`);
  await clock.advance(60_000);
});

Deno.test("a waiting class does not hold up another", async () => {
  const { clock, granted, ask } = start();
  for (let i = 0; i < 10; i++) void ask("sales");
  await clock.advance(600);
  void ask("items");
  await clock.advance(200);
  assert.ok(granted.some(({ rateClass }) => rateClass === "items"));
  await clock.advance(60_000);
});

Deno.test("one caller too many is refused at once", async () => {
  const { clock, ask } = start(PROFILE, 2);
  await ask("items");
  void ask("items");
  void ask("sales");
  await assert.rejects(ask("items"), isError("overload", "permit-queue-full"));
  await clock.advance(5_000);
});

Deno.test("a caller whose time is up leaves the queue and its place to the next", async () => {
  const { clock, granted, limiter, ask } = start();
  await ask("items");
  const impatient = new AbortController();
  const gone = assert.rejects(
    ask("items", impatient.signal),
    isError("deadline", "permit-not-granted"),
  );
  void ask("items");
  await settlePromises();
  impatient.abort();
  await gone;
  assert.equal(limiter.readings().items.waiting, 1);
  await clock.advance(250);
  assert.equal(granted.length, 2);
});

Deno.test("no permit is granted to a caller who has gone already", async () => {
  const { ask } = start();
  await assert.rejects(
    ask("items", AbortSignal.abort()),
    isError("deadline", "permit-not-granted"),
  );
});

Deno.test("a 429 halves the pace of its class and overall, and its pause is kept", async () => {
  const { clock, granted, limiter, ask } = start();
  limiter.observe({ rateClass: "items", refused: true, pauseMs: 2_000, limitPerSecond: null });
  const { items: itemsNow, overall } = limiter.readings();
  assert.deepEqual([itemsNow.ratePerSecond, overall.ratePerSecond], [2, 2.5]);
  for (let i = 0; i < 3; i++) void ask("items");
  void ask("sales");
  await clock.advance(10_000);
  const items = granted.filter(({ rateClass }) => rateClass === "items").map(({ atMs }) => atMs);
  assert.equal(items[0], 2_000);
  assert.ok((items[1] ?? 0) - 2_000 >= 480);
  assert.equal(granted.find(({ rateClass }) => rateClass === "sales")?.atMs, 0);
  assert.equal(limiter.readings().items.refusals, 1);
  assert.equal(limiter.readings().overall.refusals, 1);
});

Deno.test("a spent quota pauses its class without shrinking it", async () => {
  const { clock, granted, limiter, ask } = start();
  limiter.observe({ ...QUIET, rateClass: "items", refused: false, pauseMs: 1_500 });
  void ask("items");
  await clock.advance(2_000);
  assert.deepEqual(granted.map(({ atMs }) => atMs), [1_500]);
  assert.equal(limiter.readings().items.ratePerSecond, 4);
});

Deno.test("an announced limit below the profile is kept", () => {
  const { limiter } = start();
  limiter.observe({ ...QUIET, rateClass: "items", refused: false, limitPerSecond: 2 });
  assert.ok(limiter.readings().items.ratePerSecond < 2);
});

Deno.test("pressure slows every class down and lets go at once", async () => {
  const { clock, granted, limiter, ask } = start();
  limiter.setPressureShare(0.25);
  for (let i = 0; i < 3; i++) void ask("items");
  await clock.advance(2_000);
  assert.deepEqual(granted.map(({ atMs }) => atMs), [0, 1_000, 2_000]);
  limiter.setPressureShare(1);
  assert.equal(limiter.readings().items.ratePerSecond, 4);
});

Deno.test("a burst just above 1 uses 97 % of a limit although every timer is late", async () => {
  const clock = new ManualClock();
  const late = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs: number, run: () => void) => clock.after(delayMs + 4, run),
  };
  const one = { ratePerSecond: 9.75, burst: 1.2 };
  const limiter = new RateLimiter({
    profile: { classes: { items: one }, overall: { ratePerSecond: 100, burst: 1 } },
    clock: late,
    maxWaiters: 1_000,
  });
  const atMs: number[] = [];
  for (let i = 0; i < 700; i++) {
    void limiter.acquire("items", NEVER).then(() => atMs.push(clock.monotonic()));
  }
  await clock.advance(60_000);
  assert.ok(atMs.length >= 582, String(atMs.length));
  for (const from of atMs) {
    const inSecond = atMs.filter((at) => at >= from && at < from + 1_000).length;
    assert.ok(inSecond <= 10, `${inSecond} from ${from}`);
  }
  await clock.advance(30_000);
});

Deno.test("a profile that makes no sense is refused with its numbers", () => {
  const clock = new ManualClock();
  const overall = { ratePerSecond: 1, burst: 1 };
  for (
    const bad of [{ ratePerSecond: 0, burst: 1 }, { ratePerSecond: NaN, burst: 1 }, {
      ratePerSecond: 1,
      burst: 0.5,
    }]
  ) {
    assert.throws(
      () =>
        new RateLimiter({ profile: { classes: { items: bad }, overall }, clock, maxWaiters: 1 }),
      isError("fatal", "bad-rate"),
    );
  }
});
