import assert from "node:assert/strict";
import fc from "fast-check";
import { oneLine } from "@/bot/telegram/html.ts";
import { markRepeat, render } from "@/bot/telegram/render.ts";
import type { RenderContext } from "@/bot/telegram/render_parts.ts";
import { progress } from "@/bot/telegram/render_scans.ts";
import { catalogue, LANGUAGES } from "@/bot/texts/mod.ts";
import { COMMANDS, type Notice, notice } from "@/core/protocol/notices.ts";
import { readTelegramHtml } from "@/tests/support/telegram_html.ts";
import { card, NOTICES, NOW_MS, scan } from "./samples.ts";

const CONTEXT: RenderContext = { texts: catalogue("en"), mode: "dry", nowMs: NOW_MS };
/** Every character that markup, Telegram or a terminal could stumble over. */
const HOSTILE = fc.string({
  unit: fc.constantFrom(
    "<",
    ">",
    "&",
    '"',
    "'",
    ";",
    "/",
    "b",
    "★",
    "™",
    "|",
    "\n",
    "\u202e",
    "🔪",
  ),
  minLength: 1,
  maxLength: 290,
});

/** What the phone shows. */
function shown(html: string): string {
  const read = readTelegramHtml(html);
  assert.ok(read.ok, read.ok ? "" : `${read.why} in ${html}`);
  return read.text;
}

Deno.test("every notice is accepted by Telegram and carries the mode", () => {
  assert.deepEqual(
    new Set(NOTICES.map(({ type }) => type)),
    new Set(notice.options.map((option) => option.shape.type.value)),
  );
  for (const one of NOTICES) assert.match(shown(render(notice.parse(one), CONTEXT)), /^🧪 DRY · ./);
  assert.match(shown(progress(scan(), CONTEXT)), /^🧪 DRY · ./);
});

Deno.test("a card says what to buy, where to sell it, what is earned, and why that is believed", () => {
  const one = card({
    title: "★ StatTrak™ Karambit | Doppler (Factory New)",
    lockDays: 7,
    exits: [
      { kind: "list", exitCents: 1_490, profitCents: 152, roiBps: 1_231 },
      { kind: "quick", exitCents: 1_350, profitCents: 21, roiBps: 170 },
    ],
  });
  const text = shown(
    render({ type: "opportunities", asked: false, cards: [one], more: 2 }, CONTEXT),
  );
  assert.deepEqual(text.replaceAll("\u00a0", " ").split("\n"), [
    "🧪 DRY · 3 opportunities · CS2 standard",
    "",
    "★ StatTrak™ Karambit | Doppler (Factory New)",
    "$12.34 → $14.90 list · +$1.52 · 12.3%",
    "$12.34 → $13.50 quick · +$0.21 · 1.7%",
    "✓ 14 sales in 7 d · bid $13.50 · next ask $14.90 · locked 7 days · high confidence",
    "",
    "and 2 more",
  ]);
});

Deno.test("cards of several places name their place each", () => {
  const cards = [card(), card({ game: "rust", level: "pro" })];
  const text = shown(render({ type: "opportunities", asked: true, cards, more: 0 }, CONTEXT));
  assert.match(text, /^🧪 DRY · Latest finds\n/);
  assert.match(text, /\nCS2 standard\n/);
  assert.match(text, /\nRust pro\n/);
});

Deno.test("titles with markup reach the phone as they are", () => {
  for (const title of ["<b>bold</b>", "A & B < C > D", "★ ™ |", "&lt;", "</b><i>", "`_*[x](y)"]) {
    const cards = [card({ title })];
    const html = render({ type: "opportunities", asked: false, cards, more: 0 }, CONTEXT);
    assert.equal(shown(html).split("\n")[2], title);
  }
});

Deno.test("no foreign text breaks a message or makes it too long", () => {
  fc.assert(fc.property(HOSTILE, fc.integer({ min: 1, max: 10 }), (title, count) => {
    const notices: Notice[] = [
      {
        type: "opportunities",
        asked: false,
        cards: Array.from({ length: count }, () => card({ title })),
        more: 190,
      },
      { type: "unavailable", what: "opportunities", reason: title },
      { type: "bad-argument", command: "scan", wrong: title.slice(0, 100) },
      { type: "unknown-command", name: title.slice(0, 40) },
      { type: "alert", severity: "warning", text: title.repeat(3), times: 2, sinceMs: 0 },
      {
        type: "health",
        status: "fail",
        version: title.slice(0, 60),
        uptimeSeconds: 0,
        actors: Array.from({ length: 50 }, () => ({
          name: title.slice(0, 60),
          status: "failed",
          restarts: 9,
          lastError: title,
        })),
        notes: Array.from({ length: 20 }, () => ({ reason: title })),
      },
    ];
    for (const one of notices) {
      const html = markRepeat(render(notice.parse(one), CONTEXT), CONTEXT.texts);
      assert.ok(html.length <= 4_096, `${one.type} has ${html.length} characters`);
      assert.doesNotMatch(shown(html), /\u202e/);
    }
  }));
});

Deno.test("cards that do not fit are counted", () => {
  const cards = Array.from({ length: 10 }, () => card({ title: "&".repeat(300) }));
  const text = shown(render({ type: "opportunities", asked: false, cards, more: 3 }, CONTEXT));
  const fitted = text.split("\n").filter((line) => line.startsWith("&")).length;
  assert.ok(fitted >= 4 && fitted < 10, `${fitted} cards`);
  assert.equal(text.split("\n").at(-1), `and ${13 - fitted} more`);
});

Deno.test("a possible repeat says so", () => {
  const html = markRepeat(render({ type: "scanning-stopped" }, CONTEXT), CONTEXT.texts);
  assert.equal(
    shown(html),
    "🧪 DRY · Scanning stopped. Nothing is scanned until /scan.\n↻ possibly repeated",
  );
});

Deno.test("progress shows share, counts and time left, and nothing it does not know", () => {
  assert.deepEqual(shown(progress(scan(), CONTEXT)).replaceAll("\u00a0", " ").split("\n"), [
    "🧪 DRY · Scanning · CS2 standard",
    "▓▓░░░░░░░░ 25%",
    "250 of 1,000 offers · 12 found · 3 min left",
  ]);
  const unknown = shown(progress(scan({ total: null, etaMs: null }), CONTEXT));
  assert.equal(unknown.split("\n").slice(1).join("\n"), "250 offers · 12 found");
  assert.match(shown(progress(scan({ processed: 1_200 }), CONTEXT)), /▓{10} 100%/);
});

Deno.test("oneLine() cuts whole characters", () => {
  assert.equal(oneLine("🔪🔪🔪🔪", 3), "🔪🔪…");
  assert.equal(oneLine("a\nb\u0000c", 10), "a b c");
});

Deno.test("/help names every command with what it takes, in every language, on one screen", () => {
  for (const language of LANGUAGES) {
    const text = shown(render({ type: "help" }, { ...CONTEXT, texts: catalogue(language) }));
    for (const name of COMMANDS.filter((one) => one !== "start")) {
      assert.match(text, new RegExp(`^/${name} .*– .`, "m"), `${language} ${name}`);
    }
    assert.ok(text.split("\n").length <= 20, language);
    assert.ok(text.includes("/title cs2 ak redline ft"));
  }
});

Deno.test("a scan that a person stopped does not tell who did", () => {
  const by = (reason: string) => {
    const stopped = { ...scan(), status: "stopped" as const, reason };
    return shown(render({ type: "scan-finished", scan: stopped }, CONTEXT));
  };
  assert.doesNotMatch(by("Stopped by telegram:7"), /telegram/);
  assert.match(by("The market's cursor died 10 times"), /cursor died/);
});
