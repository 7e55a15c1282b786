/** How far a scan has come, in time and in counts. */

import type { ScanProgress } from "@/core/domain/opportunity.ts";
import { type Explained, explained, reason } from "@/core/domain/reasons.ts";
import { REQUESTS_PER_TITLE, requestsLeft } from "./limit.ts";
import type { ScannerConfig } from "./spec.ts";
import type { Scan, ScanRequest } from "./state.ts";

/** A longer silence than this is a suspended machine or a jump of the clock, not work. */
const MAX_GAP_MS = 300_000;

/** Counts the time since the last turn as work. */
export function countTime(scan: Scan, nowMs: number): Scan {
  const gap = nowMs - scan.countedToMs;
  const activeMs = scan.activeMs + Math.min(Math.max(0, gap), MAX_GAP_MS);
  return { ...scan, activeMs, countedToMs: nowMs, updatedAtMs: Math.max(nowMs, scan.updatedAtMs) };
}

export interface Ending extends Partial<Explained> {
  readonly status: ScanProgress["status"];
}

/** How a scan ends that has read its level to the end. */
export function endOf({ cutShort, unreadTitles }: Scan): Ending {
  if (cutShort !== null) return { status: "stopped", ...explained(cutShort) };
  const status = "completed";
  return unreadTitles === 0
    ? { status }
    : { status, ...explained(reason("titles-unread", { titleCount: unreadTitles })) };
}

export function progressOf(
  scan: Scan,
  config: ScannerConfig,
  ending: Ending = { status: "running" },
): ScanProgress {
  const { scanId, game, level, accepted, refused, unverified, pages } = scan;
  return {
    scanId,
    game,
    level,
    ...filterOf(scan),
    status: ending.status,
    processed: accepted + refused + unverified,
    total: scan.total === null ? null : Math.max(0, scan.total - scan.leftOut),
    accepted,
    refused,
    unverified,
    pages,
    startedAtMs: scan.startedAtMs,
    updatedAtMs: scan.updatedAtMs,
    etaMs: ending.status === "running" ? etaMs(scan, config) : null,
    guardFailures: scan.guardFailures,
    ...whyOf(ending),
  };
}

export function queuedProgress(request: ScanRequest, ending: Ending): ScanProgress {
  const { scanId, game, level, requestedAtMs } = request;
  return {
    scanId,
    game,
    level,
    ...filterOf(request),
    status: ending.status,
    processed: 0,
    total: null,
    accepted: 0,
    refused: 0,
    unverified: 0,
    pages: 0,
    startedAtMs: requestedAtMs,
    updatedAtMs: requestedAtMs,
    etaMs: null,
    guardFailures: {},
    ...whyOf(ending),
  };
}

function whyOf({ reason, said }: Ending): Partial<Explained> {
  return {
    ...(reason === undefined ? {} : { reason: reason.slice(0, 400) }),
    ...(said === undefined ? {} : { said }),
  };
}

function filterOf({ filter }: Pick<ScanRequest, "filter">): Pick<ScanProgress, "filter"> {
  return filter === null ? {} : { filter };
}

/** By the rate of requests over the scan so far, because requests are what a scan waits for. */
function etaMs(scan: Scan, config: ScannerConfig): number | null {
  if (scan.total === null || scan.activeMs <= 0) return null;
  const done = scan.pages + scan.spentRequests;
  if (done === 0) return null;
  const pagesLeft = scan.endOfBand ? 0 : (scan.total - scan.seen) / config.pageSize;
  const allowed = requestsLeft(scan, config);
  const waiting = REQUESTS_PER_TITLE * scan.pool.length;
  const requests = scan.endOfBand ? Math.min(allowed, waiting) : allowed;
  const left = Math.max(0, pagesLeft) + Math.max(0, requests);
  return Math.round(scan.updatedAtMs + scan.activeMs * left / done);
}
