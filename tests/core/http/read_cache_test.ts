import assert from "node:assert/strict";
import { ReadCache } from "@/core/http/read_cache.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { ManualClock, settlePromises } from "./manual_clock.ts";

const NEVER = new AbortController().signal;

function start(change: { maxEntries?: number; ttlMs?: number; staleMs?: number } = {}) {
  const clock = new ManualClock();
  const cache = new ReadCache<string>({
    clock,
    maxEntries: 3,
    ttlMs: 1_000,
    staleMs: 5_000,
    ...change,
  });
  return { clock, cache };
}

function down(): Promise<string> {
  return Promise.reject(new ActorError("transient", "network", "The network is down"));
}

Deno.test("a value is read once while it is fresh", async () => {
  const { clock, cache } = start();
  let reads = 0;
  const read = () => Promise.resolve(`value ${++reads}`);
  assert.equal(await cache.get("a", NEVER, read), "value 1");
  await clock.advance(999);
  assert.equal(await cache.get("a", NEVER, read), "value 1");
  await clock.advance(1);
  assert.equal(await cache.get("a", NEVER, read), "value 2");
  assert.deepEqual(cache.reading(), { entries: 1, hits: 1, joined: 0, misses: 2, stale: 0 });
});

Deno.test("callers at the same time share one read", async () => {
  const { cache } = start();
  const { promise, resolve } = Promise.withResolvers<string>();
  const callers = [1, 2, 3].map(() => cache.get("a", NEVER, () => promise));
  resolve("shared");
  assert.deepEqual(await Promise.all(callers), ["shared", "shared", "shared"]);
  assert.deepEqual(cache.reading(), { entries: 1, hits: 0, joined: 2, misses: 1, stale: 0 });
});

Deno.test("one caller leaving does not disturb the others; the last one ends the read", async () => {
  const { cache } = start();
  let ended = false;
  const { promise, resolve } = Promise.withResolvers<string>();
  const read = (signal: AbortSignal) => {
    signal.addEventListener("abort", () => ended = true);
    return promise;
  };
  const first = new AbortController();
  const second = new AbortController();
  const left = cache.get("a", first.signal, read);
  const stays = cache.get("a", second.signal, read);
  first.abort(new Error("left"));
  await assert.rejects(left, /left/);
  assert.equal(ended, false);
  second.abort(new Error("left too"));
  await assert.rejects(stays, /left too/);
  assert.equal(ended, true);
  assert.equal(await cache.get("a", NEVER, () => Promise.resolve("fresh")), "fresh");
  resolve("late");
  await settlePromises();
});

Deno.test("a caller who has gone already starts nothing", async () => {
  const { cache } = start();
  const read = () => assert.fail("The read was started");
  await assert.rejects(cache.get("a", AbortSignal.abort(new Error("gone")), read), /gone/);
});

Deno.test("an older value serves while reads fail for the moment, up to its age", async () => {
  const { clock, cache } = start();
  await cache.get("a", NEVER, () => Promise.resolve("old"));
  await clock.advance(4_999);
  assert.equal(await cache.get("a", NEVER, down), "old");
  assert.equal(cache.reading().stale, 1);
  await clock.advance(1);
  await assert.rejects(cache.get("a", NEVER, down), /network is down/);
});

Deno.test("an older value does not hide a refusal", async () => {
  const { clock, cache } = start();
  await cache.get("a", NEVER, () => Promise.resolve("old"));
  await clock.advance(2_000);
  const gone = () => Promise.reject(new ActorError("rejected", "gone", "The route is gone"));
  await assert.rejects(cache.get("a", NEVER, gone), /route is gone/);
});

Deno.test("a failed read is not kept", async () => {
  const { cache } = start();
  await assert.rejects(cache.get("a", NEVER, down));
  assert.equal(await cache.get("a", NEVER, () => Promise.resolve("back")), "back");
});

Deno.test("the entry used longest ago makes room", async () => {
  const { cache } = start();
  let reads = 0;
  const get = (key: string) => cache.get(key, NEVER, () => Promise.resolve(`${key}${++reads}`));
  for (const key of ["a", "b", "c"]) await get(key);
  await get("a");
  await get("d");
  assert.equal(cache.reading().entries, 3);
  assert.equal(await get("a"), "a1");
  assert.equal(await get("b"), "b5");
});

Deno.test("a read that fails fails its joiners once each, and the next caller reads anew", async () => {
  const clock = new ManualClock();
  const cache = new ReadCache<string>({ clock, maxEntries: 2, ttlMs: 1_000, staleMs: 0 });
  const signal = new AbortController().signal;
  const leader = Promise.withResolvers<string>();
  let reads = 0;
  const read = () => ++reads === 1 ? leader.promise : Promise.resolve("second");
  const waiting = [0, 1, 2].map(() =>
    cache.get("k", signal, read).catch((error: Error) => error.message)
  );
  leader.reject(new Error("down"));
  assert.deepEqual(await Promise.all(waiting), ["down", "down", "down"]);
  assert.equal(await cache.get("k", signal, read), "second");
  assert.equal(reads, 2);
  assert.deepEqual(cache.reading(), { entries: 1, hits: 0, joined: 2, misses: 2, stale: 0 });
});

Deno.test("the leader of a read may leave: those who joined it still get its value", async () => {
  const clock = new ManualClock();
  const cache = new ReadCache<string>({ clock, maxEntries: 2, ttlMs: 1_000, staleMs: 0 });
  const leader = new AbortController();
  const value = Promise.withResolvers<string>();
  let given: AbortSignal | null = null;
  const read = (signal: AbortSignal) => {
    given = signal;
    return value.promise;
  };
  const first = cache.get("k", leader.signal, read).catch(() => "left");
  const second = cache.get("k", new AbortController().signal, read);
  leader.abort();
  assert.equal(await first, "left");
  assert.equal((given as AbortSignal | null)?.aborted, false);
  value.resolve("v");
  assert.equal(await second, "v");
});

Deno.test("a value that is old when it comes is kept for what is left of its time", async () => {
  const clock = new ManualClock();
  const ageMs = () => 700;
  const cache = new ReadCache<string>({ clock, maxEntries: 2, ttlMs: 1_000, staleMs: 0, ageMs });
  const signal = new AbortController().signal;
  let reads = 0;
  const get = () => cache.get("k", signal, () => Promise.resolve(`read ${++reads}`));
  await get();
  await clock.advance(299);
  assert.equal(await get(), "read 1");
  await clock.advance(1);
  assert.equal(await get(), "read 2");
});
