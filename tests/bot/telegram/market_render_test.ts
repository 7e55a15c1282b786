import assert from "node:assert/strict";
import fc from "fast-check";
import { buttons, markRepeat, render } from "@/bot/telegram/render.ts";
import type { RenderContext } from "@/bot/telegram/render_parts.ts";
import { progress } from "@/bot/telegram/render_scans.ts";
import { catalogue, LANGUAGES } from "@/bot/texts/mod.ts";
import { FILTER_FIELDS } from "@/core/domain/filters/fields.ts";
import { GAMES } from "@/core/domain/market.ts";
import { COMMANDS, type Notice, notice } from "@/core/protocol/notices.ts";
import { readTelegramHtml } from "@/tests/support/telegram_html.ts";
import { readButtons } from "@/tests/support/telegram_wire.ts";
import { IDEA, REPORT, TITLE, titleNotice, watchView } from "./market_samples.ts";
import { NOTICES, NOW_MS, scan } from "./samples.ts";

const CONTEXT: RenderContext = { texts: catalogue("en"), mode: "dry", nowMs: NOW_MS };

/** Lines the phone shows. */
function lines(one: Notice, context: RenderContext = CONTEXT): readonly string[] {
  const html = render(notice.parse(one), context);
  const read = readTelegramHtml(html);
  assert.ok(read.ok, read.ok ? "" : `${read.why} in ${html}`);
  return read.text.replaceAll("\u00a0", " ").split("\n");
}

/** What the buttons under it stand for. */
function data(one: Notice): readonly string[] {
  return buttons(notice.parse(one), CONTEXT).flat().map((button) => button.data);
}

function assertButtons(one: Notice, context: RenderContext): void {
  const keyboard = buttons(one, context).map((row) =>
    row.map(({ text, data }) => ({ text, callback_data: data }))
  );
  const read = readButtons({ reply_markup: { inline_keyboard: keyboard } });
  assert.ok(read.ok, `${one.type}: ${read.ok ? "" : JSON.stringify(read.answer)}`);
  for (const { callback_data: words } of keyboard.flat()) {
    const [name] = words.replace(/^=/, "").split(" ");
    assert.ok(COMMANDS.some((known) => known === name), `${words} under ${one.type}`);
  }
}

Deno.test("every notice and button is accepted by Telegram in every language", () => {
  for (const language of LANGUAGES) {
    const context = { ...CONTEXT, texts: catalogue(language) };
    for (const one of NOTICES) {
      assert.match(lines(one, context)[0] ?? "", /^🧪 DRY · ./, `${language} ${one.type}`);
      assertButtons(one, context);
    }
  }
});

Deno.test("every filter of every game fits under a message", () => {
  for (const game of GAMES) {
    for (const field of Object.keys(FILTER_FIELDS[game])) {
      assertButtons({ type: "filter-field", game, field, wants: {} }, CONTEXT);
    }
  }
});

Deno.test("an analysis says the score with what it comes from, and what nobody saw", () => {
  assert.deepEqual(lines(titleNotice()), [
    "🧪 DRY · AK-47 | Redline (Field-Tested) · CS2",
    "fair price $11.80, median of 7 sales",
    "offer $12.00 · bid $9.00 · spread $3.00 (25.0%)",
    "within 5%: 3 offers $36.80 · 5 bids $44.50",
    "",
    "liquidity 71 of 100 · 18 sales in 7 d",
    "sells in 10 h · prices vary by 3% · 30 offers · ≈ $212.40 in 7 d",
    "7 d: 18 sold · 12 from offers, 6 into bids · $207.60",
    "30 d: at least 20 sold · 14 from offers, 6 into bids · $231.00",
    "",
    "no sign of a pump · 1 outlier left out",
    "SMA7 $11.80 · EMA7 $11.71 · RSI14 48 · band $10.90 to $12.70 · MACD +$0.01",
    "18 days with sales · 10 without · 2 not seen",
    "read 1 min ago",
  ]);
});

Deno.test("an analysis marks what it reckoned, so that it never contradicts what it counted", () => {
  const liquidity = { ...REPORT.liquidity, sales7d: 70 };
  const volume7d = { ...REPORT.volume7d, isComplete: false };
  const text = lines(titleNotice({ report: { ...REPORT, liquidity, volume7d } })).join("\n");
  assert.match(text, /liquidity 71 of 100 · ≈ 70 sales in 7 d/);
  assert.match(text, /^7 d: at least 18 sold/m);
  assert.doesNotMatch(text, /^30 d/m, "A page that ends within the week says no more of the month");
});

Deno.test("an analysis names the signs of a pump in the reader's words", () => {
  const signs = [{ code: "spikes-exceed", values: { spikeCount: 5, mostCount: 3 } }];
  const manipulation = { isPumped: true, signs, droppedSales: 0 };
  const notice = titleNotice({ report: { ...REPORT, manipulation } });
  assert.match(
    lines(notice, { ...CONTEXT, texts: catalogue("de") }).join("\n"),
    /Ausschläge .*: 5, höchstens 3 erlaubt/,
  );
});

Deno.test("an analysis warns of a pump, and of what could not be read again", () => {
  const pumped = { isPumped: true, signs: ["5 sales lie above it"], droppedSales: 0 };
  const indicators = { ...titleNotice().indicators, sma7: null, ema7: null, rsi14: null };
  const text = lines(titleNotice({
    report: { ...REPORT, manipulation: pumped, sales: { ...REPORT.sales, isFallen: true } },
    indicators: { ...indicators, bollinger20: null, macd: null },
    problem: "The market did not answer",
  })).join("\n");
  assert.match(text, /⚠️ Looks pumped · ⚠️ Falling\n5 sales lie above it\ntoo few days/);
  assert.match(text, /Not read again: The market did not answer$/);
  assert.match(lines(titleNotice({ report: null })).join("\n"), /Nothing is known of this title/);
});

Deno.test("a move of a watched price shows both prices", () => {
  const move = { type: "price-moved" as const, game: "a8db" as const, title: TITLE, atMs: NOW_MS };
  assert.deepEqual(
    lines({ ...move, side: "ask", fromCents: 1_280, toCents: 1_200, moveBps: -625 }),
    ["🧪 DRY · 📉 AK-47 | Redline (Field-Tested)", "CS2 · offer $12.80 → $12.00 (-6.3%)"],
  );
  assert.deepEqual(
    lines({ ...move, side: "bid", fromCents: 900, toCents: null, moveBps: null })[1],
    "CS2 · nobody bids any more, $9.00",
  );
  assert.deepEqual(
    lines({ ...move, side: "ask", fromCents: null, toCents: 1_200, moveBps: null }),
    ["🧪 DRY · 🆕 AK-47 | Redline (Field-Tested)", "CS2 · somebody sells now, $12.00"],
  );
});

Deno.test("what is refused or went wrong is said in the reader's language, where it can be", () => {
  const german = { ...CONTEXT, texts: catalogue("de") };
  const refused = { type: "watch-refused" as const, title: TITLE, reason: "At most 200" };
  const full = { code: "watches-full", values: { mostCount: 200 } };
  assert.match(lines({ ...refused, said: full }, german)[1] ?? "", /^Mehr als 200 Titel/);
  assert.equal(lines({ ...refused, said: { ...full, code: "newer" } }, german)[1], "At most 200");
  assert.equal(lines(refused, german)[1], "At most 200");
  const alert = { type: "alert" as const, severity: "warning" as const, times: 1, sinceMs: NOW_MS };
  const low = { code: "disk-low", values: { used: "95 %", free: "500 MB" } };
  assert.match(lines({ ...alert, text: "Disk", said: low }, german)[1] ?? "", /zu 95 % voll: 500/);
});

Deno.test("watches say their last change, how often they are read, and that nothing is streamed", () => {
  const text = lines({ type: "watched", watch: watchView({ failures: 2 }) });
  assert.deepEqual(text.slice(1, 6), [
    "AK-47 | Redline (Field-Tested)",
    "offer $12.00 · bid $9.00 · read 5 s ago",
    "last: offer $12.80 → $12.00 (-6.3%), 3 min ago",
    "⚠️ could not be read 2 times in a row",
    "normal priority, every 30 s",
  ]);
  for (const language of LANGUAGES) {
    const context = { ...CONTEXT, texts: catalogue(language) };
    const empty = { page: 1, pages: 1, total: 0, readsPerSecond: 0, maxReadsPerSecond: 1 };
    const help = lines({ type: "watches", watches: [], ...empty }, context).join("\n");
    assert.match(help, /DMarket .*WebSocket/, language);
    assert.match(help, /6.?%/, language);
  }
});

Deno.test("a wrong filter value is named with the rule it breaks", () => {
  const problems = [
    { field: "exterior", value: '"shiny"', allowed: ["factory-new", "minimal-wear"] },
    { field: "pattern", value: '"1001"', allowed: [] },
    { field: "statTrak", value: '"maybe"', allowed: ["yes", "no"] },
    { field: "hat", value: '"big"', allowed: ["category", "exterior"] },
  ];
  assert.deepEqual(lines({ type: "filter-refused", game: "a8db", problems }), [
    "🧪 DRY · The filter stays as it was · CS2",
    'exterior cannot be "shiny": it takes factory-new or minimal-wear',
    'pattern cannot be "1001": it takes whole numbers from 0 to 1,000',
    'statTrak cannot be "maybe": it takes yes or no',
    "“hat” is no filter here: category, exterior are",
  ]);
});

Deno.test("buttons toggle what is set and lead back", () => {
  const field = data({
    type: "filter-field",
    game: "a8db",
    field: "exterior",
    wants: { exterior: ["field-tested"] },
  });
  assert.ok(field.includes("=filter a8db exterior -field-tested"));
  assert.ok(field.includes("=filter a8db exterior +factory-new"));
  assert.deepEqual(field.slice(-2), ["=filter a8db exterior clear", "=filter a8db"]);
  const [first] = data({ type: "ideas", game: "a8db", ideas: [IDEA] });
  assert.match(first ?? "", /^title a8db #[0-9a-f]{10}$/);
});

Deno.test("a filtered scan says what it looks for", () => {
  const filtered = scan({ filter: { exterior: ["field-tested"], statTrak: true } });
  const wanted = /\nfilter: exterior field-tested; statTrak yes\n/;
  assert.match(progress(filtered, CONTEXT), wanted);
  assert.match(`${lines({ type: "scan-finished", scan: filtered }).join("\n")}\n`, wanted);
});

Deno.test("no foreign title breaks a message, a button or the limit of a message", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("<", ">", "&", '"', "★", "|", "\n", "\u202e", "🔪", "龍"),
    minLength: 1,
    maxLength: 140,
  });
  fc.assert(fc.property(hostile, fc.integer({ min: 1, max: 10 }), (title, count) => {
    const watches = Array.from({ length: count }, () => watchView({ title }));
    const load = { page: 1, pages: 1, total: count, readsPerSecond: 0, maxReadsPerSecond: 1 };
    const many: readonly Notice[] = [
      { type: "watches", watches, ...load },
      {
        type: "ideas",
        game: "a8db",
        ideas: Array.from({ length: count }, () => ({ ...IDEA, title })),
      },
      titleNotice({ title, problem: title }),
      {
        type: "choose-title",
        command: "title",
        text: title,
        titles: [{ game: "tf2", title }],
        more: 1,
      },
      {
        type: "filter-refused",
        game: "rust",
        problems: [{ field: title.slice(0, 100), value: title.slice(0, 100), allowed: [] }],
      },
    ];
    for (const one of many) {
      const html = markRepeat(render(notice.parse(one), CONTEXT), CONTEXT.texts);
      assert.ok(html.length <= 4_096, `${one.type} has ${html.length} characters`);
      assert.doesNotMatch(lines(one).join("\n"), /\u202e/);
      assertButtons(one, CONTEXT);
    }
  }));
});

Deno.test("an answer that holds nothing offers what to do next", () => {
  const none = { type: "choose-title" as const, text: "zzz", titles: [], more: 0 };
  assert.deepEqual(data({ ...none, command: "title" }), ["scan"]);
  assert.deepEqual(data({ ...none, command: "unwatch" }), ["watches"]);
  assert.deepEqual(data({ type: "opportunities", asked: true, cards: [], more: 0 }), ["scan"]);
  assert.deepEqual(data({ type: "scanning-stopped" }), ["scan"]);
  const { game, level } = scan();
  assert.deepEqual(data({ type: "scan-finished", scan: scan() }), [
    "opportunities",
    `scan ${game} ${level}`,
  ]);
});
