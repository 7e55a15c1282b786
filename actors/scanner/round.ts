/**
 * A scan verifies a few dozen titles of a level, a round of scans all that are worth it: what was
 * verified in the round and has not changed since leaves the limit to the others, and what was
 * accepted of it stands meanwhile. When nothing is left to verify, the next round begins.
 */

import { IdSet } from "@/core/domain/judged_ids.ts";
import {
  type Candidate,
  MAX_MARKS,
  type Round,
  type Scan,
  type ScannerState,
  type ScanRequest,
} from "./state.ts";

/** A round that takes longer gives way to the next. */
const MAX_ROUND_MS = 2 * 3_600_000;
const CHARS_PER_MARK = 8;

/** The round that a scan belongs to; a filtered one sees a part of its level, and has its own. */
export function roundOf(state: ScannerState, request: ScanRequest, nowMs: number): Round {
  const fresh = { sinceMs: nowMs, marks: "", before: "" };
  if (request.filter !== null) return fresh;
  const { sinceMs, marks, before } = state.rounds.find((one) => isOf(one, request)) ?? fresh;
  const age = nowMs - sinceMs;
  return age >= 0 && age < MAX_ROUND_MS ? { sinceMs, marks, before } : { ...fresh, before: marks };
}

/** The state with what an ending scan adds to its round. */
export function keepRound(state: ScannerState, scan: Scan): ScannerState {
  if (scan.filter !== null) return state;
  const { game, level, round } = scan;
  const others = state.rounds.filter((one) => !isOf(one, scan));
  return { ...state, rounds: [...others, { game, level, ...round }] };
}

type Band = Pick<ScanRequest, "game" | "level">;

function isOf(one: Band, band: Band): boolean {
  return one.game === band.game && one.level === band.level;
}

/** How a waiting title stands: another cheapest listing, or another covering bid, is another mark. */
export function markOf(entries: readonly Candidate[], isBidFor: boolean): string {
  let cheapest: Candidate["waiting"][number] | undefined;
  for (const { waiting: [first] } of entries) {
    if (first !== undefined && (cheapest === undefined || first[1] < cheapest[1])) cheapest = first;
  }
  const [first] = entries;
  const bid = isBidFor ? first?.quote?.bestBidCents : null;
  return `${first?.title} ${cheapest?.[0]} ${cheapest?.[1]} ${bid ?? ""}`;
}

/** The titles verified in the scan's round, to ask and to add to. */
export function openMarks(scan: Scan): IdSet {
  return open(scan, scan.round.marks);
}

/** Whether a title was verified in this round or the one before and stands as it did. */
export function knownMarks(scan: Scan): (mark: string) => boolean {
  const [marks, before] = [openMarks(scan), open(scan, scan.round.before)];
  return (mark) => marks.has(mark) || before.has(mark);
}

function open({ game, level }: Scan, packed: string): IdSet {
  return new IdSet({ packed, salt: `${game}/${level}`, capacity: MAX_MARKS });
}

/** The next round, which this scan has begun with the titles that it verified so far. */
export function nextRound({ round, spent }: Scan, nowMs: number): Round {
  const marks = spent === 0 ? "" : round.marks.slice(-CHARS_PER_MARK * spent);
  return { sinceMs: nowMs, marks, before: round.marks };
}
