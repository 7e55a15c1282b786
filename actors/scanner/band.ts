/**
 * How a scan moves through its level: in as many bands as it takes for each to be read whole, from
 * cheap to dear. Pages come cheapest first, so that whatever ends a query too soon is gone on from
 * at the dearest price reached.
 */

import { type Reason, reason } from "@/core/domain/reasons.ts";
import { bisectBand } from "@/core/market/dmarket/bands.ts";
import { bandOf, MAX_BANDS, type Scan } from "./state.ts";

/** Queries that one band is read with before what is left of it is given up. */
export const MAX_PASSES = 10;

/** The scan with its band in two halves; null when the band is small enough, or a single price. */
export function splitBand(scan: Scan, total: number, maxRows: number): Scan | null {
  if (scan.passPages > 0 || total <= maxRows || scan.bands.length >= MAX_BANDS) return null;
  const halves = bisectBand(bandOf(scan));
  if (halves === null) return null;
  return {
    ...scan,
    bands: [...halves, ...scan.bands.slice(1)],
    pages: scan.pages + 1,
    total: scan.total ?? total,
    pageFailures: 0,
  };
}

/** The scan at the beginning of its next band, or at the end of its level. */
export function nextBand(scan: Scan): Scan {
  const bands = scan.bands.slice(1);
  const [next] = bands;
  const moved = { ...scan, ...NEW_QUERY, bands, pass: 0 };
  // Bands share no price, so that nothing of an earlier one is met again.
  return next === undefined
    ? { ...moved, endOfBand: true }
    : { ...moved, takenUp: "", floorCents: next.fromCents };
}

/** The same band under a new cursor, from the dearest price reached. */
export function resumeBand(scan: Scan): Scan {
  return queryFrom(scan, reachedCents(scan));
}

/**
 * Goes on after a query that ended too soon because of `why`. Listings of a single price that no
 * query shows to its end are given up, and so is the band after {@link MAX_PASSES} queries; both
 * are named in `cutShort`.
 */
export function goOnBeyond(scan: Scan, why: Reason): Scan {
  const { fromCents, toCents } = bandOf(scan);
  const reached = reachedCents(scan);
  if (scan.pass + 1 >= MAX_PASSES) {
    return nextBand(cut(scan, reason("range-unreached", { why, fromCents: reached, toCents })));
  }
  if (reached > fromCents) return queryFrom(scan, reached);
  const lossy = cut(scan, reason("price-unreached", { why, priceCents: fromCents }));
  return fromCents + 1 < toCents ? queryFrom(lossy, fromCents + 1) : nextBand(lossy);
}

function reachedCents(scan: Scan): number {
  const { fromCents, toCents } = bandOf(scan);
  return Math.min(toCents - 1, Math.max(fromCents, scan.frontCents));
}

function queryFrom(scan: Scan, fromCents: number): Scan {
  const band = { fromCents, toCents: bandOf(scan).toCents };
  return { ...scan, ...NEW_QUERY, bands: [band, ...scan.bands.slice(1)], pass: scan.pass + 1 };
}

const NEW_QUERY = {
  cursor: null,
  cursorAtMs: null,
  passPages: 0,
  passRows: 0,
  stalePages: 0,
  pageFailures: 0,
};

/** What was lost first is what is told. */
function cut(scan: Scan, why: Reason): Scan {
  return { ...scan, cutShort: scan.cutShort ?? why };
}
