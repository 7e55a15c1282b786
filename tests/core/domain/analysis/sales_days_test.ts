import assert from "node:assert/strict";
import { salesByDay } from "@/core/domain/analysis/sales_days.ts";
import { coveredFromMs, salesVolume } from "@/core/domain/analysis/volume.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { NOW_MS, sale } from "@/tests/core/domain/builders.ts";

const TODAY_MS = Math.floor(NOW_MS / DAY_MS) * DAY_MS;
const at = (day: number, priceCents = 100, hour = 12) => ({
  ...sale(priceCents, 0),
  soldAtMs: TODAY_MS + day * DAY_MS + hour * 3_600_000,
});
const days = (list: ReturnType<typeof salesByDay>) => list.map(({ state }) => state);

Deno.test("a day without sales is zero only where the page reached it", () => {
  const full = { sales: [at(-1), at(-4)], readAtMs: TODAY_MS, pageSize: 2 };
  const list = salesByDay({ pages: [full], fromMs: TODAY_MS - 6 * DAY_MS, toMs: TODAY_MS });
  assert.deepEqual(days(list), ["gap", "gap", "sold", "zero", "zero", "sold"]);
  const half = list[2];
  assert.equal(half?.state === "sold" && half.isWhole, false, "What came before noon is unknown");
});

Deno.test("a page that is not full knows everything before it", () => {
  const page = { sales: [at(-1)], readAtMs: TODAY_MS, pageSize: 20 };
  const list = salesByDay({ pages: [page], fromMs: TODAY_MS - 3 * DAY_MS, toMs: TODAY_MS });
  assert.deepEqual(days(list), ["zero", "zero", "sold"]);
});

Deno.test("days after the last reading are gaps, and the day of a reading is not whole", () => {
  const page = { sales: [], readAtMs: TODAY_MS + DAY_MS / 2, pageSize: 20 };
  const list = salesByDay({ pages: [page], fromMs: TODAY_MS, toMs: TODAY_MS + 2 * DAY_MS });
  assert.deepEqual(days(list), ["gap", "gap"]);
  const untilNow = salesByDay({ pages: [page], fromMs: TODAY_MS, toMs: page.readAtMs });
  assert.deepEqual(days(untilNow), ["zero"]);
});

Deno.test("pages that overlap join, and what both show is one sale", () => {
  const older = { sales: [at(-3, 90), at(-5, 80)], readAtMs: TODAY_MS - 2 * DAY_MS, pageSize: 2 };
  const newer = { sales: [at(-1, 110), at(-3, 90)], readAtMs: TODAY_MS, pageSize: 2 };
  const list = salesByDay({
    pages: [newer, older],
    fromMs: TODAY_MS - 5 * DAY_MS,
    toMs: TODAY_MS,
  });
  assert.deepEqual(days(list), ["sold", "zero", "sold", "zero", "sold"]);
  assert.equal(list[2]?.state === "sold" && list[2].offerCount, 1);
});

Deno.test("two equal sales of one page are two sales", () => {
  const page = { sales: [at(-1), at(-1), at(-1, 300)], readAtMs: TODAY_MS, pageSize: 20 };
  const [day] = salesByDay({ pages: [page], fromMs: TODAY_MS - DAY_MS, toMs: TODAY_MS });
  assert.deepEqual(day, {
    dayMs: TODAY_MS - DAY_MS,
    state: "sold",
    offerCount: 3,
    targetCount: 0,
    lowCents: 100,
    medianCents: 100,
    highCents: 300,
    isWhole: true,
  });
});

Deno.test("too long a span is refused with its length", () => {
  assert.throws(
    () => salesByDay({ pages: [], fromMs: 0, toMs: 500 * DAY_MS }),
    /Cannot list 500 days as the most is 400/,
  );
});

Deno.test("volume is counted by operation type and says when it is a lower bound", () => {
  const sales = [sale(100, 1), sale(200, 2, { side: "target" }), sale(300, 8)];
  const page = { sales, readAtMs: NOW_MS, pageSize: 20 };
  assert.deepEqual(salesVolume(page, 7), {
    days: 7,
    offer: { count: 1, cents: 100 },
    target: { count: 1, cents: 200 },
    isComplete: true,
  });
  assert.equal(salesVolume(page, 30).offer.cents, 400);
  const full = { ...page, pageSize: 3 };
  assert.equal(salesVolume(full, 7).isComplete, true, "The page reaches back eight days");
  assert.equal(salesVolume(full, 30).isComplete, false);
  assert.equal(coveredFromMs(page), 0);
});
