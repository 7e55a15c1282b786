import assert from "node:assert/strict";
import { ASSETS } from "@/bot/dashboard/assets.ts";
import { handle } from "@/bot/dashboard/handle.ts";
import { ActorError } from "@/core/kernel/mod.ts";
import { type FakeSources, fakeSources, find } from "./samples.ts";

const CONFIG = { mode: "dry", language: "en" } as const;
const DOWN = new ActorError("peer-down", "peer-down", "views is not running");

function get(
  path: string,
  sources: FakeSources = fakeSources(),
  init: RequestInit = {},
): Promise<Response> {
  return handle(new Request(`http://127.0.0.1${path}`, init), sources, CONFIG);
}

async function errorOf(response: Response): Promise<string> {
  const { error } = await response.json();
  return error;
}

Deno.test("lists answer with items and the next cursor, as the views give them", async () => {
  const names = [["opportunities", "Opportunities"], ["scans", "Scans"], ["targets", "Targets"]];
  for (const [path, view] of names) {
    const sources = fakeSources();
    const response = await get(`/api/v1/${path}`, sources);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    const body = await response.json();
    assert.deepEqual(Object.keys(body), ["items", "next"]);
    assert.deepEqual(body.items, sources.lists[view as "Scans"]);
    assert.equal(body.next, "bmV4dA");
    assert.deepEqual(sources.asked, [[view, { limit: 100, cursor: null }]]);
  }
});

Deno.test("limit and cursor are handed on", async () => {
  const sources = fakeSources();
  await get("/api/v1/scans?limit=500&cursor=WzEsMl0", sources);
  assert.deepEqual(sources.asked, [["Scans", { limit: 500, cursor: "WzEsMl0" }]]);
});

Deno.test("a wrong question names the value and the rule, and asks nobody", async () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ["limit=0", /limit must be a whole number from 1 to 500.*"0"/],
    ["limit=501", /from 1 to 500.*"501"/],
    ["limit=-1", /"-1"/],
    ["limit=1.5", /"1.5"/],
    ["limit=1e2", /"1e2"/],
    ["limit=ten", /"ten"/],
    ["limit=", /""/],
    ["limit=%20", /" "/],
    ["limit=1&limit=2", /limit may be given once/],
    ["cursor=", /cursor must be the `next` of an earlier page.*""/],
    ["cursor=a%20b", /"a b"/],
    [`cursor=${"x".repeat(201)}`, /cursor must be/],
    ["limt=5", /a list takes limit and cursor only.*"limt"/],
  ];
  for (const [query, message] of table) {
    const sources = fakeSources();
    const response = await get(`/api/v1/opportunities?${query}`, sources);
    assert.equal(response.status, 400, query);
    assert.match(await errorOf(response), message);
    assert.deepEqual(sources.asked, []);
  }
});

Deno.test("a cursor that the view refuses is the asker's mistake", async () => {
  const sources = fakeSources();
  sources.lists.Scans = new ActorError("rejected", "page-request", "Cannot list as … is bogus");
  const response = await get("/api/v1/scans?cursor=bogus", sources);
  assert.equal(response.status, 400);
  assert.equal(await errorOf(response), "Cannot list as … is bogus");
});

Deno.test("a view that is away is a 503 that says when to come back", async () => {
  for (
    const [error, text] of [
      [DOWN, "views is not running"],
      [new TypeError("secret detail"), "The page could not be made"],
    ] as const
  ) {
    const sources = fakeSources();
    sources.lists.Scans = error;
    const response = await get("/api/v1/scans", sources);
    assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "1"]);
    assert.equal(await errorOf(response), text);
  }
});

Deno.test("only GET and HEAD are served", async () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const response = await get("/", fakeSources(), { method });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, "GET, HEAD"]);
  }
  const head = await get("/api/v1/scans", fakeSources(), { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

Deno.test("what is not there is a 404 in the form that was asked for", async () => {
  for (
    const path of ["/nothing", "/api/v1/", "/api/v1/constructor", "/api/v2/scans", "/assets/x.js"]
  ) {
    const json = await get(path);
    assert.equal(json.status, 404, path);
    assert.equal(typeof await errorOf(json), "string");
  }
  const html = await get("/nothing", fakeSources(), { headers: { accept: "text/html,*/*" } });
  assert.equal(html.status, 404);
  assert.match(await html.text(), /^<!doctype html>/);
  assert.equal(
    (await get("/api/v1/x", fakeSources(), { headers: { accept: "text/html" } })).headers
      .get("content-type"),
    "application/json",
  );
});

Deno.test("every response carries the security headers", async () => {
  for (
    const path of ["/", "/api/v1/scans", "/api/v1/scans?limit=0", "/nothing", ...ASSETS.keys()]
  ) {
    const { headers } = await get(path);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/, path);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("x-frame-options"), "DENY");
    assert.equal(headers.get("access-control-allow-origin"), null);
    assert.match(headers.get("cache-control") ?? "", /^no-(store|cache)$/);
  }
});

Deno.test("the page is whole before any script runs", async () => {
  const html = await (await get("/")).text();
  for (
    const text of [
      "🧪 DRY",
      "★ Karambit | Doppler (Factory New)",
      "$1,234.56",
      "$151.14",
      "12.2%",
      "14 sales in 7 days, at least 10",
      '<progress max="1000" value="250">',
      "3 min left",
      "15 % under the best offer",
      "Needs attention",
      "Per year",
      "AK-47 | Redline (Field-Tested)",
      "Offer $12.80 → ",
      "no official WebSocket",
      "1,234",
      "Target $12.01",
      "web is waiting to start again",
      "simulated",
    ]
  ) assert.ok(html.includes(text), text);
});

Deno.test("the page asks for nothing from elsewhere and has no inline script or style", async () => {
  const html = await (await get("/")).text();
  for (const [, url] of html.matchAll(/(?:src|href)="([^"]*)"/g)) {
    assert.match(url ?? "", /^(#[a-z]+-title|\/(assets\/[a-z.]+)?|\/title\?game=[^"]*)$/);
    if (url?.startsWith("/assets/")) assert.ok(ASSETS.has(url), url);
  }
  assert.doesNotMatch(html, /<style|style="|\son\w+=|javascript:/);
  const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
  assert.deepEqual(scripts, [
    '<script type="application/json" id="texts">',
    '<script type="module" src="/assets/app.js">',
  ]);
  for (const { body } of ASSETS.values()) {
    const elsewhere = body.replaceAll("http://www.w3.org/2000/svg", "").match(/https?:\/\/\S+/);
    assert.equal(elsewhere, null);
  }
});

Deno.test("foreign text stays text on the page", async () => {
  const sources = fakeSources();
  const nasty = `</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>&lt;`;
  sources.lists.Opportunities = [find({ title: nasty, offerId: nasty, closedReason: nasty })];
  sources.lists.Scans = [{
    scanId: nasty,
    game: nasty,
    level: nasty,
    status: nasty,
    reason: nasty,
  }];
  sources.lists.Targets = [{ key: nasty, title: nasty, reason: nasty }];
  sources.healthBody = {
    status: nasty,
    notes: [nasty],
    version: nasty,
    actors: { [nasty]: { status: nasty, lastExit: { error: nasty } } },
  };
  const html = await (await get("/", sources)).text();
  assert.doesNotMatch(html, /<img src=x|<script>|onerror=alert\(1\)>/);
  assert.equal([...html.matchAll(/<script/g)].length, 2);
  assert.ok(html.includes("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;"));
});

Deno.test("the page shows what it can while the rest is away", async () => {
  const sources = fakeSources();
  sources.lists = { Opportunities: DOWN, Scans: DOWN, Targets: DOWN };
  sources.glances = { markets: DOWN, ideas: DOWN, watches: DOWN };
  sources.healthBody = DOWN;
  const response = await get("/", sources);
  assert.equal(response.status, 200);
  const html = await response.text();
  assert.equal([...html.matchAll(/Not available right now/g)].length, 8);
  assert.match(html, /No health report/);
});

Deno.test("an empty house says what will appear where", async () => {
  const sources = fakeSources();
  sources.lists = { Opportunities: [], Scans: [], Targets: [] };
  const html = await (await get("/", sources)).text();
  for (const text of ["Nothing found yet", "No scan yet", "No target proposed yet"]) {
    assert.ok(html.includes(text), text);
  }
});
