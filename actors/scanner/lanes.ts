/**
 * A scan has two lanes, one for pages and one for evidence, each with at most one request under
 * way. Answers come back as turns of their own; one that no longer fits the state changes nothing.
 */

import type { Answer, WireError } from "@/core/kernel/mod.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { banPumped, type PumpReading } from "@/core/domain/pump.ts";
import { explained, reason } from "@/core/domain/reasons.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import { finish, recordScan } from "./finish.ts";
import { goOnBeyond, MAX_PASSES, resumeBand } from "./band.ts";
import { applyVerdicts, meet, opportunitiesOf } from "./open_offers.ts";
import { type OffersPage, type Progressed, takePage } from "./page.ts";
import { countTime, endOf, progressOf } from "./progress.ts";
import { isTimeToTell, tellOpportunities } from "./telling.ts";
import { type AskedPage, findScan, fits, verifyingScan } from "./waited_for.ts";
import { launch, planDelayMs } from "./schedule.ts";
import {
  bandOf,
  type Decision,
  type Scan,
  type ScannerContext,
  type ScannerState,
  type ScannerTurn,
  type Step,
  withScan,
} from "./state.ts";
import {
  type EvidenceReply,
  type LookReply,
  nextTitles,
  takeEvidence,
  takeLook,
  wantedOf,
} from "./verify.ts";

/** A cursor older than this is taken for dead. */
const CURSOR_LIFE_MS = 600_000;
/** Failures in a row that end a lane; with these delays they outlast an open circuit breaker. */
const MAX_FAILURES = 10;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
/** What the market-fetcher calls a page that leads back to itself. */
const CURSOR_REPEATS = "cursor-repeats";

/** Puts a turn together: what was decided, the scans there is room for now, and the plan's timer. */
export function settle(context: ScannerContext, decision: Decision): ScannerTurn {
  const { config, nowMs } = context;
  const { state, started } = launch(decision.state, config, nowMs);
  const begun = started.flatMap((scanId) => beginScan(state, scanId, context));
  const steps = [...decision.steps, ...begun, planTimer(state, context)];
  return steps.reduce((turn, step) => step(turn), context.commit(state));
}

function beginScan(state: ScannerState, scanId: string, context: ScannerContext): readonly Step[] {
  const scan = findScan(state, scanId);
  if (scan === null) return [];
  const progress = progressOf(scan, context.config);
  // There is nothing to tell before its first page.
  return [recordScan(progress, null), askPage(scan, context)];
}

function planTimer(state: ScannerState, { config, nowMs }: ScannerContext): Step {
  const delayMs = planDelayMs(state, config, nowMs);
  return (turn) => delayMs === null ? turn : turn.after("plan", delayMs, onPlanDue);
}

function onPlanDue(state: ScannerState, _: void, context: ScannerContext): ScannerTurn {
  const { started } = launch(state, context.config, context.nowMs);
  return started.length > 0
    ? settle(context, { state, steps: [] })
    : planTimer(state, context)(context.stay());
}

/** Takes up again, after a restart, what the checkpoint says was under way. */
export function resumeAll(state: ScannerState, context: ScannerContext): Decision {
  const paused = state.active.map((scan): Scan => ({
    ...scan,
    countedToMs: context.nowMs,
    pageFailures: 0,
    evidenceFailures: 0,
  }));
  let decision: Decision = { state: { ...state, active: paused }, steps: [] };
  for (const scan of paused) {
    const next = goOn(decision.state, { scan, free: "page", context });
    const asked = scan.verifying.length > 0 ? [askEvidence(scan, context.nowMs)] : [];
    decision = { state: next.state, steps: [...decision.steps, ...next.steps, ...asked] };
  }
  return decision;
}

type Lane = "page" | "evidence";

interface GoingOn {
  readonly scan: Scan;
  /** The lane that has no request under way. */
  readonly free: Lane;
  readonly context: ScannerContext;
}

/** What a scan does next: read titles, turn the page, or end. */
function goOn(state: ScannerState, { scan, free, context }: GoingOn): Decision {
  const { config, nowMs } = context;
  const isPageLaneFree = free === "page";
  const isDead = scan.cursorAtMs !== null && nowMs - scan.cursorAtMs > CURSOR_LIFE_MS;
  if (isDead && isPageLaneFree) return beginAgain(state, scan, context);
  const titles = nextTitles(scan, config);
  const next = titles.length === 0 ? scan : { ...scan, verifying: [...titles], isLooked: false };
  const isToVerify = titles.length > 0 || (free === "evidence" && next.verifying.length > 0);
  if (next.endOfBand && next.verifying.length === 0) {
    const ending = endOf(next);
    return finish(state, { scan: next, ending, isSweep: next.filter === null, config, nowMs });
  }
  const steps = [
    recordScan(progressOf(next, config), next.cursor),
    ...(isToVerify ? [askEvidence(next, nowMs)] : []),
    ...(isPageLaneFree && !next.endOfBand ? [askPage(next, context)] : []),
  ];
  return { state: withScan(state, next), steps };
}

function beginAgain(state: ScannerState, scan: Scan, context: ScannerContext): Decision {
  const { config, nowMs } = context;
  if (scan.pass + 1 >= MAX_PASSES) {
    const why = explained(reason("cursor-died", { diedCount: MAX_PASSES }));
    return finish(state, { scan, ending: { status: "failed", ...why }, config, nowMs });
  }
  const again = resumeBand(scan);
  const { fromCents } = bandOf(again);
  const log: Step = (turn) =>
    turn.log("warn", "Scan needs a new cursor", { scanId: scan.scanId, fromCents });
  return { state: withScan(state, again), steps: [log, askPage(again, context)] };
}

// ---- pages --------------------------------------------------------------------------------------

function askPage(scan: Scan, { config }: ScannerContext): Step {
  const { scanId, game, filter, cursor, pass } = scan;
  const band = bandOf(scan);
  const wanted = filter === null ? {} : { filter };
  const body = { game, ...band, cursor, limit: config.pageSize, ...wanted };
  const then = onPage({ scanId, band, pass, cursor });
  return (turn) => turn.ask(marketFetcher, "OffersPage", { body, then });
}

function onPage(asked: AskedPage) {
  return (state: ScannerState, answer: Answer<OffersPage>, context: ScannerContext) => {
    const scan = findScan(state, asked.scanId);
    if (scan === null || !fits(scan, asked)) return context.stay();
    if (!answer.ok) return pageFailed(state, { scan, error: answer.error }, context);
    const { config, nowMs } = context;
    const taken = takePage(countTime(scan, nowMs), answer.value, { config, nowMs });
    const { malformed } = answer.value;
    const { scanId, game, level } = scan;
    const seen = { scanId, game, level, atMs: nowMs, quotes: answer.value.quotes };
    const turn = proceed(state, { taken, free: "page" }, context)
      .write("history_quotes", seen.quotes.length === 0 ? [] : [seen]);
    return malformed.length === 0 ? turn : turn.log("warn", "Rows of a page were refused", {
      scanId: scan.scanId,
      rows: malformed.length,
      first: malformed[0],
    });
  };
}

interface Failed {
  readonly scan: Scan;
  readonly error: WireError;
}

function pageFailed(state: ScannerState, failed: Failed, context: ScannerContext): ScannerTurn {
  const { scan, error } = failed;
  const { config, nowMs } = context;
  if (error.code === CURSOR_REPEATS) {
    const taken = { scan: goOnBeyond(scan, reason("cursor-repeated", {})), final: [] };
    return proceed(state, { taken, free: "page" }, context);
  }
  const isFinal = error.kind === "rejected" || error.kind === "fatal";
  if (isFinal && scan.cursor !== null) return settle(context, beginAgain(state, scan, context));
  const pageFailures = scan.pageFailures + 1;
  if (isFinal || pageFailures >= MAX_FAILURES) {
    const trouble = error.message.slice(0, 300);
    const why = isFinal
      ? reason("market-unread", { trouble })
      : reason("market-unread-again", { failedCount: pageFailures, trouble });
    const ending = { status: "failed" as const, ...explained(why) };
    return settle(context, finish(state, { scan: countTime(scan, nowMs), ending, config, nowMs }));
  }
  const delayMs = retryDelayMs(pageFailures);
  return later(`page:${scan.scanId}`, delayMs, retryPage(scan.scanId))(
    context.keep(withScan(state, { ...scan, pageFailures }))
      .log("warn", "Page was not read", {
        scanId: scan.scanId,
        failures: pageFailures,
        delayMs,
        error: error.message,
      }),
  );
}

function retryPage(scanId: string) {
  return (state: ScannerState, _: void, context: ScannerContext): ScannerTurn => {
    const scan = findScan(state, scanId);
    if (scan === null || scan.endOfBand) return context.stay();
    const isDead = scan.cursorAtMs !== null && context.nowMs - scan.cursorAtMs > CURSOR_LIFE_MS;
    return isDead
      ? settle(context, beginAgain(state, scan, context))
      : askPage(scan, context)(context.stay());
  };
}

// ---- evidence -----------------------------------------------------------------------------------

/** A first look at the titles, then the whole evidence of those that pass. */
function askEvidence(scan: Scan, nowMs: number): Step {
  const { scanId, game, verifying, isLooked } = scan;
  if (isLooked) {
    const body = { game, titles: verifying };
    const then = onEvidence(scanId, verifying);
    return (turn) => turn.ask(marketFetcher, "Evidence", { body, then });
  }
  const body = { game, titles: wantedOf(scan, nowMs) };
  const then = onLook(scanId, verifying);
  return (turn) => turn.ask(marketFetcher, "Look", { body, then });
}

function onLook(scanId: string, titles: readonly string[]) {
  return (state: ScannerState, answer: Answer<LookReply>, context: ScannerContext) => {
    const scan = verifyingScan(state, { scanId, titles, isLooked: false });
    if (scan === null) return context.stay();
    if (!answer.ok) return evidenceFailed(state, { scan, error: answer.error }, context);
    const { nowMs } = context;
    const { pumpBans } = state;
    const { looks } = answer.value;
    const taken = takeLook(countTime(scan, nowMs), answer.value, { nowMs, pumpBans });
    const evidence = looks.flatMap(({ sales, ...look }) =>
      sales === null ? [] : { ...look, sales }
    );
    const warned = withBans(state, { game: scan.game, evidence, nowMs });
    return proceed(warned, { taken, free: "evidence" }, context);
  };
}

function withBans(state: ScannerState, read: PumpReading): ScannerState {
  return { ...state, pumpBans: [...banPumped(state.pumpBans, read, DEFAULT_RULES)] };
}

function onEvidence(scanId: string, titles: readonly string[]) {
  return (state: ScannerState, answer: Answer<EvidenceReply>, context: ScannerContext) => {
    const scan = verifyingScan(state, { scanId, titles, isLooked: true });
    if (scan === null) return context.stay();
    const { nowMs } = context;
    if (!answer.ok) return evidenceFailed(state, { scan, error: answer.error }, context);
    const { missing } = answer.value;
    const { pumpBans } = state;
    const taken = takeEvidence(countTime(scan, nowMs), answer.value, { nowMs, pumpBans });
    const seen = { game: scan.game, evidence: answer.value.evidence, nowMs };
    const turn = proceed(withBans(state, seen), { taken, free: "evidence" }, context);
    return missing.length === 0 ? turn : turn.log("warn", "Titles could not be read", {
      scanId,
      titles: missing.length,
      first: missing[0],
    });
  };
}

function evidenceFailed(state: ScannerState, failed: Failed, context: ScannerContext): ScannerTurn {
  const { scan, error } = failed;
  const evidenceFailures = scan.evidenceFailures + 1;
  const isFinal = error.kind === "rejected" || error.kind === "fatal";
  const props = { scanId: scan.scanId, failures: evidenceFailures, error: error.message };
  if (isFinal || evidenceFailures >= MAX_FAILURES) {
    // The listings stay unverified and are counted as such; the scan goes on without them.
    const at = { nowMs: context.nowMs, pumpBans: state.pumpBans };
    const taken = takeEvidence(scan, { evidence: [], missing: [] }, at);
    return proceed(state, { taken, free: "evidence" }, context)
      .log("warn", "Titles stay unverified", props);
  }
  const delayMs = retryDelayMs(evidenceFailures);
  return later(`evidence:${scan.scanId}`, delayMs, retryEvidence(scan.scanId))(
    context.keep(withScan(state, { ...scan, evidenceFailures }))
      .log("warn", "Titles were not read", { ...props, delayMs }),
  );
}

function retryEvidence(scanId: string) {
  return (state: ScannerState, _: void, context: ScannerContext): ScannerTurn => {
    const scan = findScan(state, scanId);
    return scan === null || scan.verifying.length === 0
      ? context.stay()
      : askEvidence(scan, context.nowMs)(context.stay());
  };
}

// ---- both ---------------------------------------------------------------------------------------

interface Taken {
  readonly taken: Progressed;
  /** The lane whose answer it was. */
  readonly free: Lane;
}

/** One durable turn: cursor, counts, verdicts, ids, rows and messages together. */
function proceed(state: ScannerState, { taken, free }: Taken, context: ScannerContext) {
  const opportunities = opportunitiesOf(taken.final);
  const met = meet(state.open, taken, taken.scan);
  const { open, closed } = applyVerdicts(met, taken.final, taken.scan);
  const isTold = isTimeToTell(taken.scan, context.nowMs);
  const scan: Scan = {
    ...taken.scan,
    batches: taken.scan.batches + (opportunities.length > 0 ? 1 : 0),
    toldAtMs: isTold ? context.nowMs : taken.scan.toldAtMs,
  };
  const next = goOn({ ...state, open: [...open] }, { scan, free, context });
  const isRunning = findScan(next.state, scan.scanId) !== null;
  const progress = progressOf(scan, context.config);
  return settle(context, {
    state: next.state,
    steps: [
      (turn) => turn.write("opportunities", opportunities),
      (turn) => turn.write("opportunities_closed", closed),
      (turn) => turn.write("history_cases", taken.cases ?? []),
      (turn) => turn.write("history_looks", taken.looks ?? []),
      tellOpportunities(scan, opportunities),
      ...next.steps,
      (turn) => isTold && isRunning ? turn.tell(notifier, "ScanProgressed", progress) : turn,
    ],
  });
}

function later(
  key: string,
  delayMs: number,
  then: (state: ScannerState, _: void, context: ScannerContext) => ScannerTurn,
): Step {
  return (turn) => turn.after(key, Math.round(delayMs), then);
}

function retryDelayMs(failures: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}
