/** What the page says of titles, and what may be asked of it. */

import assert from "node:assert/strict";
import { handle } from "@/bot/dashboard/handle.ts";
import { ActorError } from "@/core/kernel/mod.ts";
import { catalogue, LANGUAGES } from "@/bot/texts/mod.ts";
import { TITLE } from "@/tests/bot/telegram/market_samples.ts";
import { type FakeSources, fakeSources } from "./samples.ts";

const CONFIG = { mode: "dry", language: "en" } as const;
const TITLE_PATH = `/title?${new URLSearchParams({ game: "a8db", title: TITLE })}`;

function ask(
  path: string,
  init: RequestInit = {},
  sources: FakeSources = fakeSources(),
): Promise<Response> {
  return handle(new Request(`http://127.0.0.1${path}`, init), sources, CONFIG);
}

function post(
  body: unknown,
  change: { path?: string; type?: string; sources?: FakeSources } = {},
): Promise<Response> {
  const { path = "/api/v1/watches", type = "application/json", sources } = change;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return ask(path, { method: "POST", headers: { "content-type": type }, body: text }, sources);
}

Deno.test("the page of a title shows the score with its inputs, and days nobody saw as such", async () => {
  const html = await (await ask(TITLE_PATH)).text();
  for (
    const text of [
      `<h2 class="plain">${TITLE}</h2>`,
      '<meter min="0" max="100" value="71">',
      "71 of 100",
      "$11.80",
      "$3.00 (25.0%)",
      "no sign of a pump",
      "RSI 14",
      "Sales by day",
      "no official WebSocket",
    ]
  ) assert.ok(html.includes(text), text);
  assert.match(html, /class="gap-day".*class="zero-day".*class="sold-day"/s);
  assert.match(html, /≥ 4 · \$11\.80/);
});

Deno.test("a title that nobody knows says so, with the reason", async () => {
  const sources = fakeSources();
  if (sources.report instanceof Error) throw sources.report;
  const problem = "The market did not answer within 20 s";
  sources.report = { ...sources.report, report: null, problem };
  const html = await (await ask(TITLE_PATH, {}, sources)).text();
  assert.match(html, /Nothing is known of this title/);
  assert.ok(html.includes(problem));
});

Deno.test("a foreign title stays text on its page", async () => {
  const title = `</title><img src=x onerror=alert(1)>"'`;
  const html = await (await ask(`/title?${new URLSearchParams({ game: "rust", title })}`)).text();
  assert.doesNotMatch(html, /<img src=x/);
  assert.ok(html.includes("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;"));
});

Deno.test("a wrong title query names the value and the rule", async () => {
  for (
    const [path, rule] of [
      ["/title?game=halflife&title=x", /game must be one of a8db.*"halflife"/],
      ["/title?game=a8db", /title must have 1 to 300 characters/],
      ["/api/v1/titles?text=", /text must have 1 to 300 characters/],
    ] as const
  ) {
    const response = await ask(path);
    assert.equal(response.status, 400, path);
    assert.match((await response.json()).error, rule);
  }
});

Deno.test("markets, ideas, watches and titles are read as JSON", async () => {
  for (const name of ["markets", "ideas", "watches"]) {
    const { items } = await (await ask(`/api/v1/${name}`)).json();
    assert.equal(items.length, 1, name);
  }
  const { items } = await (await ask("/api/v1/titles?text=redline")).json();
  assert.deepEqual(items, [{ game: "a8db", title: "redline" }]);
  assert.equal((await (await ask(`/api/v1${TITLE_PATH}`)).json()).report.liquidity.score, 71);
});

Deno.test("a title is watched and dropped through the page", async () => {
  const sources = fakeSources();
  const wish = { game: "a8db", title: TITLE, priority: "high" };
  assert.deepEqual(await (await post(wish, { sources })).json(), { accepted: true, reason: null });
  const { priority: _none, ...bare } = wish;
  await post(bare, { sources, path: "/api/v1/watches/remove" });
  assert.deepEqual(sources.done, [["watch", wish], ["unwatch", { ...bare, priority: "" }]]);
});

Deno.test("a wish that is none is refused with the rule, and nobody is asked", async () => {
  const wish = { game: "a8db", title: TITLE };
  const table: readonly (readonly [unknown, RegExp, string?])[] = [
    [wish, /sent as application\/json/, "text/plain"],
    [wish, /sent as application\/json/, "application/x-www-form-urlencoded"],
    ["{", /the body must be JSON/],
    [{ ...wish, game: "halflife" }, /game: /],
    [{ ...wish, title: "" }, /title: /],
    [{ ...wish, priority: "urgent" }, /priority: /],
    [{ ...wish, userId: 1 }, /userId/],
    [{ ...wish, title: "x".repeat(5_000) }, /at most 4096 bytes/],
    [null, /the body: /],
  ];
  for (const [body, rule, type] of table) {
    const sources = fakeSources();
    const response = await post(body, { sources, ...(type === undefined ? {} : { type }) });
    assert.equal(response.status, 400, JSON.stringify(body).slice(0, 80));
    assert.match((await response.json()).error, rule);
    assert.deepEqual(sources.done, []);
  }
});

Deno.test("a watcher that is away is a 503", async () => {
  const sources = fakeSources();
  const down = new ActorError("peer-down", "peer-down", "market-watcher is not running");
  sources.watch = () => Promise.reject(down);
  const response = await post({ game: "a8db", title: TITLE }, { sources });
  assert.equal(response.status, 503);
  assert.match((await response.json()).error, /market-watcher is not running/);
});

Deno.test("the page speaks the first of the reader's languages that it knows", async () => {
  const pageIn = async (accept: string) =>
    await (await ask("/", { headers: { "accept-language": accept } })).text();
  for (const language of LANGUAGES) {
    const html = await pageIn(`xx, ${language}-XX;q=0.9, en;q=0.1`);
    assert.ok(html.includes(`<html lang="${language}">`), language);
    assert.ok(html.includes(catalogue(language).page.watchesTitle), language);
  }
  assert.match(await pageIn("*"), /<html lang="en">/);
  assert.match(await pageIn("de"), /12,80\u00a0\$/);
});

Deno.test("a scan and a filter are asked for with what they need, and nothing else", async () => {
  const sources = fakeSources();
  const scan = { game: "a8db", level: "boost" };
  const started = await post(scan, { path: "/api/v1/scans", sources });
  assert.equal((await started.json()).joined, false);
  const filter = { game: "a8db", wants: { exterior: ["field-tested"], statTrak: "yes" } };
  assert.deepEqual(
    await (await post(filter, { path: "/api/v1/filters", sources })).json(),
    { problems: [] },
  );
  assert.deepEqual(sources.done, [["scan", scan], ["setFilter", filter]]);
  for (
    const [path, body] of [
      ["/api/v1/scans", { game: "a8db", level: "huge" }],
      ["/api/v1/scans", { ...scan, requestedBy: "somebody" }],
      ["/api/v1/filters", { game: "a8db", wants: { exterior: { $ne: 1 } } }],
      ["/api/v1/filters", { game: "a8db", wants: {}, userId: 7 }],
    ] as const
  ) assert.equal((await post(body, { path, sources })).status, 400, JSON.stringify(body));
  assert.equal(sources.done.length, 2);
});

Deno.test("filters are listed with what may be wanted", async () => {
  const { items } = await (await ask("/api/v1/filters")).json();
  assert.deepEqual([items[0].game, items[0].wants], ["a8db", { statTrak: true }]);
  assert.equal(items[0].fields.statTrak.kind, "flag");
});
