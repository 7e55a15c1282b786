/** What verifying may cost one scan, in requests: titles that a first look refuses cost less. */

import type { ScannerConfig } from "./spec.ts";
import type { Scan } from "./state.ts";

/** Listings, bids and sales. */
export const REQUESTS_PER_TITLE = 3;
/** Of so many requests one is kept: for the fee list, for what is ours, for second pages. */
const REQUESTS_PER_SPARE = 18;

type Spent = Pick<Scan, "spentRequests">;
type Limit = Pick<ScannerConfig, "verifyTitles">;

export function requestsLeft({ spentRequests }: Spent, { verifyTitles }: Limit): number {
  const most = REQUESTS_PER_TITLE * verifyTitles;
  return most - Math.floor(most / REQUESTS_PER_SPARE) - spentRequests;
}

/** Titles that may be read in whole now, when a `share` of the limit may be spent, 0 to 1. */
export function titlesLeft(scan: Spent, limit: Limit, share: number): number {
  const dueRequests = REQUESTS_PER_TITLE * Math.ceil(limit.verifyTitles * share);
  const requests = Math.min(dueRequests - scan.spentRequests, requestsLeft(scan, limit));
  return Math.max(0, Math.floor(requests / REQUESTS_PER_TITLE));
}
