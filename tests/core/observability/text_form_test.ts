import assert from "node:assert/strict";
import fc from "fast-check";
import type { Line } from "@/core/observability/line.ts";
import { telegramBox } from "@/core/observability/telegram_box.ts";
import { parseTelegramHtml } from "@/core/observability/telegram_html.ts";
import { displayWidth, palette, tame } from "@/core/observability/terminal.ts";
import { textForm } from "@/core/observability/text_form.ts";

const PLAIN = palette(false);
const COLOURED = palette(true);

const NOON = new Date(2026, 0, 17, 12, 3, 4).getTime();

function line(change: Partial<Line>): Line {
  return {
    atMs: NOON,
    level: "info",
    category: "supervisor",
    message: "Ready",
    actor: null,
    incarnation: null,
    trace: null,
    props: {},
    errors: [],
    ...change,
  };
}

function plain(change: Partial<Line>): string {
  return textForm(line(change), { palette: PLAIN, columns: () => 100 });
}

Deno.test("textForm() puts time, mark, speaker and message on one row", () => {
  assert.equal(plain({}), "12:03:04 ● supervisor       Ready");
  assert.equal(plain({ level: "warn", actor: "scanner" }), "12:03:04 ▲ scanner          Ready");
});

Deno.test("textForm() fills the template and appends what it does not mention", () => {
  const text = plain({ message: "Read {done} of {all}", props: { done: 3, game: "a8db" } });
  assert.equal(text, "12:03:04 ● supervisor       Read 3 of {all} game=a8db");
});

Deno.test("textForm() shows the chain of an error, and its first frames when it is one", () => {
  const stack = "TypeError: No\n    at a.ts:1:1\n    at b.ts:2:2";
  const errors = [
    { kind: "transient", code: "http-503", message: "Market answered 503", stack },
    { kind: "fatal", code: "TypeError", message: "No" },
  ];
  assert.equal(
    plain({ level: "error", message: "Turn failed", errors }),
    [
      "12:03:04 ✖ supervisor       Turn failed",
      "           ↳ Market answered 503 http-503 (transient)",
      "               at a.ts:1:1",
      "               at b.ts:2:2",
      "           ↳ because No TypeError (fatal)",
    ].join("\n"),
  );
  assert.ok(!plain({ level: "warn", errors }).includes("a.ts"));
});

Deno.test("textForm() lets no foreign text steer the terminal", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const shown = plain({
      message: text,
      actor: text,
      props: { [text]: text, telegramLike: [text] },
      errors: [{ kind: text, code: text, message: text, stack: `at ${text}` }],
    });
    assert.ok(!/\p{Cc}/u.test(shown.replaceAll("\n", "")), JSON.stringify(shown));
    assert.equal(shown.split("\n").length, 2);
  }));
});

Deno.test("textForm() paints only when asked to", () => {
  assert.ok(!plain({}).includes("\u001b"));
  assert.ok(textForm(line({}), { palette: COLOURED, columns: () => 100 }).includes("\u001b[32m●"));
});

Deno.test("textForm() draws a Telegram message as a box", () => {
  const telegram = {
    html: "<b>AK-47 &amp; friends</b>\nbuy <code>$12.10</code>",
    buttons: [["Details", "Mute"]],
  };
  assert.equal(
    plain({ actor: "telegram", props: { telegram } }),
    [
      "  ╭─ Telegram ─────────────────────╮",
      "  │ AK-47 & friends                │",
      "  │ buy $12.10                     │",
      "  ╰───────────────────────── 12:03 ╯",
      "  [ Details ] [ Mute ]",
    ].join("\n"),
  );
});

Deno.test("textForm() shows an edited Telegram message as one row", () => {
  const telegram = { html: "<b>CS2</b>\n40 %", edited: true };
  assert.equal(plain({ props: { telegram } }), "  ✎ Telegram CS2 · 40 %");
});

Deno.test("telegramBox() keeps every row equally wide, whatever the text and the window", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 200 });
  fc.assert(fc.property(text, fc.integer({ min: 1, max: 200 }), (html, columns) => {
    const rows = telegramBox({ html }, { palette: PLAIN, columns, time: "12:03" });
    const widths = new Set(rows.map(displayWidth));
    assert.equal(widths.size, 1, rows.join("\n"));
    assert.ok(Math.max(...widths) <= 70);
  }));
});

Deno.test("telegramBox() breaks at spaces and keeps the looks of broken text", () => {
  const html = `<b>${"word ".repeat(30)}</b>${"x".repeat(70)}`;
  const rows = telegramBox({ html }, { palette: COLOURED, columns: 80, time: "12:03" });
  assert.ok(rows.filter((row) => row.includes("\u001b[1mword")).length >= 3);
  assert.equal(rows.join("").match(/x/g)?.length, 70);
});

Deno.test("parseTelegramHtml() reads nested looks, entities and stray brackets", () => {
  assert.deepEqual(parseTelegramHtml('<b>a<i>b</i></b><a href="https://x.y">c</a>'), [[
    { text: "a", styles: ["bold"] },
    { text: "b", styles: ["bold", "italic"] },
    { text: "c", styles: ["underline", "blue"] },
  ]]);
  const [row = []] = parseTelegramHtml("1 &lt; 2 &#39;&#x41;&nope; <3 </b>");
  assert.equal(row.map((span) => span.text).join(""), "1 < 2 'A&nope; <3 ");
});

Deno.test("displayWidth() counts emoji and wide characters as two columns", () => {
  assert.equal(displayWidth("ok"), 2);
  assert.equal(displayWidth("🟢 é"), 4);
  assert.equal(displayWidth("👩‍💻"), 2);
  assert.equal(displayWidth("市場"), 4);
});

Deno.test("tame() makes control and direction characters visible", () => {
  assert.equal(tame("a\u001b[2Jb\u202ec\n"), "a\\u001b[2Jb\\u202ec\\u000a");
});
