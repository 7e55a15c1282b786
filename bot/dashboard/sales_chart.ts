/**
 * Sales by day as a picture: a bar for how many, a line for the median price. A day nobody looked
 * at is hatched, so that it is not taken for one without sales.
 */

import type { Catalogue } from "@/bot/texts/mod.ts";
import type { ReplyOf } from "@/core/kernel/mod.ts";
import type { analysis } from "@/core/protocol/analysis.ts";
import { type Markup, markup } from "./page/html.js";

type Days = ReplyOf<typeof analysis, "Title">["salesByDay"];
type Day = Days[number];

const STEP = 20;
const HEIGHT = 140;
/** Of the height: the upper part is the price's, the lower one the bars'. */
const PRICE_HEIGHT = 80;
const BARS_HEIGHT = 50;

export function salesChart(days: Days, texts: Catalogue): Markup {
  const width = Math.max(1, days.length) * STEP;
  const prices = days.flatMap((day) => day.state === "sold" ? [day.medianCents] : []);
  const most = Math.max(1, ...days.map(countOf));
  const scale = { low: Math.min(...prices), high: Math.max(...prices) };
  const bars = days.map((day, at) => barOf(day, at * STEP, { most, texts }));
  const points = days.flatMap((day, at) =>
    day.state === "sold" ? [`${at * STEP + STEP / 2},${priceY(day.medianCents, scale)}`] : []
  );
  const range = prices.length === 0
    ? ""
    : markup`<figcaption class="dim">${texts.money(scale.low)} – ${
      texts.money(scale.high)
    }</figcaption>`;
  return markup`<figure class="chart"><svg viewBox="0 0 ${String(width)} ${
    String(HEIGHT)
  }" role="img" aria-label="${texts.market.days(countsOf(days))}" preserveAspectRatio="none">
<defs><pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse"
 patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" class="hatch"/></pattern></defs>
${bars}<polyline class="price-line" points="${
    points.join(" ")
  }" vector-effect="non-scaling-stroke"/>
</svg>${range}</figure>`;
}

function countsOf(days: Days): { sold: number; zero: number; gap: number } {
  const counts = { sold: 0, zero: 0, gap: 0 };
  for (const { state } of days) counts[state] += 1;
  return counts;
}

function countOf(day: Day): number {
  return day.state === "sold" ? day.offerCount + day.targetCount : 0;
}

function priceY(cents: number, { low, high }: { low: number; high: number }): number {
  const ratio = high === low ? 0.5 : (cents - low) / (high - low);
  return Math.round((PRICE_HEIGHT - ratio * (PRICE_HEIGHT - 8)) * 10) / 10;
}

function barOf(
  day: Day,
  x: number,
  { most, texts }: { readonly most: number; readonly texts: Catalogue },
): Markup {
  const date = new Date(day.dayMs).toISOString().slice(0, 10);
  if (day.state === "gap") {
    return markup`<rect class="gap-day" x="${String(x)}" y="0" width="${String(STEP)}" height="${
      String(HEIGHT)
    }" fill="url(#gap)"><title>${date}: ?</title></rect>`;
  }
  const count = countOf(day);
  const height = count === 0 ? 1 : Math.max(2, Math.round(count / most * BARS_HEIGHT));
  const price = day.state === "sold" ? ` · ${texts.money(day.medianCents)}` : "";
  const whole = day.state === "sold" && !day.isWhole ? "≥ " : "";
  return markup`<rect class="${day.state === "sold" ? "sold-day" : "zero-day"}" x="${
    String(x + 3)
  }" y="${String(HEIGHT - height)}" width="${String(STEP - 6)}" height="${
    String(height)
  }"><title>${date}: ${whole}${texts.count(count)}${price}</title></rect>`;
}
