import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeHtml, span } from "@/bot/dashboard/page/html.js";
import { parts } from "@/bot/dashboard/page/view.js";
import { catalogue } from "@/bot/texts/mod.ts";
import { SALES_PAGE } from "@/core/domain/analysis/volume.ts";
import { watchView } from "@/tests/bot/telegram/market_samples.ts";
import { find, HEALTH, IDEA_ROW, MARKET, NOW_MS, scanRow, TARGET } from "./samples.ts";

const { page: TEXTS } = catalogue("en");

type Facts = Parameters<typeof parts>[0];

function made(change: Partial<Facts> = {}): ReturnType<typeof parts> {
  const facts = {
    health: HEALTH,
    opportunities: [find()],
    scans: [scanRow()],
    targets: [TARGET],
    markets: [MARKET],
    ideas: [IDEA_ROW],
    watches: [{ ...watchView() }],
    nowMs: NOW_MS,
    ...change,
  };
  return parts(facts, TEXTS);
}

/** The HTML of one part. */
function html(id: string, change: Partial<Facts> = {}): string {
  return (made(change)[id] ?? []).map((piece) => piece.html).join("\n");
}

function keys(id: string, change: Partial<Facts> = {}): readonly string[] {
  return (made(change)[id] ?? []).map((piece) => piece.key);
}

Deno.test("scans that run come first and show how far they are; of the others the newest six", () => {
  const past = Array.from(
    { length: 9 },
    (_, at) => scanRow({ scanId: `p${at}`, status: "completed" }),
  );
  const scans = [
    ...past,
    scanRow({ scanId: "queued", status: "queued" }),
    scanRow({ scanId: "now" }),
  ];
  assert.deepEqual(keys("scans", { scans }), ["queued", "now", "p0", "p1", "p2", "p3", "p4", "p5"]);
  assert.match(html("scans"), /<progress max="1000" value="250"><\/progress>/);
  assert.match(html("scans"), /250 \/ 1,000 offers · <b>12<\/b> found · 3 min left/);
});

Deno.test("a scan without a total has a bar without an end", () => {
  const scans = [scanRow({ total: null, etaMs: null })];
  assert.match(html("scans", { scans }), /<progress><\/progress>/);
  assert.doesNotMatch(html("scans", { scans }), /left|null/);
});

Deno.test("a scan that failed says why", () => {
  const scans = [scanRow({ status: "failed", reason: "The breaker is open" })];
  assert.match(html("scans", { scans }), /class="tag failed">failed<.*The breaker is open/s);
});

Deno.test("both ways out of an offer have keys of their own", () => {
  const opportunities = [find(), find({ kind: "quick" })];
  assert.equal(new Set(keys("opportunities", { opportunities })).size, 2);
});

Deno.test("a find that is gone is dimmed and says why", () => {
  const opportunities = [find({ status: "closed", closedReason: "Sold to somebody else" })];
  const shown = html("opportunities", { opportunities });
  assert.match(shown, /^<details class="find closed">/);
  assert.match(shown, /Sold to somebody else/);
});

Deno.test("sales that were reckoned rather than seen are marked", () => {
  const shown = (sales7d: number) => {
    const opportunities = [find({ sales7d })];
    const ideas = [{ ...IDEA_ROW, sales7d }];
    return [html("opportunities", { opportunities }), html("ideas", { ideas })];
  };
  for (const text of shown(SALES_PAGE)) assert.doesNotMatch(text, /≈/);
  for (const text of shown(SALES_PAGE + 1)) assert.match(text, /≈\u00a021/);
});

Deno.test("losses are not painted as gains", () => {
  const opportunities = [find({ profitCents: -152 })];
  assert.match(html("opportunities", { opportunities }), /<b class="bad">-\$1\.52<\/b>/);
});

Deno.test("actors show their state, and what ended them last", () => {
  const shown = html("actors");
  assert.match(shown, /class="dot pass"><\/i><b>scanner<\/b>/);
  assert.match(shown, /class="dot warn"><\/i><b>web<\/b>/);
  assert.match(shown, /title="Bad &quot;quote&quot; &lt;b&gt;"/);
  assert.match(shown, /waiting to start again · 2 restarts/);
});

Deno.test("a status nobody knows is not painted as well", () => {
  assert.match(html("summary", { health: { status: "splendid" } }), /class="pill fail"/);
});

Deno.test("span() uses the largest unit", () => {
  const spans = [-1, 0, 59_000, 60_000, 3_599_000, 3_600_000, 90_000_000].map((ms) =>
    span(ms, TEXTS)
  );
  assert.deepEqual(spans, ["0 s", "0 s", "59 s", "1 min", "59 min", "1 h", "1 d"]);
});

Deno.test("rows of any shape are shown without an error and without foreign markup", () => {
  const nasty = fc.oneof(
    fc.constantFrom(
      "<img src=x>",
      '" onload="x',
      "'><script>",
      null,
      undefined,
      NaN,
      Infinity,
      -1,
      {},
    ),
    fc.anything(),
  );
  const row = fc.dictionary(
    fc.constantFrom(
      ...Object.keys(find()),
      ...Object.keys(scanRow()),
      "key",
      "priceCents",
      "reason",
    ),
    nasty,
  );
  fc.assert(fc.property(row, row, (one, other) => {
    const health = { ...one, actors: { [String(one["title"])]: other, x: one }, notes: [other] };
    const facts = { health, opportunities: [one], scans: [other], targets: [one] };
    for (const pieces of Object.values(made(facts))) {
      for (const piece of pieces) {
        assert.doesNotMatch(piece.html, /<img|<script|" onload="/);
        assert.equal(typeof piece.key, "string");
      }
    }
  }));
});

Deno.test("escapeHtml() leaves nothing that ends an attribute or starts a tag", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    assert.doesNotMatch(escapeHtml(text), /[<>"']/);
  }));
  assert.equal(
    escapeHtml(`<a href='x' title="y">&`),
    "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;",
  );
});
