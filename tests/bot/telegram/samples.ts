/** Values that several tests say. */

import type { ScanProgress } from "@/core/domain/opportunity.ts";
import type { Card, Notice } from "@/core/protocol/notices.ts";
import { MARKET_NOTICES } from "./market_samples.ts";

export const NOW_MS = Date.parse("2026-06-17T10:30:00Z");

export function scan(change: Partial<ScanProgress> = {}): ScanProgress {
  return {
    scanId: "0190f3c2-7b1e-8a52-9c3d-2f6a1b4c5d6e",
    game: "a8db",
    level: "standard",
    status: "running",
    processed: 250,
    total: 1_000,
    accepted: 12,
    refused: 235,
    unverified: 3,
    pages: 3,
    startedAtMs: NOW_MS - 60_000,
    updatedAtMs: NOW_MS,
    etaMs: NOW_MS + 185_000,
    guardFailures: {},
    ...change,
  };
}

export function card(change: Partial<Card> = {}): Card {
  return {
    title: "AK-47 | Redline (Field-Tested)",
    game: "a8db",
    level: "standard",
    buyCents: 1_234,
    exits: [{ kind: "quick", exitCents: 1_350, profitCents: 21, roiBps: 170 }],
    confidence: "high",
    lockDays: 0,
    sales7d: 14,
    bestBidCents: 1_350,
    otherAskCents: 1_490,
    ...change,
  };
}

/** One notice of every type. */
export const NOTICES: readonly Notice[] = [
  { type: "start" },
  { type: "help" },
  { type: "unknown-command", name: "buy" },
  { type: "bad-argument", command: "scan", wrong: "halflife" },
  { type: "busy" },
  { type: "unavailable", what: "health", reason: "health is not running" },
  { type: "opportunities", asked: false, cards: [card()], more: 0 },
  { type: "scan-requested", game: "rust", level: "pro", filter: { type: ["weapon"] } },
  { type: "scan-finished", scan: scan({ status: "completed" }) },
  {
    type: "scan-digest",
    sinceMs: NOW_MS - 3_600_000,
    scans: 80,
    failed: 1,
    processed: 12_345,
    accepted: 37,
  },
  { type: "scanning-stopped" },
  {
    type: "status",
    scanner: { paused: false, active: [scan()], queued: 1, last: null, nextScanAtMs: null },
    resources: {
      cpuRatio: 0.31,
      memoryRatio: 0.5,
      diskFreeBytes: 12_300_000_000,
      factor: 0.5,
      reason: "CPU at 91 %",
    },
  },
  {
    type: "health",
    status: "warn",
    version: "0.1.0",
    uptimeSeconds: 7_300,
    actors: [
      { name: "scanner", status: "ready", restarts: 2, lastError: null },
      { name: "web", status: "backoff", restarts: 1, lastError: "Port is taken" },
    ],
    notes: [
      { reason: "web is backoff", said: { code: "actor-is", values: { actor: "web" } } },
      { reason: "Dead letters: 3", said: { code: "dead-letters", values: { letterCount: 3 } } },
    ],
  },
  { type: "alert", severity: "critical", text: "The breaker is open", times: 3, sinceMs: NOW_MS },
  { type: "language", language: "en" },
  ...MARKET_NOTICES,
];
