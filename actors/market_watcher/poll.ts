/**
 * Reading watched titles: a few at a time and one request per game under way, the most urgent first,
 * so that a long list of patient titles never holds up an urgent one for long.
 */

import type { Answer, ReplyOf } from "@/core/kernel/mod.ts";
import { type PriceMove, readSide, verifiedPrices } from "@/core/domain/analysis/price_watch.ts";
import { GAME_TITLES, type GameId, GAMES, type TitleEvidence } from "@/core/domain/market.ts";
import { inEnglish, reason } from "@/core/domain/reasons.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import {
  type PriceChange,
  PRIORITIES,
  type Priority,
  type WatchView,
} from "@/core/protocol/watcher.ts";
import type { MarketWatcherConfig } from "./spec.ts";
import {
  isSame,
  type Watched,
  type WatcherContext,
  type WatcherState,
  type WatcherTurn,
} from "./state.ts";

/** Titles of one request. */
const BATCH = 5;
/** Readings in a row that fail before a person is told. */
const ALARMING_FAILURES = 5;
/** A title that cannot be read is asked for less and less often, up to this many intervals apart. */
const MAX_BACKOFF = 8;

type Evidence = ReplyOf<typeof marketFetcher, "Evidence">;

/** Adds what comes next for every game: a request, or a timer for when one is due. */
export function goOn(turn: WatcherTurn, context: WatcherContext): WatcherTurn {
  return GAMES.reduce((made, game) => goOnWith(game, made, context), turn);
}

/** The same for one game. A request under way goes on by itself. */
function goOnWith(game: GameId, turn: WatcherTurn, { nowMs, config }: WatcherContext): WatcherTurn {
  if (turn.state.reading.includes(game)) return turn;
  const waiting = turn.state.watches.filter((one) => one.game === game);
  if (waiting.length === 0) return turn.cancel(`poll:${game}`);
  const pace = paceOf(turn.state.watches, config);
  const dueAtMs = Math.min(...waiting.map((one) => dueMs(one, pace)));
  const delayMs = Math.max(0, dueAtMs - nowMs);
  return turn.after(`poll:${game}`, delayMs, (state, _, context) => poll(game, state, context));
}

function poll(game: GameId, state: WatcherState, context: WatcherContext): WatcherTurn {
  const { nowMs, config } = context;
  const pace = paceOf(state.watches, config);
  const due = state.watches.filter((one) => one.game === game && dueMs(one, pace) <= nowMs)
    .sort((a, b) => rank(a) - rank(b) || dueMs(a, pace) - dueMs(b, pace))
    .slice(0, BATCH);
  if (due.length === 0 || state.reading.includes(game)) {
    return goOnWith(game, context.stay(), context);
  }
  const titles = due.map(({ title }) => title);
  const asked = state.watches.map((one) => due.includes(one) ? { ...one, askedAtMs: nowMs } : one);
  const next = { ...state, watches: asked, reading: [...state.reading, game] };
  // Half the shortest interval: what a scan has just read serves, what the last poll read does not.
  const maxBookAgeMs = Math.min(...due.map((one) => config.intervalsMs[one.priority])) / 2;
  return context.keep(next).ask(marketFetcher, "Evidence", {
    body: { game, titles, maxBookAgeMs },
    then: (later, answer, between) => taken(later, { game, titles, answer }, between),
  });
}

function rank({ priority }: Watched): number {
  return PRIORITIES.indexOf(priority);
}

function dueMs(
  { priority, askedAtMs, failures }: Watched,
  { intervalsMs, slowdown }: Pace,
): number {
  if (askedAtMs === null) return 0;
  const patience = Math.min(MAX_BACKOFF, 2 ** Math.max(0, failures - 1));
  return askedAtMs + intervalsMs[priority] * slowdown * patience;
}

type Pace = Pick<MarketWatcherConfig, "intervalsMs"> & { readonly slowdown: number };

/** Watches accepted at a faster pace than today's share what there is. */
function paceOf(watches: readonly Watched[], config: MarketWatcherConfig): Pace {
  const { intervalsMs, maxReadsPerSecond } = config;
  const slowdown = Math.max(1, readsPerSecond(watches, config) / maxReadsPerSecond);
  return { intervalsMs, slowdown };
}

/** Titles read per second that these watches ask for. */
export function readsPerSecond(
  watches: readonly { readonly priority: Priority }[],
  { intervalsMs }: MarketWatcherConfig,
): number {
  return watches.reduce((sum, { priority }) => sum + 1_000 / intervalsMs[priority], 0);
}

interface Reading {
  readonly game: GameId;
  readonly titles: readonly string[];
  readonly answer: Answer<Evidence>;
}

interface News {
  readonly watch: Watched;
  readonly moves: readonly { readonly side: "ask" | "bid"; readonly move: PriceMove }[];
}

function taken(state: WatcherState, reading: Reading, context: WatcherContext): WatcherTurn {
  const { game, titles, answer } = reading;
  const news: News[] = [];
  const changed: Watched[] = [];
  const watches = state.watches.map((watch) => {
    if (watch.game !== game || !titles.includes(watch.title)) return watch;
    const evidence = answer.ok
      ? answer.value.evidence.find(({ title }) => title === watch.title)
      : undefined;
    const read = evidence === undefined
      ? { watch: { ...watch, failures: watch.failures + 1 }, moves: [] }
      : takeIn(watch, evidence, context);
    if (read.moves.length > 0) news.push(read);
    if (isRowChanged(watch, read.watch)) changed.push(read.watch);
    return read.watch;
  });
  const next = { ...state, watches, reading: state.reading.filter((one) => one !== game) };
  const isDurable = changed.length > 0 || news.length > 0;
  const turn = (isDurable ? context.commit(next) : context.keep(next))
    .write("watches", changed.map(watchRow));
  const told = news.reduce((made, one) => tell(made, one), turn);
  return goOnWith(game, alarm(told, reading), context);
}

/** A book that is not newer than the one before says nothing new. */
function takeIn(watch: Watched, evidence: TitleEvidence, context: WatcherContext): News {
  const { nowMs, config } = context;
  const read = { ...watch, failures: 0 };
  if (watch.readAtMs !== null && evidence.readAtMs <= watch.readAtMs) {
    return { watch: read, moves: [] };
  }
  // The book may have been read for a scan a while ago: what moved since must not wait longer.
  const askedAtMs = Math.min(nowMs, evidence.readAtMs);
  const prices = verifiedPrices(evidence, { nowMs, rules: DEFAULT_RULES });
  const ask = readSide(watch.ask, prices.askCents, config);
  const bid = readSide(watch.bid, prices.bidCents, config);
  const moves = [
    ...(ask.move === null ? [] : [{ side: "ask" as const, move: ask.move }]),
    ...(bid.move === null ? [] : [{ side: "bid" as const, move: bid.move }]),
  ];
  const { readAtMs } = evidence;
  const [first] = moves;
  const lastChange = first === undefined
    ? read.lastChange
    : changeOf(first.side, first.move, readAtMs);
  const watched = { ...read, ask: ask.side, bid: bid.side, readAtMs, askedAtMs, lastChange };
  return { watch: watched, moves };
}

/** Reading times alone are not worth a write every few seconds. */
function isRowChanged(before: Watched, now: Watched): boolean {
  return before.readAtMs === null !== (now.readAtMs === null) ||
    before.ask.cents !== now.ask.cents || before.bid.cents !== now.bid.cents;
}

/** Row of the write `watches`. */
export function watchRow(
  watch: Watched,
): Omit<WatchView, "intervalMs" | "failures" | "lastChange"> {
  const { game, title, priority, note, ask, bid, readAtMs, addedAtMs } = watch;
  const prices = { askCents: ask.cents, bidCents: bid.cents };
  return { game, title, priority, note, ...prices, readAtMs, addedAtMs };
}

/** One message per side that moved. */
function tell(turn: WatcherTurn, { watch, moves }: News): WatcherTurn {
  const { game, title, priority, readAtMs } = watch;
  return moves.reduce((told, { side, move }) => {
    const change = changeOf(side, move, readAtMs ?? 0);
    const moveBps = move.kind === "moved" ? move.moveBps : null;
    return told.send(notifier, "PriceMoved", { game, title, priority, ...change, moveBps });
  }, turn);
}

function changeOf(side: "ask" | "bid", move: PriceMove, atMs: number): PriceChange {
  const fromCents = move.kind === "back" ? null : move.fromCents;
  const toCents = move.kind === "gone" ? null : move.toCents;
  return { side, fromCents, toCents, atMs };
}

/** Tells once when a title has not been readable for a while. */
function alarm(turn: WatcherTurn, { game, titles, answer }: Reading): WatcherTurn {
  const lost = turn.state.watches.filter((one) =>
    one.failures === ALARMING_FAILURES && titles.some((title) => isSame(one, { game, title }))
  );
  return lost.reduce((told, { title }) => {
    const trouble = answer.ok
      ? answer.value.missing.find((one) => one.title === title)?.reason ?? "no reason given"
      : answer.error.message;
    const said = reason("watch-unread", {
      title,
      game: GAME_TITLES[game],
      failedCount: ALARMING_FAILURES,
      trouble: trouble.slice(0, 300),
    });
    const key = `watch-unread:${game}:${title}`.slice(0, 200);
    const text = inEnglish(said).slice(0, 1_000);
    return told.send(notifier, "Alert", { key, severity: "warning", text, said });
  }, turn);
}
