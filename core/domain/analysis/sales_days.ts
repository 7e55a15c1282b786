/** Sales by day of the UTC calendar; a day nobody looked at is a gap, not a zero. */

import type { Sale } from "@/core/domain/market.ts";
import { medianCents } from "@/core/domain/sales.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { coveredFromMs, type SalesPage } from "./volume.ts";

export type SalesDay =
  | {
    /** Midnight UTC. */
    readonly dayMs: number;
    readonly state: "sold";
    readonly offerCount: number;
    readonly targetCount: number;
    readonly lowCents: number;
    readonly medianCents: number;
    readonly highCents: number;
    /** False: part of the day was never seen, so there may be more. */
    readonly isWhole: boolean;
  }
  /** Seen from its beginning to its end (or to now), and nothing was sold. */
  | { readonly dayMs: number; readonly state: "zero" }
  /** Not seen, or in part only and without a sale. */
  | { readonly dayMs: number; readonly state: "gap" };

export interface DaysQuery {
  /** Pages of one title, in any order. */
  readonly pages: readonly SalesPage[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Days one query may span. */
const MAX_DAYS = 400;

/** One entry for every day touched by `[fromMs, toMs)`. Throws RangeError on more than 400 days. */
export function salesByDay({ pages, fromMs, toMs }: DaysQuery): readonly SalesDay[] {
  const first = Math.floor(fromMs / DAY_MS);
  const last = Math.ceil(toMs / DAY_MS);
  if (last - first > MAX_DAYS) {
    throw new RangeError(`Cannot list ${last - first} days as the most is ${MAX_DAYS}`);
  }
  const seen = mergeSpans(pages.map((page) => ({ from: coveredFromMs(page), to: page.readAtMs })));
  const byDay = Map.groupBy(distinctSales(pages), ({ soldAtMs }) => Math.floor(soldAtMs / DAY_MS));
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => {
    const dayMs = (first + i) * DAY_MS;
    const whole = { from: Math.max(dayMs, fromMs), to: Math.min(dayMs + DAY_MS, toMs) };
    const isWhole = seen.some((span) => span.from <= whole.from && span.to >= whole.to);
    return dayOf(dayMs, byDay.get(first + i) ?? [], isWhole);
  });
}

function dayOf(dayMs: number, sales: readonly Sale[], isWhole: boolean): SalesDay {
  if (sales.length === 0) return { dayMs, state: isWhole ? "zero" : "gap" };
  const prices = sales.map((sale) => sale.priceCents);
  return {
    dayMs,
    state: "sold",
    offerCount: sales.filter(({ side }) => side === "offer").length,
    targetCount: sales.filter(({ side }) => side === "target").length,
    lowCents: Math.min(...prices),
    medianCents: medianCents(prices),
    highCents: Math.max(...prices),
    isWhole,
  };
}

/**
 * Every sale once. Sales carry no id: equal ones of one page are different sales, equal ones of two
 * pages are the same, so the page with the most of them decides how many there were.
 */
function distinctSales(pages: readonly SalesPage[]): readonly Sale[] {
  const most = new Map<string, { readonly sale: Sale; readonly count: number }>();
  for (const { sales } of pages) {
    const counts = Map.groupBy(
      sales,
      ({ soldAtMs, priceCents, side, phase }) =>
        [soldAtMs, priceCents, side, phase ?? ""].join(" "),
    );
    for (const [key, same] of counts) {
      const [sale] = same;
      if (sale !== undefined && same.length > (most.get(key)?.count ?? 0)) {
        most.set(key, { sale, count: same.length });
      }
    }
  }
  return [...most.values()].flatMap(({ sale, count }) => Array<Sale>(count).fill(sale));
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || span.from > last.to) merged.push(span);
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return merged;
}
