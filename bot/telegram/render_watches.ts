/** Watched titles, and moves of their prices. */

import type { Catalogue } from "@/bot/texts/mod.ts";
import { sentenceOf } from "@/bot/texts/phrases.ts";
import { GAME_TITLES } from "@/core/domain/market.ts";
import type { NoticeOf } from "@/core/protocol/notices.ts";
import type { PriceChange, WatchView } from "@/core/protocol/watcher.ts";
import { type Html, joined, markup, oneLine } from "./html.ts";
import { head, type Lines, type RenderContext, said } from "./render_parts.ts";

const MAX_TITLE = 120;

export function chooseTitle(notice: NoticeOf<"choose-title">, context: RenderContext): Lines {
  const { market: words } = context.texts;
  const text = oneLine(notice.text.startsWith("#") ? "…" : notice.text, 100);
  if (notice.titles.length === 0) {
    const none = notice.command === "unwatch" ? words.notWatching(text) : words.noTitle(text);
    return [said(none, context)];
  }
  return [
    head(words.whichTitle, context),
    ...notice.titles.map(({ game, title }, at) =>
      markup`${context.texts.count(at + 1)}. ${oneLine(title, MAX_TITLE)} · ${GAME_TITLES[game]}`
    ),
    notice.more === 0 ? null : markup`<i>${words.moreTitles(notice.more)}</i>`,
  ];
}

export function watches(notice: NoticeOf<"watches">, context: RenderContext): Lines {
  const { texts } = context;
  const { market: words } = texts;
  const meaning = ["", markup`<i>${words.polled}</i>`];
  const title = head(`${words.watchesTitle} · ${texts.count(notice.total)}`, context);
  if (notice.total === 0) return [title, words.noWatches, ...meaning];
  const pages = notice.pages === 1
    ? title
    : markup`${title} · ${texts.count(notice.page)}/${texts.count(notice.pages)}`;
  return [
    pages,
    ...notice.watches.flatMap((watch) => [
      "",
      markup`<b>${oneLine(watch.title, MAX_TITLE)}</b> · ${GAME_TITLES[watch.game]}`,
      ...watchLines(watch, context),
    ]),
    ...meaning,
  ];
}

export function watched({ watch }: NoticeOf<"watched">, context: RenderContext): Lines {
  const { market: words } = context.texts;
  return [
    markup`${head(`👁 ${words.watching}`, context)} · ${GAME_TITLES[watch.game]}`,
    markup`<b>${oneLine(watch.title, MAX_TITLE)}</b>`,
    ...watchLines(watch, context),
    "",
    markup`<i>${words.polled}</i>`,
  ];
}

export function unwatched(notice: NoticeOf<"unwatched">, context: RenderContext): Lines {
  const { market: words } = context.texts;
  const what = notice.wasWatched ? words.notWatchedAnyMore : words.wasNotWatched;
  return [markup`${head(what, context)} · ${oneLine(notice.title, MAX_TITLE)}`];
}

export function watchRefused(notice: NoticeOf<"watch-refused">, context: RenderContext): Lines {
  const { market: words } = context.texts;
  return [
    markup`${head(words.watchRefused, context)} · ${oneLine(notice.title, MAX_TITLE)}`,
    markup`<i>${oneLine(sentenceOf(notice.said, notice.reason, context.texts), 300)}</i>`,
  ];
}

export function priceMoved(notice: NoticeOf<"price-moved">, context: RenderContext): Lines {
  const { title, game } = notice;
  return [
    head(`${markOf(notice)} ${oneLine(title, MAX_TITLE)}`, context),
    markup`${GAME_TITLES[game]} · <b>${changeText(notice, context.texts)}</b>`,
  ];
}

function markOf({ fromCents, toCents }: PriceChange): string {
  if (toCents === null) return "🚫";
  if (fromCents === null) return "🆕";
  return toCents > fromCents ? "📈" : "📉";
}

function watchLines(watch: WatchView, { texts, nowMs }: RenderContext): readonly (Html | null)[] {
  const { market: words, money, duration } = texts;
  const { askCents, bidCents, readAtMs, lastChange, failures } = watch;
  const ago = (atMs: number) => duration(Math.max(0, nowMs - atMs));
  const prices = readAtMs === null ? [words.unread] : [
    askCents === null ? words.noOffer : words.offerNow(money(askCents)),
    bidCents === null ? words.noBid : words.bidNow(money(bidCents)),
    words.readAgo(ago(readAtMs)),
  ];
  return [
    joined(prices, " · "),
    lastChange === null
      ? null
      : markup`${words.lastChange(changeText(lastChange, texts), ago(lastChange.atMs))}`,
    failures === 0 ? null : markup`⚠️ ${words.unreadable(failures)}`,
    markup`${words.priorityOf(words.priority[watch.priority])}, ${
      words.every(duration(watch.intervalMs))
    }`,
  ];
}

/** `offer $12.80 → $12.00 (-6.2%)`. */
function changeText(change: PriceChange, texts: Catalogue): string {
  const { market: words, money } = texts;
  const { side, fromCents, toCents } = change;
  if (toCents === null) return `${words.gone[side]}, ${money(fromCents ?? 0)}`;
  if (fromCents === null) return `${words.back[side]}, ${money(toCents)}`;
  const moveBps = fromCents === 0 ? 0 : Math.trunc((toCents - fromCents) * 10_000 / fromCents);
  const share = `${moveBps > 0 ? "+" : ""}${texts.percent(moveBps)}`;
  return `${words.side[side]} ${money(fromCents)} → ${money(toCents)} (${share})`;
}
