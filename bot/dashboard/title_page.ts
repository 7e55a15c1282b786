/** Everything that is known of one title, on a page that needs no script. */

import { type Catalogue, catalogue } from "@/bot/texts/mod.ts";
import {
  depthText,
  liquidityInputs,
  reasonText,
  soldIn7d,
  soldLines,
} from "@/bot/texts/phrases.ts";
import { GAME_TITLES, type GameId } from "@/core/domain/market.ts";
import type { ReplyOf } from "@/core/kernel/mod.ts";
import type { analysis } from "@/core/protocol/analysis.ts";
import type { SiteConfig, Sources } from "./handle.ts";
import { layout, scripts } from "./page.ts";
import { type Markup, markup } from "./page/html.js";
import { salesChart } from "./sales_chart.ts";

type Analysis = ReplyOf<typeof analysis, "Title">;
type Report = NonNullable<Analysis["report"]>;
type Figure = readonly [name: string, value: string];

/** Rejects with an ActorError when nobody can say anything of any title. */
export async function titlePage(
  { game, title }: { readonly game: GameId; readonly title: string },
  sources: Sources,
  config: SiteConfig,
): Promise<string> {
  const texts = catalogue(config.language);
  const found = await sources.title(game, title);
  const { report, problem } = found;
  const { market: words, page } = texts;
  const body = markup`<article class="analysis">
<p><a href="/">‹ ${page.back}</a></p>
<h2 class="plain">${title}</h2>
<p class="dim">${GAME_TITLES[game]}${
    report === null ? "" : ` · ${words.readAgo(texts.duration(sources.now() - report.readAtMs))}`
  }</p>
${problem === null ? "" : markup`<p class="alarm">${words.olderBecause} ${problem}</p>`}
<p><button type="button" class="main" data-do="watch" data-game="${game}" data-title="${title}"
 data-priority="">${words.button.watch}</button></p>
${report === null ? markup`<p class="note">${words.unknownTitle}</p>` : sections(report, texts)}
<section><h2>${page.salesByDay}</h2>
${salesChart(found.salesByDay, texts)}
<p class="dim">${words.days(dayCounts(found.salesByDay))}</p>
${indicatorList(found.indicators, texts)}
</section>
<p class="dim">${page.polled}</p>
</article>`;
  return layout(texts, config, `${body.text}\n${scripts(page)}`);
}

function dayCounts(days: Analysis["salesByDay"]): { sold: number; zero: number; gap: number } {
  const counts = { sold: 0, zero: 0, gap: 0 };
  for (const { state } of days) counts[state] += 1;
  return counts;
}

function sections(report: Report, texts: Catalogue): Markup {
  const { market: words, page } = texts;
  const { manipulation, sales } = report;
  const signs = manipulation.signs.map((sign) =>
    markup`<li class="fail">${reasonText(sign, texts)}</li>`
  );
  return markup`<section><h2>${page.marketTitle}</h2>${
    figures(priceFigures(report, texts))
  }<p class="lines">${depthText(report.depth, texts)}</p></section>
<section><h2>${page.liquidity}</h2><p class="score"><meter min="0" max="100" value="${report.liquidity.score}"></meter> <b>${
    words.ideaScore(texts.count(report.liquidity.score))
  }</b></p>
<ul class="lines">${
    liquidityLines(report, texts).map((line) => markup`<li>${line}</li>`)
  }</ul></section>
<section><h2>${page.guards}</h2><ul class="guards">
<li class="${manipulation.isPumped ? "fail" : "pass"}">${
    manipulation.isPumped ? words.pumped : words.calm
  }</li>${signs}${sales.isFallen ? markup`<li class="fail">${words.fallen}</li>` : ""}${
    manipulation.droppedSales === 0
      ? ""
      : markup`<li class="unknown">${words.outliers(manipulation.droppedSales)}</li>`
  }</ul></section>`;
}

function figures(rows: readonly Figure[]): Markup {
  const cells = rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return markup`<dl class="figures">${cells}</dl>`;
}

const UNKNOWN = "–";

function priceFigures({ depth, sales, executableBidCents }: Report, texts: Catalogue): Figure[] {
  const { page, money, percent } = texts;
  const cents = (value: number | null) => value === null ? UNKNOWN : money(value);
  const { asks, bids, spreadCents, spreadBps } = depth;
  return [
    [page.fairPrice, cents(sales.referenceCents)],
    [page.offer, cents(asks.bestCents)],
    [page.bid, cents(bids.bestCents)],
    [page.anyAsset, cents(executableBidCents)],
    [
      page.spread,
      spreadCents === null || spreadBps === null
        ? UNKNOWN
        : `${money(spreadCents)} (${percent(spreadBps)})`,
    ],
  ];
}

function liquidityLines(report: Report, texts: Catalogue): readonly string[] {
  const { liquidity, volume7d } = report;
  const sold = soldIn7d(liquidity.sales7d, texts, !volume7d.isComplete);
  return [`${sold} · ${liquidityInputs(liquidity, texts)}`, ...soldLines(report, texts)];
}

function indicatorList(indicators: Analysis["indicators"], texts: Catalogue): Markup {
  const { market: words } = texts;
  const { sma7, ema7, rsi14, bollinger20, macd } = indicators;
  const cents = (value: number) => texts.money(Math.round(value));
  const known: Figure[] = [
    ...(sma7 === null ? [] : [["SMA 7", cents(sma7)] as const]),
    ...(ema7 === null ? [] : [["EMA 7", cents(ema7)] as const]),
    ...(rsi14 === null ? [] : [["RSI 14", texts.count(rsi14)] as const]),
    ...(bollinger20 === null
      ? []
      : [["Bollinger 20", `${cents(bollinger20.lower)} – ${cents(bollinger20.upper)}`] as const]),
    ...(macd === null ? [] : [["MACD", texts.gain(Math.round(macd.histogram))] as const]),
  ];
  return known.length === 0 ? markup`<p class="dim">${words.tooFewDays}</p>` : figures(known);
}
