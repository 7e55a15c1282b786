/** Things a person should know: once per cause and hour, counted in between. */

import type { BodyOf } from "@/core/kernel/mod.ts";
import type { notifier } from "@/core/protocol/notifier.ts";
import { uuidOf } from "./ids.ts";
import { say } from "./say.ts";
import {
  type Context,
  MAX_ALERTS,
  newest,
  type NotifierState,
  type NotifierTurn,
  type Severity,
} from "./state.ts";

export const ALERT_COOLDOWN_MS = 60 * 60_000;

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** Says an alert that is new, worse than when it was last said, or due again; counts it otherwise. */
export function onAlert(
  state: NotifierState,
  alert: BodyOf<typeof notifier, "Alert">,
  context: Context,
): NotifierTurn {
  const { key, severity, text } = alert;
  const { nowMs, config } = context;
  const last = state.alerts[key];
  const quiet = last !== undefined && RANK[severity] <= RANK[last.severity] &&
    nowMs - last.saidAtMs < ALERT_COOLDOWN_MS;
  const record = quiet
    ? { ...last, unsaid: last.unsaid + 1 }
    : { saidAtMs: nowMs, severity, unsaid: 0 };
  const alerts = newest({ ...state.alerts, [key]: record }, MAX_ALERTS, (one) => one.saidAtMs);
  const turn = context.commit({ ...state, alerts });
  if (quiet) return turn;
  const times = (last?.unsaid ?? 0) + 1;
  const sinceMs = times === 1 ? nowMs : last?.saidAtMs ?? nowMs;
  const notice = { type: "alert" as const, severity, text, times, sinceMs };
  const cause = `alert/${uuidOf(key)}/${severity}/${nowMs}`;
  const silent = severity !== "critical";
  return config.recipients.reduce(
    (sofar, chatId) => say(sofar, { chatId, notice, silent, cause }, context),
    turn,
  );
}
