/** What a scan tells the others, and how often. */

import type { Opportunity } from "@/core/domain/opportunity.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { targetManager } from "@/core/protocol/target_manager.ts";
import type { Scan, Step } from "./state.ts";

const TELL_EVERY_MS = 1_000;
const MAX_IN_MESSAGE = 200;

export function isTimeToTell({ toldAtMs }: Scan, nowMs: number): boolean {
  return toldAtMs === null || nowMs - toldAtMs >= TELL_EVERY_MS || nowMs < toldAtMs;
}

/** Messages carry keys made of scan and batch. */
export function tellOpportunities(scan: Scan, opportunities: readonly Opportunity[]): Step {
  return (turn) => {
    let told = turn;
    for (let from = 0; from < opportunities.length; from += MAX_IN_MESSAGE) {
      const body = { opportunities: opportunities.slice(from, from + MAX_IN_MESSAGE) };
      const key = `found:${scan.scanId}:${scan.batches}:${from}`;
      told = told.send(targetManager, "OpportunitiesFound", body, `${key}:target-manager`)
        .send(notifier, "OpportunitiesFound", body, `${key}:notifier`);
    }
    return told;
  };
}
