/** A market that does not answer: retried, bounded, and in the end said aloud. */

import assert from "node:assert/strict";
import type { ErrorKind, WireError } from "@/core/kernel/mod.ts";
import { marketOf } from "./market.ts";
import { type ScannerDriver, scanning } from "./driver.ts";

function failing(driver: ScannerDriver, type: string, kind: ErrorKind, times: number): void {
  let left = times;
  driver.fault = (asked) => {
    if (asked !== type || left === 0) return null;
    left--;
    return { kind, code: "test", message: "Not today" };
  };
}

for (const kind of ["transient", "peer-down", "deadline", "overload", "unknown"] as const) {
  Deno.test(`a page that fails with ${kind} is asked for again, slower and slower`, () => {
    const driver = scanning(marketOf(1));
    const began = driver.nowMs;
    failing(driver, "OffersPage", kind, 9);
    driver.settle();
    assert.equal(driver.finished[0]?.status, "completed");
    const waited = 250 + 500 + 1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 30_000 + 30_000;
    assert.ok(driver.nowMs - began >= waited);
    assert.ok(driver.nowMs - began <= waited + 20 * driver.latencyMs);
  });
}

Deno.test("a scan fails after ten failures in a row, with the reason and an alert", () => {
  const driver = scanning(marketOf(1));
  failing(driver, "OffersPage", "transient", 10);
  driver.settle();
  const [ended] = driver.finished;
  assert.equal(ended?.status, "failed");
  assert.match(ended?.reason ?? "", /10 times in a row: Not today/);
  const [alert] = driver.sentAs("notifier", "Alert");
  assert.equal(alert?.body.key, "scan-failed:a8db:medium");
  assert.equal(alert?.body.severity, "warning");
  const why = { code: "market-unread-again", values: { failedCount: 10, trouble: "Not today" } };
  assert.deepEqual(ended?.said, why);
  assert.deepEqual(alert?.body.said, {
    code: "scan-failed",
    values: { scan: "CS2 medium", why },
  });
});

Deno.test("failures in a row are counted anew after a success", () => {
  const driver = scanning(marketOf(4), { verifyTitles: 0 });
  let n = 0;
  driver.fault = () => n++ % 9 < 8 ? { kind: "transient", code: "x", message: "x" } : null;
  driver.settle();
  assert.equal(driver.finished[0]?.status, "completed");
});

Deno.test("a page that is refused for good fails the scan at once", () => {
  const driver = scanning(marketOf(1));
  failing(driver, "OffersPage", "rejected", 1);
  driver.settle();
  assert.equal(driver.finished[0]?.status, "failed");
  assert.equal(driver.asked.length, 1);
});

Deno.test("after a cursor that is refused the scan goes on where it was", () => {
  const driver = scanning(marketOf(4), { verifyTitles: 0 });
  driver.step();
  failing(driver, "OffersPage", "rejected", 1);
  driver.settle();
  const [ended] = driver.finished;
  assert.equal(ended?.status, "completed");
  assert.equal(ended?.processed, 40);
  assert.equal(ended?.guardFailures.duplicate, 1);
});

const REPEATS: WireError = {
  kind: "rejected",
  code: "cursor-repeats",
  message: "The page leads back to itself",
};

Deno.test("a scan goes on behind a page that leads back to itself", () => {
  const driver = scanning(marketOf(4), { verifyTitles: 0 });
  driver.step();
  const failures = [REPEATS];
  driver.fault = (asked) => asked === "OffersPage" ? failures.pop() ?? null : null;
  driver.settle();
  const [ended] = driver.finished;
  assert.deepEqual([ended?.status, ended?.processed], ["completed", 40]);
});

Deno.test("pages that lead back to themselves for ever end the scan, and it says so", () => {
  const driver = scanning(marketOf(4), { verifyTitles: 0 });
  driver.step();
  driver.fault = (asked) => asked === "OffersPage" ? REPEATS : null;
  driver.settle();
  const [ended] = driver.finished;
  assert.deepEqual([ended?.status, ended?.processed], ["stopped", 10]);
  assert.match(ended?.reason ?? "", /repeated its cursor.*not all listings at \$10\.\d\d were/);
  assert.ok(driver.asked.length <= 12);
});

Deno.test("titles that cannot be read for long stay unverified; the scan goes on", () => {
  const driver = scanning(marketOf(1));
  failing(driver, "Evidence", "transient", 10);
  driver.settle();
  const [ended] = driver.finished;
  assert.equal(ended?.status, "completed");
  assert.ok((ended?.unverified ?? 0) > 0);
  assert.equal(ended?.processed, 10);
  assert.ok(driver.logs.some(({ message }) => message === "Titles stay unverified"));
});

Deno.test("titles that are refused stay unverified at once", () => {
  const driver = scanning(marketOf(1), { verifyBatch: 20 });
  failing(driver, "Evidence", "rejected", 100);
  driver.settle();
  assert.equal(driver.opportunities.length, 0);
  assert.equal(driver.finished[0]?.processed, 10);
});

Deno.test("a retry that outlives its cursor goes on with another", () => {
  const driver = scanning(marketOf(4), { verifyTitles: 0 });
  driver.step();
  failing(driver, "OffersPage", "transient", 1);
  driver.step();
  driver.nowMs += 600_001;
  driver.settle();
  assert.equal(driver.finished[0]?.guardFailures.duplicate, 1);
});

Deno.test("rows that the market-fetcher refused are logged", () => {
  const market = marketOf(1);
  const page = market.page.bind(market);
  market.page = (request) => ({ ...page(request), malformed: ["offers.priceCents: is abc"] });
  const driver = scanning(market);
  driver.settle();
  assert.ok(driver.logs.some(({ message }) => message === "Rows of a page were refused"));
});
