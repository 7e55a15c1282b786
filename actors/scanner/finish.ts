/** The end of a scan, whatever ends it: counted, recorded, told once. */

import { notifier } from "@/core/protocol/notifier.ts";
import { GAME_TITLES } from "@/core/domain/market.ts";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import { inEnglish, reason as because } from "@/core/domain/reasons.ts";
import { countVerdicts } from "./judging.ts";
import { applyVerdicts, closeUnconfirmed, meet } from "./open_offers.ts";
import { judgeWaiting, standing } from "./pool.ts";
import { type Ending, progressOf, queuedProgress } from "./progress.ts";
import { keepRound } from "./round.ts";
import type { ScannerConfig } from "./spec.ts";
import {
  type Decision,
  MAX_RECENT,
  type Scan,
  type ScannerState,
  type ScanRequest,
  type Step,
} from "./state.ts";

export interface Finishing {
  readonly scan: Scan;
  readonly ending: Ending;
  /** The level was read to its end, and what is not among its listings any more is closed. */
  readonly isSweep?: boolean;
  readonly config: ScannerConfig;
  readonly nowMs: number;
}

/** Takes the scan out of the active ones; what still waited stays unverified. */
export function finish(state: ScannerState, finishing: Finishing): Decision {
  const { scan, ending, config, nowMs } = finishing;
  const final = judgeWaiting(scan, scan.pool, nowMs);
  const done = countVerdicts({ ...scan, pool: [], verifying: [], cursor: null }, final);
  const judged = applyVerdicts(
    meet(state.open, { standing: standing(scan, scan.pool) }, done),
    final,
    done,
  );
  const swept = finishing.isSweep
    ? closeUnconfirmed(judged.open, done)
    : { open: judged.open, closed: [] };
  const closed = [...judged.closed, ...swept.closed];
  const progress = progressOf(done, config, ending);
  return {
    state: {
      ...keepRound(state, done),
      active: state.active.filter(({ scanId }) => scanId !== scan.scanId),
      recent: [progress, ...state.recent].slice(0, MAX_RECENT),
      open: [...swept.open],
    },
    steps: [
      recordScan(progress, null),
      (turn) => turn.write("opportunities_closed", closed),
      announce(progress),
      ...(ending.status === "failed" ? [raiseAlarm(progress)] : []),
    ],
  };
}

/** Drops a scan that had not begun. */
export function dropQueued(request: ScanRequest, ending: Ending): readonly Step[] {
  const progress = queuedProgress(request, ending);
  return [recordScan(progress, null), announce(progress)];
}

/** The row of `scan_checkpoints`: the progress and the cursor to go on from. */
export function recordScan(progress: ScanProgress, cursor: string | null): Step {
  return (turn) => turn.write("scan_checkpoints", [{ ...progress, cursor }]);
}

function announce(progress: ScanProgress): Step {
  const { scanId, status, reason, processed, accepted } = progress;
  return (turn) =>
    turn.send(notifier, "ScanFinished", progress, `scan-finished:${scanId}`)
      .log("info", "Scan ended", { scanId, status, reason, processed, accepted });
}

function raiseAlarm({ scanId, game, level, reason, said: data }: ScanProgress): Step {
  const why = data ?? reason ?? "";
  const said = because("scan-failed", { scan: `${GAME_TITLES[game]} ${level}`, why });
  const key = `scan-failed:${game}:${level}`;
  const alert = { key, severity: "warning" as const, text: inEnglish(said), said };
  return (turn) =>
    turn.send(notifier, "Alert", alert, `scan-failed:${scanId}`)
      .log("error", "Scan failed", { scanId, game, level, reason });
}
