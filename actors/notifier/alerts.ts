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

/**
 * Says the move of a watched price. A price that keeps jumping between two values says each of them
 * once an hour.
 */
export function onPriceMoved(
  state: NotifierState,
  { priority, ...move }: BodyOf<typeof notifier, "PriceMoved">,
  context: Context,
): NotifierTurn {
  const { game, side, title, toCents } = move;
  const { nowMs, config } = context;
  const key = `watch:${game}:${side}:${toCents ?? "gone"}:${title}`.slice(0, 200);
  const { record, quiet } = weigh(state, { key, severity: "info" }, nowMs);
  const turn = context.commit(withRecord(state, key, record));
  if (quiet) return turn;
  const notice = { type: "price-moved" as const, ...move };
  const cause = `moved/${uuidOf(key)}/${nowMs}`;
  return config.recipients.reduce(
    (sofar, chatId) => say(sofar, { chatId, notice, silent: priority !== "high", cause }, context),
    turn,
  );
}

type AlertRecord = NotifierState["alerts"][string];

/** Whether something of this key was said lately, and what is to be remembered of it now. */
function weigh(
  state: NotifierState,
  { key, severity }: { readonly key: string; readonly severity: Severity },
  nowMs: number,
): { readonly record: AlertRecord; readonly quiet: boolean } {
  const last = state.alerts[key];
  const quiet = last !== undefined && RANK[severity] <= RANK[last.severity] &&
    nowMs - last.saidAtMs < ALERT_COOLDOWN_MS;
  const record = quiet
    ? { ...last, unsaid: last.unsaid + 1 }
    : { saidAtMs: nowMs, severity, unsaid: 0 };
  return { record, quiet };
}

function withRecord(state: NotifierState, key: string, record: AlertRecord): NotifierState {
  const alerts = newest({ ...state.alerts, [key]: record }, MAX_ALERTS, (one) => one.saidAtMs);
  return { ...state, alerts };
}

/** Says an alert that is new, worse than when it was last said, or due again; counts it otherwise. */
export function onAlert(
  state: NotifierState,
  alert: BodyOf<typeof notifier, "Alert">,
  context: Context,
): NotifierTurn {
  const { key, severity, text, said } = alert;
  const { nowMs, config } = context;
  const last = state.alerts[key];
  const { record, quiet } = weigh(state, { key, severity }, nowMs);
  const turn = context.commit(withRecord(state, key, record));
  if (quiet) return turn;
  const times = (last?.unsaid ?? 0) + 1;
  const sinceMs = times === 1 ? nowMs : last?.saidAtMs ?? nowMs;
  const words = said === undefined ? {} : { said };
  const notice = { type: "alert" as const, severity, text, ...words, times, sinceMs };
  const cause = `alert/${uuidOf(key)}/${severity}/${nowMs}`;
  const silent = severity !== "critical";
  return config.recipients.reduce(
    (sofar, chatId) => say(sofar, { chatId, notice, silent, cause }, context),
    turn,
  );
}
