import { z } from "zod";
import { type ContextOf, turns } from "@/core/kernel/mod.ts";
import { IdSet } from "@/core/domain/judged_ids.ts";
import type { Opportunity } from "@/core/domain/opportunity.ts";
import { bestBySubject, intentRow, propose, type TargetIntentRow } from "./propose.ts";
import { targetManagerSpec } from "./spec.ts";

/** Proposals remembered; the oldest is forgotten first. */
const MAX_SUBJECTS = 5_000;

const targetState = z.object({
  /** Subjects that were proposed already; packed. */
  proposed: z.string().max(8 * MAX_SUBJECTS),
});
export type TargetState = z.output<typeof targetState>;
type Context = ContextOf<typeof targetManagerSpec, TargetState>;

export default turns(targetManagerSpec, {
  state: {
    version: 1,
    schema: targetState,
    initial: (): TargetState => ({ proposed: "" }),
  },
  handlers: {
    OpportunitiesFound: (state, { opportunities }, context) =>
      consider(state, opportunities, context),
  },
});

/** Proposes once for every subject; one without room is looked at again when it is found again. */
function consider(state: TargetState, opportunities: readonly Opportunity[], context: Context) {
  const { nowMs, config } = context;
  const proposed = new IdSet({
    packed: state.proposed,
    salt: "target-manager",
    capacity: MAX_SUBJECTS,
  });
  const rows: TargetIntentRow[] = [];
  const left: { readonly title: string; readonly reason: string }[] = [];
  for (const [subject, found] of bestBySubject(opportunities, nowMs)) {
    if (proposed.has(subject)) continue;
    const { priceCents, reason, said } = propose(found, config.whenOutbid);
    if (priceCents === null) {
      left.push({ title: found.title, reason });
      continue;
    }
    proposed.add(subject);
    rows.push(intentRow(found, { priceCents, reason, said }, nowMs));
  }
  const turn = context.commit({ proposed: proposed.packed() }).write("target_intents", rows);
  return left.reduce((made, props) => made.log("debug", "No target", props), turn);
}
