import assert from "node:assert/strict";
import { marketWatcherConfig, marketWatcherSpec } from "@/actors/market_watcher/spec.ts";
import { GAMES } from "@/core/domain/market.ts";
import { NO_WEBSOCKET } from "@/core/protocol/watcher.ts";
import { bid, evidence, NOW_MS, offer, TITLE } from "@/tests/core/domain/builders.ts";
import { type EvidenceAnswer, WatcherDriver } from "./driver.ts";

/** A market with one price per title; absent titles cannot be read. */
function market(config: Record<string, unknown> = {}, bookAgeMs = () => 0) {
  const asks: Record<string, number> = { [TITLE]: 1_000 };
  const driver: WatcherDriver = new WatcherDriver({
    nowMs: NOW_MS,
    config,
    answer: ({ titles }): Promise<EvidenceAnswer> => {
      const known = titles.filter((title) => Object.hasOwn(asks, title));
      const value = {
        evidence: known.map((title) =>
          evidence({
            title,
            readAtMs: driver.nowMs - bookAgeMs(),
            asks: [offer({ title, priceCents: asks[title] ?? 0 })],
            bids: [bid(500)],
          })
        ).map((one) => ({ ...one, asks: [...one.asks], bids: [...one.bids], sales: [] })),
        missing: titles.filter((title) => !known.includes(title))
          .map((title) => ({ title, reason: "No such title" })),
      };
      return Promise.resolve({ ok: true, value: value as never });
    },
  });
  return { asks, driver };
}

const WATCH = { game: "a8db", title: TITLE, priority: "high" } as const;

Deno.test("a move is told within one interval, once, with both prices", async () => {
  const { asks, driver } = market();
  await driver.ask("Watch", WATCH);
  await driver.pass(20_000);
  assert.equal(driver.alerts.length, 0);
  asks[TITLE] = 900;
  const movedAtMs = driver.nowMs;
  await driver.pass(60_000);
  const [alert, ...others] = driver.alerts;
  assert.deepEqual(others, []);
  assert.equal(alert?.text, `${TITLE}: ask 1000 → 900 (-1000)`);
  assert.ok((alert?.atMs ?? 0) - movedAtMs <= 15_000);
  const [watched] = (await driver.ask("Watches", {})).watches;
  const { atMs = 0, ...change } = watched?.lastChange ?? {};
  assert.deepEqual(change, { side: "ask", fromCents: 1_000, toCents: 900 });
  assert.ok(atMs > movedAtMs - 1 && atMs <= movedAtMs + 15_000);
});

Deno.test("a move is told within one interval after a book that a scan had read", async () => {
  let ageMs = 0;
  const { asks, driver } = market({}, () => ageMs);
  await driver.ask("Watch", { ...WATCH, priority: "normal" });
  await driver.pass(29_000);
  ageMs = 14_000;
  await driver.pass(1_000);
  // Just after the scan's reading, which the watcher got fourteen seconds later.
  asks[TITLE] = 1_200;
  ageMs = 0;
  await driver.pass(16_000);
  assert.equal(driver.alerts[0]?.text, `${TITLE}: ask 1000 → 1200 (2000)`);
});

Deno.test("a book that is not newer than the one before says nothing new", async () => {
  const agesMs = [0, 15_000];
  const { asks, driver } = market({}, () => agesMs.shift() ?? 0);
  await driver.ask("Watch", WATCH);
  await driver.pass(0);
  asks[TITLE] = 900;
  await driver.pass(15_000);
  assert.deepEqual([driver.asked.length, driver.alerts], [2, []]);
  await driver.pass(15_000);
  assert.equal(driver.alerts.length, 1);
});

Deno.test("titles are read as often as their priority says, in requests of five", async () => {
  const { asks, driver } = market();
  for (const [i, priority] of (["high", "normal", "low"] as const).entries()) {
    asks[`t${i}`] = 100;
    await driver.ask("Watch", { game: "rust", title: `t${i}`, priority });
  }
  await driver.pass(120_000 - 1);
  const count = (title: string) => driver.asked.filter((one) => one.titles.includes(title)).length;
  assert.deepEqual(["t0", "t1", "t2"].map(count), [8, 4, 2]);
  // Half the interval of the most urgent title, which every one of these requests holds.
  assert.ok(driver.asked.every(({ maxBookAgeMs }) => maxBookAgeMs === 7_500));
  for (let i = 3; i < 13; i++) {
    await driver.ask("Watch", { game: "tf2", title: `t${i}`, priority: "low" });
  }
  await driver.pass(1_000);
  assert.ok(driver.asked.every(({ titles }) => titles.length <= 5));
});

Deno.test("a restart forgets no watch, no price and no move in between", async () => {
  const { asks, driver } = market();
  await driver.ask("Watch", { ...WATCH, note: "For Anna" });
  await driver.pass(1_000);
  asks[TITLE] = 1_200;
  await driver.boot();
  await driver.pass(15_000);
  assert.match(driver.alerts[0]?.text ?? "", /ask 1000 → 1200 \(2000\)/);
  const { watches, note } = await driver.ask("Watches", {});
  assert.equal(note, NO_WEBSOCKET);
  assert.equal(watches[0]?.note, "For Anna");
  assert.equal(watches[0]?.askCents, 1_200);
});

Deno.test("a restart in the middle of a reading reads again", async () => {
  const { driver } = market();
  await driver.ask("Watch", WATCH);
  driver.saved = JSON.stringify({ ...JSON.parse(driver.saved), reading: ["a8db"] });
  await driver.boot();
  await driver.pass(0);
  assert.equal(driver.asked.length, 1);
});

Deno.test("a watch that could not be kept up is refused with the sum", async () => {
  const { driver } = market();
  for (let i = 0; i < 15; i++) {
    const reply = await driver.ask("Watch", { ...WATCH, title: `t${i}` });
    assert.deepEqual(reply, { accepted: true, reason: null, said: null }, String(i));
  }
  const { accepted, reason, said } = await driver.ask("Watch", { ...WATCH, title: "one more" });
  assert.ok(!accepted);
  assert.deepEqual(said?.code, "watches-too-fast");
  assert.match(reason ?? "", /would need 1\.07 readings per second, and 1 is the most/);
  assert.ok((await driver.ask("Watch", { ...WATCH, title: "t3", priority: "low" })).accepted);
  const { readsPerSecond } = await driver.ask("Watches", {});
  assert.ok(readsPerSecond < 1);
});

Deno.test("a title watched no more is read no more", async () => {
  const { driver } = market();
  await driver.ask("Watch", WATCH);
  await driver.pass(0);
  assert.deepEqual(await driver.ask("Unwatch", WATCH), { wasWatched: true });
  assert.deepEqual(await driver.ask("Unwatch", WATCH), { wasWatched: false });
  assert.deepEqual(driver.openTimers, []);
  assert.deepEqual(driver.rows.at(-1), {
    name: "watches_removed",
    row: { game: "a8db", title: TITLE },
  });
});

Deno.test("a title that cannot be read is told once and asked for less and less", async () => {
  const { driver } = market();
  await driver.ask("Watch", { ...WATCH, title: "Lost" });
  await driver.pass(3_600_000);
  const [alert, ...others] = driver.alerts;
  assert.deepEqual(others, []);
  assert.match(alert?.text ?? "", /Lost \(CS2\) could not be read 5 times in a row: No such title/);
  assert.ok(driver.asked.length <= 3_600 / 120 + 5, String(driver.asked.length));
});

Deno.test("nothing is written while nothing changes", async () => {
  const { driver } = market();
  await driver.ask("Watch", WATCH);
  await driver.pass(0);
  const { saved, rows } = { saved: driver.saved, rows: driver.rows.length };
  await driver.pass(300_000);
  assert.equal(driver.rows.length, rows);
  assert.equal(driver.saved, saved);
  assert.equal(marketWatcherSpec.permissions(marketWatcherConfig.parse({})), "none");
});

Deno.test("filters are kept per person and game, and wrong ones refused with what is right", async () => {
  const { driver } = market();
  const mine = { userId: 7, game: "a8db" } as const;
  const { problems } = await driver.ask("SetFilter", { ...mine, wants: { wear: "fn" } });
  assert.match(problems[0]?.message ?? "", /Filter "wear" is no filter of CS2/);
  await driver.ask("SetFilter", { ...mine, wants: { exterior: "Factory New", pattern: [661] } });
  await driver.ask("SetFilter", { userId: 8, game: "a8db", wants: { souvenir: "no" } });
  await driver.boot();
  assert.deepEqual((await driver.ask("Filters", { userId: 7 })).filters, [
    { game: "a8db", wants: { exterior: ["factory-new"], pattern: [661] } },
  ]);
  await driver.ask("SetFilter", { ...mine, wants: {} });
  assert.deepEqual((await driver.ask("Filters", { userId: 7 })).filters, []);
  assert.deepEqual(driver.rows.map(({ name }) => name), Array(3).fill("game_filters"));
});

Deno.test("all watches together read no more than their share, whatever their number", async () => {
  const { asks, driver } = market();
  for (let i = 0; i < 200; i++) {
    asks[`t${i}`] = 100;
    const priority = (["high", "normal", "low"] as const)[i % 3] ?? "low";
    await driver.ask("Watch", { game: GAMES[i % 4] ?? "rust", title: `t${i}`, priority });
  }
  await driver.pass(60_000);
  const before = driver.asked.length;
  await driver.pass(600_000);
  const read = driver.asked.slice(before).reduce((sum, { titles }) => sum + titles.length, 0);
  const { watches, maxReadsPerSecond } = await driver.ask("Watches", {});
  assert.ok(read <= 600 * maxReadsPerSecond * 1.02, `${read} titles in 600 s`);
  assert.ok(read >= 600 * maxReadsPerSecond * 0.9, "The share is used");
  assert.ok(watches.length < 200);
});

Deno.test("watches kept from a faster pace share what there is now", async () => {
  const { driver, asks } = market();
  for (let i = 0; i < 15; i++) {
    asks[`t${i}`] = 100;
    await driver.ask("Watch", { ...WATCH, title: `t${i}` });
  }
  const slow = market({ maxReadsPerSecond: 0.05 });
  for (let i = 0; i < 15; i++) slow.asks[`t${i}`] = 100;
  slow.driver.saved = driver.saved;
  await slow.driver.boot();
  await slow.driver.pass(1_000);
  slow.driver.asked.length = 0;
  await slow.driver.pass(3_000_000);
  const read = slow.driver.asked.reduce((sum, { titles }) => sum + titles.length, 0);
  assert.ok(read >= 135 && read <= 165, `${read} titles in 3,000 s`);
});
