import { parseFilter } from "@/core/domain/filters/filter.ts";
import { explained, type Reason, reason } from "@/core/domain/reasons.ts";
import { ActorError, type InputOf, turns } from "@/core/kernel/mod.ts";
import type { scanner } from "@/core/protocol/scanner.ts";
import { dropQueued, finish, recordScan } from "./finish.ts";
import { resumeAll, settle } from "./lanes.ts";
import { countTime, progressOf, queuedProgress } from "./progress.ts";
import { enqueue, launch, nextRoundAtMs, type Queued } from "./schedule.ts";
import { scannerSpec } from "./spec.ts";
import {
  type Decision,
  type ScannerContext,
  type ScannerState,
  type ScannerTurn,
  type ScanRequest,
  stateSpec,
} from "./state.ts";

/** Pressure that is not asked for again is over: the release may have been lost in a restart. */
const PRESSURE_LIFE_MS = 120_000;

export default turns(scannerSpec, {
  state: stateSpec,
  start: (state: ScannerState, context) => settle(context, resumeAll(state, context)),
  handlers: {
    Scan: (state, body, context) => {
      try {
        const request = requestOf(body, context.nowMs);
        return accept(enqueue(state, request), request, context);
      } catch (error) {
        if (!(error instanceof ActorError)) throw error;
        const request = { ...body, filter: null, requestedAtMs: context.nowMs };
        const why = reason("filter-refused", { trouble: error.message.slice(0, 300) });
        const ending = { status: "failed" as const, ...explained(why) };
        return settle(context, { state, steps: dropQueued(request, ending) });
      }
    },
    StartScan: (state, body, context) => {
      const request = requestOf(body, context.nowMs);
      const queued = enqueue(state, request);
      const { scanId, joined } = queued;
      return accept(queued, request, context).reply({ scanId, joined });
    },
    StopScans: (state, { requestedBy }, context) =>
      settle(context, stopAll(state, reason("stopped-by", { who: requestedBy }), context)),
    Status: (state, _, context) => context.stay().reply(statusOf(state, context)),
    Pressure: (state, { factor }, context) => {
      // Most samples say that all is well, and there is nothing to remember.
      if (factor === state.pressure.factor && factor === 1) return context.stay();
      const pressure = { factor, untilMs: context.nowMs + PRESSURE_LIFE_MS };
      const changed = { ...state, pressure };
      const { started } = launch(changed, context.config, context.nowMs);
      return started.length > 0
        ? settle(context, { state: changed, steps: [] })
        : context.keep(changed);
    },
  },
});

/** Throws {@link ActorError} `rejected bad-filter`, with every filter or value that does not exist. */
function requestOf(body: InputOf<typeof scanner, "StartScan">, nowMs: number): ScanRequest {
  const read = parseFilter(body.game, body.filter ?? {});
  if (!read.ok) {
    const reasons = read.problems.map(({ message }) => message).join("; ");
    throw new ActorError("rejected", "bad-filter", reasons);
  }
  const wants = Object.entries(read.filter.wants).map(([field, wanted]) =>
    [field, typeof wanted === "boolean" ? wanted : [...wanted]] as const
  );
  const filter = wants.length === 0 ? null : Object.fromEntries(wants) as ScanRequest["filter"];
  return { ...body, filter, requestedAtMs: nowMs };
}

/** Commits a request; one that must wait is shown as queued. */
function accept(queued: Queued, request: ScanRequest, context: ScannerContext): ScannerTurn {
  const { state, joined } = queued;
  const steps = joined ? [] : [recordScan(queuedProgress(request, { status: "queued" }), null)];
  return settle(context, { state, steps });
}

function stopAll(state: ScannerState, why: Reason, context: ScannerContext): Decision {
  const { config, nowMs } = context;
  const ending = { status: "stopped" as const, ...explained(why) };
  let decision: Decision = {
    state: { ...state, paused: true, queue: [] },
    steps: state.queue.flatMap((request) => dropQueued(request, ending)),
  };
  for (const scan of state.active) {
    const counted = countTime(scan, nowMs);
    const ended = finish(decision.state, { scan: counted, ending, config, nowMs });
    decision = { state: ended.state, steps: [...decision.steps, ...ended.steps] };
  }
  return decision;
}

function statusOf(state: ScannerState, { config }: ScannerContext) {
  return {
    paused: state.paused,
    active: state.active.map((scan) => progressOf(scan, config)),
    queued: state.queue.map((request) => queuedProgress(request, { status: "queued" })),
    recent: state.recent,
    nextScanAtMs: nextRoundAtMs(state, config),
  };
}
