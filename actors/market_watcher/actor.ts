import { turns } from "@/core/kernel/mod.ts";
import { UNREAD_SIDE } from "@/core/domain/analysis/price_watch.ts";
import { inEnglish, type KnownReason, reason } from "@/core/domain/reasons.ts";
import { parseFilter } from "@/core/domain/filters/filter.ts";
import { NO_WEBSOCKET, type Priority } from "@/core/protocol/watcher.ts";
import { goOn, readsPerSecond, watchRow } from "./poll.ts";
import { type MarketWatcherConfig, marketWatcherSpec } from "./spec.ts";
import {
  isSame,
  MAX_FILTERS,
  MAX_WATCHES,
  stateSpec,
  type Watched,
  type WatcherState,
} from "./state.ts";

export default turns(marketWatcherSpec, {
  state: stateSpec,
  start: (state: WatcherState, context) => goOn(context.keep({ ...state, reading: [] }), context),
  handlers: {
    Watch: (state, body, context) => {
      const { nowMs, config } = context;
      const known = state.watches.find((one) => isSame(one, body));
      const others = state.watches.filter((one) => one !== known);
      const said = refusal(others, body.priority, config);
      if (said !== null) {
        return context.stay().reply({ accepted: false, reason: inEnglish(said), said });
      }
      const watch = { ...(known ?? unread(nowMs)), ...body };
      const next = { ...state, watches: [...others, watch] };
      return goOn(context.commit(next).write("watches", [watchRow(watch)]), context)
        .reply({ accepted: true, reason: null, said: null });
    },
    Unwatch: (state, { game, title }, context) => {
      const watches = state.watches.filter((one) => !isSame(one, { game, title }));
      const wasWatched = watches.length < state.watches.length;
      if (!wasWatched) return context.stay().reply({ wasWatched });
      const turn = context.commit({ ...state, watches });
      return goOn(turn.write("watches_removed", [{ game, title }]), context).reply({ wasWatched });
    },
    Watches: (state, _, context) => {
      const { config } = context;
      return context.stay().reply({
        watches: state.watches.map((one) => ({
          ...watchRow(one),
          intervalMs: config.intervalsMs[one.priority],
          failures: one.failures,
          lastChange: one.lastChange,
        })),
        readsPerSecond: readsPerSecond(state.watches, config),
        maxReadsPerSecond: config.maxReadsPerSecond,
        note: NO_WEBSOCKET,
      });
    },
    SetFilter: (state, { userId, game, wants }, context) => {
      const read = parseFilter(game, wants);
      if (!read.ok) {
        const problems = read.problems.slice(0, 100)
          .map((one) => ({ ...one, allowed: [...one.allowed] }));
        return context.stay().reply({ problems });
      }
      const kept = { userId, game, wants: Object.fromEntries(Object.entries(read.filter.wants)) };
      const others = state.filters.filter((one) => one.userId !== userId || one.game !== game);
      const isEmpty = Object.keys(kept.wants).length === 0;
      // The oldest makes room: more people than the list holds do not share one daemon.
      const filters = [...others, ...(isEmpty ? [] : [kept])].slice(-MAX_FILTERS);
      return context.commit({ ...state, filters: filters as WatcherState["filters"] })
        .write("game_filters", [{ ...kept, updatedAtMs: context.nowMs }])
        .reply({ problems: [] });
    },
    Filters: (state, { userId }, context) => {
      const filters = state.filters.filter((one) => one.userId === userId)
        .map(({ game, wants }) => ({ game, wants }));
      return context.stay().reply({ filters });
    },
  },
});

function unread(nowMs: number): Omit<Watched, "game" | "title" | "priority" | "note"> {
  return {
    addedAtMs: nowMs,
    ask: UNREAD_SIDE,
    bid: UNREAD_SIDE,
    readAtMs: null,
    askedAtMs: null,
    failures: 0,
    lastChange: null,
  };
}

/** Why one more title cannot be read as often as promised; null when it can. */
function refusal(
  others: readonly Watched[],
  priority: Priority,
  config: MarketWatcherConfig,
): KnownReason | null {
  if (others.length >= MAX_WATCHES) return reason("watches-full", { mostCount: MAX_WATCHES });
  const neededRate = readsPerSecond([...others, { priority }], config);
  const { maxReadsPerSecond: mostRate } = config;
  // A sum of fractions such as 1/15 may end a hair above the whole.
  return neededRate <= mostRate + 1e-9
    ? null
    : reason("watches-too-fast", { neededRate, mostRate });
}
