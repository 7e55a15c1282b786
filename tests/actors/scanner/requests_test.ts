/** Requests, the plan, stopping, pressure: which scans run, and when. */

import assert from "node:assert/strict";
import definition from "@/actors/scanner/actor.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS, type ScanProgress } from "@/core/domain/opportunity.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { marketOf } from "./market.ts";
import { CONFIG, idOf, SCAN, ScannerDriver, scanning } from "./driver.ts";

const PLAN = [{ game: "a8db", level: "medium" }, { game: "rust", level: "medium" }, {
  game: "tf2",
  level: "boost",
}] as const;

function planned(change: Partial<typeof CONFIG> = {}): ScannerDriver {
  const config = { plan: [...PLAN], autoStart: true, maxParallel: 1, ...change };
  const driver = new ScannerDriver(marketOf(1), config);
  driver.boot();
  return driver;
}

function status(driver: ScannerDriver) {
  return scanner.messages.Status.reply.parse(driver.deliver("Status", {}));
}

const bandOf = ({ game, level }: Pick<ScanProgress, "game" | "level">) => `${game} ${level}`;

Deno.test("Scan joins a scan of the same band that runs or waits", () => {
  const driver = scanning(marketOf(1), { maxParallel: 1 });
  const other = { ...SCAN, scanId: idOf(2), level: "pro" } as const;
  driver.deliver("Scan", other);
  driver.deliver("Scan", { ...SCAN, scanId: idOf(3) });
  driver.deliver("Scan", { ...other, scanId: idOf(4) });
  assert.deepEqual(status(driver).active.map(({ scanId }) => scanId), [SCAN.scanId]);
  assert.deepEqual(status(driver).queued.map(({ scanId }) => scanId), [other.scanId]);
  driver.settle();
  assert.deepEqual(driver.finished.map(({ scanId }) => scanId), [SCAN.scanId, other.scanId]);
});

Deno.test("a hundred requests become the twenty scans there are, each finished once", () => {
  const driver = new ScannerDriver(marketOf(1), { maxParallel: 4 });
  driver.boot();
  const bands = GAMES.flatMap((game) => LEVELS.map((level) => ({ game, level })));
  const replies = Array.from(
    { length: 100 },
    (_, i) => driver.deliver("StartScan", { ...SCAN, ...bands[i % bands.length], scanId: idOf(i) }),
  );
  const parsed = replies.map((reply) => scanner.messages.StartScan.reply.parse(reply));
  assert.equal(parsed.filter(({ joined }) => !joined).length, 20);
  assert.equal(new Set(parsed.map(({ scanId }) => scanId)).size, 20);
  driver.settle();
  assert.deepEqual(driver.finished.map(bandOf).sort(), bands.map(bandOf).sort());
  assert.ok(driver.finished.every(({ status }) => status === "completed"));
});

Deno.test("StartScan says which scan the request became", () => {
  const driver = new ScannerDriver(marketOf(1));
  driver.boot();
  assert.deepEqual(driver.deliver("StartScan", SCAN), { scanId: SCAN.scanId, joined: false });
  const again = { ...SCAN, scanId: idOf(2) };
  assert.deepEqual(driver.deliver("StartScan", again), { scanId: SCAN.scanId, joined: true });
});

Deno.test("no more scans run at once than allowed, in the order they were asked for", () => {
  const driver = new ScannerDriver(marketOf(1), { maxParallel: 2 });
  driver.boot();
  const levels = ["boost", "standard", "medium", "advanced", "pro"] as const;
  levels.forEach((level, i) => driver.deliver("Scan", { ...SCAN, level, scanId: idOf(i) }));
  assert.equal(status(driver).active.length, 2);
  assert.equal(status(driver).queued.length, 3);
  driver.settle();
  assert.equal(driver.finished.length, 5);
  const running = driver.rows<ScanProgress>("scan_checkpoints")
    .filter(({ status }) => status === "running").map(({ level }) => level);
  assert.deepEqual([...new Set(running)], [...levels]);
});

Deno.test("a hundred requests join into the distinct scans", () => {
  const driver = new ScannerDriver(marketOf(1));
  driver.boot();
  const levels = ["boost", "standard", "medium", "advanced", "pro"] as const;
  for (let i = 0; i < 100; i++) {
    const level = levels[i % levels.length] ?? "boost";
    driver.deliver("Scan", { ...SCAN, level, scanId: idOf(i) });
  }
  driver.settle();
  assert.equal(driver.finished.length, 5);
});

Deno.test("the plan is scanned in turn, and again after its interval", () => {
  const driver = planned();
  driver.settle();
  assert.deepEqual(driver.finished.map(bandOf), PLAN.map(bandOf));
  const firstRound = driver.nowMs;
  while (driver.finished.length < 6) driver.step();
  assert.deepEqual(driver.finished.slice(3).map(bandOf), PLAN.map(bandOf));
  assert.ok(driver.nowMs - firstRound >= CONFIG.intervalMs - 1_000);
  const ids = driver.finished.map(({ scanId }) => scanId);
  assert.equal(new Set(ids).size, 6);
});

Deno.test("the plan goes on where it was after a restart, timer included", () => {
  const driver = planned();
  driver.step();
  driver.boot();
  driver.settle();
  assert.deepEqual(driver.finished.map(bandOf), PLAN.map(bandOf));
  const next = status(driver).nextScanAtMs;
  driver.boot();
  assert.equal(status(driver).nextScanAtMs, next);
  assert.ok(driver.step());
  assert.equal(driver.nowMs, next);
  assert.equal(status(driver).active.length, 1);
});

Deno.test("the plan skips a band that a person had scanned already", () => {
  const driver = planned({ maxParallel: 3 });
  assert.deepEqual(status(driver).active.map(bandOf), PLAN.map(bandOf));
  driver.settle();
  driver.nowMs = (status(driver).nextScanAtMs ?? 0) - 1;
  driver.latencyMs = 10_000;
  driver.deliver("Scan", { ...SCAN, game: "rust" });
  while (driver.finished.length < 6) driver.step();
  const second = driver.finished.slice(3).map(bandOf);
  assert.deepEqual(second.toSorted(), PLAN.map(bandOf).toSorted());
});

Deno.test("the plan rests when it is told to", () => {
  const driver = planned({ autoStart: false });
  assert.equal(driver.step(), false);
  assert.equal(status(driver).nextScanAtMs, null);
  driver.deliver("Scan", SCAN);
  driver.settle();
  assert.equal(driver.finished.length, 1);
});

Deno.test("the plan does not sleep through a clock that was set back", () => {
  const driver = planned();
  driver.settle();
  driver.nowMs -= 30 * 86_400_000;
  driver.boot();
  assert.equal(status(driver).active.length, 1);
});

Deno.test("StopScans ends what runs and what waits, and starts nothing", () => {
  const driver = planned();
  driver.deliver("Scan", { ...SCAN, level: "pro" });
  driver.deliver("StopScans", { requestedBy: "telegram:7" });
  assert.deepEqual(driver.finished.map(({ status }) => status), ["stopped", "stopped"]);
  assert.ok(driver.finished.every(({ reason }) => reason === "Stopped by telegram:7"));
  while (driver.step());
  assert.equal(driver.finished.length, 2);
  assert.equal(status(driver).paused, true);
});

Deno.test("StopScans holds over a restart, until the next Scan", () => {
  const driver = planned();
  driver.deliver("StopScans", { requestedBy: "test" });
  driver.boot();
  assert.equal(status(driver).paused, true);
  assert.equal(driver.step(), false);
  driver.deliver("Scan", SCAN);
  assert.equal(status(driver).paused, false);
  driver.settle();
  // The plan goes on as well.
  assert.ok(driver.finished.filter(({ status }) => status === "completed").length >= 2);
});

Deno.test("a stopped scan closes nothing and counts what it took up", () => {
  const driver = scanning(marketOf(4));
  driver.step();
  driver.step();
  driver.deliver("StopScans", { requestedBy: "test" });
  const [ended] = driver.finished;
  assert.ok((ended?.unverified ?? 0) > 0);
  assert.deepEqual(driver.closings, []);
});

Deno.test("pressure lowers the number of scans at once; pages wait for permits alone", () => {
  const driver = scanning(marketOf(8), { maxParallel: 4, verifyTitles: 0 });
  driver.deliver("Pressure", { factor: 0.25, reason: "CPU above 80 %" });
  driver.deliver("Scan", { ...SCAN, scanId: idOf(2), level: "pro" });
  assert.equal(status(driver).active.length, 1);
  const before = driver.nowMs;
  driver.step();
  driver.step();
  // The signer hands out fewer permits meanwhile: a pause of our own would slow the scan twice.
  assert.equal(driver.nowMs - before, 2 * driver.latencyMs);
  driver.deliver("Pressure", { factor: 1, reason: "CPU below 70 %" });
  assert.equal(status(driver).active.length, 2);
  driver.settle();
});

Deno.test("a sample that asks for nothing leaves nothing to store", () => {
  const driver = new ScannerDriver(marketOf(1));
  driver.boot();
  const context = driver.context(driver.state);
  const calm = { factor: 1, reason: "CPU at 20 %" };
  const { Pressure } = definition.turns.handlers;
  assert.equal(Pressure(driver.state, calm, context).change, "none");
  assert.equal(Pressure(driver.state, { ...calm, factor: 0.5 }, context).change, "memory");
});

Deno.test("pressure that nobody renews is over after two minutes", () => {
  const driver = new ScannerDriver(marketOf(1), { maxParallel: 4 });
  driver.boot();
  driver.deliver("Pressure", { factor: 0.05, reason: "memory" });
  driver.nowMs += 120_000;
  driver.deliver("Scan", SCAN);
  driver.deliver("Scan", { ...SCAN, scanId: idOf(2), level: "pro" });
  assert.equal(status(driver).active.length, 2);
});

Deno.test("Status shows at most the twenty newest scans that ended, newest first", () => {
  const driver = new ScannerDriver(marketOf(0));
  driver.boot();
  for (let i = 0; i < 25; i++) {
    driver.deliver("Scan", { ...SCAN, scanId: idOf(i) });
    driver.settle();
  }
  const { recent } = status(driver);
  assert.equal(recent.length, 20);
  assert.equal(recent[0]?.scanId, idOf(24));
});
