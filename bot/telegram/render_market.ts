/** A game at a glance, ideas, and everything about one title. */

import type { Catalogue } from "@/bot/texts/mod.ts";
import {
  depthText,
  liquidityInputs,
  reasonText,
  soldIn7d,
  soldLines,
} from "@/bot/texts/phrases.ts";
import { GAME_TITLES } from "@/core/domain/market.ts";
import type { NoticeOf } from "@/core/protocol/notices.ts";
import { type Html, joined, markup, oneLine } from "./html.ts";
import { head, type Lines, type RenderContext } from "./render_parts.ts";

const MAX_TITLE = 120;
type Report = NonNullable<NoticeOf<"title-report">["report"]>;

export function market({ overview }: NoticeOf<"market">, context: RenderContext): Lines {
  const { texts, nowMs } = context;
  const { market: words, count, money, percent } = texts;
  const top = markup`${head(words.marketTitle, context)} · ${GAME_TITLES[overview.game]}`;
  if (overview.sinceMs === null) return [top, words.noQuotes];
  const { medianAskCents, medianSpreadBps, asksOnly, bidsOnly, crossed } = overview;
  return [
    top,
    markup`<b>${words.titles(overview.titles)}</b> · ${words.twoSided(overview.twoSided)}`,
    words.books(overview.asks, overview.bids),
    medianAskCents === null || medianSpreadBps === null
      ? null
      : words.medians(money(medianAskCents), percent(medianSpreadBps)),
    words.oneSided({
      asksOnly: count(asksOnly),
      bidsOnly: count(bidsOnly),
      crossed: count(crossed),
    }),
    markup`<i>${words.quotesSince(texts.duration(nowMs - overview.sinceMs))}</i>`,
  ];
}

export function ideas(notice: NoticeOf<"ideas">, context: RenderContext): Lines {
  const { texts } = context;
  const { market: words } = texts;
  const top = markup`${head(words.ideasTitle, context)} · ${GAME_TITLES[notice.game]}`;
  if (notice.ideas.length === 0) return [top, words.noIdeas];
  return [
    top,
    ...notice.ideas.flatMap((idea, at) => ["", ...ideaLines(idea, at + 1, texts)]),
    "",
    markup`<i>${words.ideasMeaning}</i>`,
  ];
}

function ideaLines(
  idea: NoticeOf<"ideas">["ideas"][number],
  number: number,
  texts: Catalogue,
): Html[] {
  const { market: words, money } = texts;
  const { title, score, bidCents, sellCents, profitCents, roiBps, liquidity, sales7d } = idea;
  const trip = `${money(bidCents)} → ${money(sellCents)}`;
  return [
    markup`${texts.count(number)}. <b>${oneLine(title, MAX_TITLE)}</b>`,
    markup`${trip} · <b>${texts.gain(profitCents)}</b> · ${texts.percent(roiBps)}`,
    joined([
      words.ideaScore(texts.count(score)),
      sales7d === null ? words.salesUnread : soldIn7d(sales7d, texts),
      liquidity === null ? null : words.liquidity(texts.count(liquidity)),
      words.ideaBook(idea.bidCount, idea.askCount),
    ], " · "),
  ];
}

export function titleReport(
  notice: NoticeOf<"title-report">,
  context: RenderContext,
): Lines {
  const { texts, nowMs } = context;
  const { market: words } = texts;
  const { report, problem } = notice;
  const top = markup`${head(oneLine(notice.title, MAX_TITLE), context)} · ${
    GAME_TITLES[notice.game]
  }`;
  const trouble = problem === null
    ? null
    : markup`<i>${words.olderBecause} ${oneLine(problem, 200)}</i>`;
  if (report === null) return [top, words.unknownTitle, trouble];
  return [
    top,
    ...priceLines(report, texts),
    "",
    ...liquidityLines(report, texts),
    "",
    ...trendLines(notice, report, texts),
    markup`<i>${words.readAgo(texts.duration(Math.max(0, nowMs - report.readAtMs)))}</i>`,
    trouble,
  ];
}

function priceLines({ depth, sales, executableBidCents }: Report, texts: Catalogue): Lines {
  const { market: words, money } = texts;
  const { asks, bids, spreadCents, spreadBps } = depth;
  const offer = asks.bestCents === null ? words.noOffer : words.offerNow(money(asks.bestCents));
  const bid = bids.bestCents === null ? words.noBid : words.bidNow(money(bids.bestCents));
  return [
    sales.referenceCents === null
      ? words.noReference
      : markup`<b>${words.reference(money(sales.referenceCents), sales.referenceCount)}</b>`,
    joined([
      offer,
      bid,
      executableBidCents === null || executableBidCents === bids.bestCents
        ? null
        : words.executableBid(money(executableBidCents)),
      spreadCents === null || spreadBps === null
        ? null
        : words.spread(money(spreadCents), texts.percent(spreadBps)),
    ], " · "),
    depthText(depth, texts),
  ];
}

function liquidityLines(report: Report, texts: Catalogue): Lines {
  const { liquidity, volume7d } = report;
  return [
    markup`<b>${texts.market.liquidity(texts.count(liquidity.score))}</b> · ${
      soldIn7d(liquidity.sales7d, texts, !volume7d.isComplete)
    }`,
    liquidityInputs(liquidity, texts),
    ...soldLines(report, texts),
  ];
}

function trendLines(
  { indicators, days }: NoticeOf<"title-report">,
  { sales, manipulation }: Report,
  texts: Catalogue,
): Lines {
  const { market: words } = texts;
  const cents = (value: number) => texts.money(Math.round(value));
  const { sma7, ema7, rsi14, bollinger20, macd } = indicators;
  const shown = [
    sma7 === null ? null : `SMA7 ${cents(sma7)}`,
    ema7 === null ? null : `EMA7 ${cents(ema7)}`,
    rsi14 === null ? null : `RSI14 ${texts.count(rsi14)}`,
    bollinger20 === null ? null : words.band(cents(bollinger20.lower), cents(bollinger20.upper)),
    macd === null ? null : `MACD ${texts.gain(Math.round(macd.histogram))}`,
  ];
  const outliers = manipulation.droppedSales === 0
    ? null
    : words.outliers(manipulation.droppedSales);
  return [
    joined([
      manipulation.isPumped ? markup`⚠️ <b>${words.pumped}</b>` : words.calm,
      sales.isFallen ? markup`⚠️ <b>${words.fallen}</b>` : null,
      outliers,
    ], " · "),
    ...manipulation.signs.slice(0, 3).map((sign) =>
      markup`<i>${oneLine(reasonText(sign, texts), 200)}</i>`
    ),
    shown.every((one) => one === null) ? words.tooFewDays : joined(shown, " · "),
    words.days(days),
  ];
}
