/** Which scan runs next: requests in their order, then the plan. */

import { filterKey } from "@/core/domain/filters/key.ts";
import { hash64 } from "@/core/domain/judged_ids.ts";
import { ActorError } from "@/core/kernel/mod.ts";
import { unconfirm } from "./open_offers.ts";
import { roundOf } from "./round.ts";
import type { ScannerConfig } from "./spec.ts";
import { MAX_QUEUE, newScan, type Scan, type ScannerState, type ScanRequest } from "./state.ts";

export interface Queued {
  readonly state: ScannerState;
  /** The scan that the request became: its own, or the one it joined. */
  readonly scanId: string;
  readonly joined: boolean;
}

/**
 * Queues a request; a scan of the same game, level and filter that waits or runs absorbs it. Throws
 * {@link ActorError} `overload queue-full`.
 */
export function enqueue(state: ScannerState, request: ScanRequest): Queued {
  const key = filterKey(request.filter);
  const isSame = (one: ScanRequest | Scan) => isOf(one, request) && filterKey(one.filter) === key;
  const same = state.active.find(isSame) ?? state.queue.find(isSame);
  const resumed = { ...state, paused: false };
  if (same !== undefined) return { state: resumed, scanId: same.scanId, joined: true };
  if (state.queue.length >= MAX_QUEUE) {
    const message = `Cannot queue another scan: ${MAX_QUEUE} wait already, which is the most`;
    throw new ActorError("overload", "queue-full", message);
  }
  const queue = [...state.queue, request];
  return { state: { ...resumed, queue }, scanId: request.scanId, joined: false };
}

type Band = Pick<ScanRequest, "game" | "level">;

function isOf(one: Band, band: Band): boolean {
  return one.game === band.game && one.level === band.level;
}

export interface Launched {
  readonly state: ScannerState;
  readonly started: readonly string[];
}

/** Starts scans while there is room: first what was asked for, then what the plan has due. */
export function launch(state: ScannerState, config: ScannerConfig, nowMs: number): Launched {
  let current = state;
  const started: string[] = [];
  const room = Math.max(1, Math.floor(config.maxParallel * pressureFactor(state, nowMs)));
  while (!current.paused && current.active.length < room) {
    const next = takeNext(current, config, nowMs);
    if (next === null) break;
    current = begin(next.state, next.request, nowMs);
    started.push(next.request.scanId);
  }
  return { state: current, started };
}

/** The factor asked for, as long as it was asked for lately. */
function pressureFactor({ pressure }: ScannerState, nowMs: number): number {
  return nowMs < pressure.untilMs ? pressure.factor : 1;
}

/** Milliseconds until the plan wants to go on; null when it does not wait. */
export function planDelayMs(
  state: ScannerState,
  config: ScannerConfig,
  nowMs: number,
): number | null {
  const at = nextRoundAtMs(state, config);
  return at === null || at <= nowMs ? null : Math.min(at - nowMs, config.intervalMs);
}

/** When the next round begins; null while one runs, or when there is no plan to follow. */
export function nextRoundAtMs(state: ScannerState, config: ScannerConfig): number | null {
  if (state.paused || !config.autoStart || config.plan.length === 0) return null;
  return state.plan.position === 0 ? state.plan.nextRoundAtMs : null;
}

interface Next {
  readonly state: ScannerState;
  readonly request: ScanRequest;
}

function takeNext(state: ScannerState, config: ScannerConfig, nowMs: number): Next | null {
  const [request, ...queue] = state.queue;
  if (request !== undefined) return { state: { ...state, queue }, request };
  if (!config.autoStart) return null;
  let current = state;
  for (let tries = 0; tries < config.plan.length; tries++) {
    const entry = config.plan[current.plan.position] ?? config.plan[0];
    if (entry === undefined || !isDue(current, config, nowMs)) return null;
    const scanId = plannedScanId(entry, current.plan.sequence, nowMs);
    current = { ...current, plan: advance(current, config, nowMs) };
    if (current.active.some((one) => isOf(one, entry) && one.filter === null)) continue;
    const origin = { requestedBy: "schedule", requestedAtMs: nowMs };
    const request = { ...entry, ...origin, scanId, filter: null };
    return { state: current, request };
  }
  return null;
}

/** A round that seems farther away than a whole interval was planned by another clock. */
function isDue({ plan }: ScannerState, { intervalMs }: ScannerConfig, nowMs: number): boolean {
  const at = plan.nextRoundAtMs;
  return plan.position > 0 || at === null || nowMs >= at || at - nowMs > intervalMs;
}

function advance(
  { plan }: ScannerState,
  config: ScannerConfig,
  nowMs: number,
): ScannerState["plan"] {
  return {
    position: (plan.position + 1) % config.plan.length,
    nextRoundAtMs: plan.position === 0 ? nowMs + config.intervalMs : plan.nextRoundAtMs,
    sequence: plan.sequence + 1,
  };
}

function begin(state: ScannerState, request: ScanRequest, nowMs: number): ScannerState {
  return {
    ...state,
    active: [...state.active, newScan(request, nowMs, roundOf(state, request, nowMs))],
    // A filtered scan does not see the whole band, and confirms or closes only what it sees.
    open: request.filter === null ? unconfirm(state.open, request) : state.open,
  };
}

/** A version 7 UUID made of the moment and of what makes the scan unique: a pure turn has no dice. */
function plannedScanId(band: Band, sequence: number, nowMs: number): string {
  const time = Math.floor(nowMs).toString(16).padStart(12, "0").slice(-12);
  const [high, low] = hash64(`${nowMs}/${sequence}/${band.game}/${band.level}`);
  const hex = (value: number, digits: number) =>
    (value >>> 0).toString(16).padStart(digits, "0").slice(-digits);
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${hex(sequence, 3)}`,
    `8${hex(high >>> 20, 3)}`,
    `${hex(high & 0xffff, 4)}${hex(low, 8)}`,
  ].join("-");
}
