import { turns } from "@/core/kernel/mod.ts";
import { onAlert, onPriceMoved } from "./alerts.ts";
import { onCommand, resumePending } from "./commands.ts";
import { onOpportunities, resumeNews } from "./found.ts";
import { onScanFinished, onScanProgressed } from "./scans.ts";
import { notifierSpec } from "./spec.ts";
import { notifierState } from "./state.ts";

export default turns(notifierSpec, {
  state: notifierState,
  start: (state, context) => resumeNews(state, resumePending(state, context.stay()), context.nowMs),
  handlers: {
    OpportunitiesFound: (state, { opportunities }, context) =>
      onOpportunities(state, opportunities, context),
    ScanFinished: onScanFinished,
    ScanProgressed: onScanProgressed,
    Command: onCommand,
    PriceMoved: onPriceMoved,
    Alert: onAlert,
  },
});
