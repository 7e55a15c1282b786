/** Holds docs/dmarket.md to the code. */

import assert from "node:assert/strict";
import { marketWatcherConfig } from "@/actors/market_watcher/spec.ts";
import { HISTORY_LIMITS } from "@/core/db/history_repo.ts";
import { MAX_HISTORY_BYTES } from "@/core/db/history_retention.ts";
import { FILTER_FIELDS } from "@/core/domain/filters/fields.ts";
import { parseFilter } from "@/core/domain/filters/filter.ts";
import { GAME_TITLES, GAMES } from "@/core/domain/market.ts";
import { DEFAULT_RATES, OFFICIAL_LIMITS, PACES } from "@/core/market/dmarket/rates.ts";
import { NO_WEBSOCKET } from "@/core/protocol/watcher.ts";
import { treeFiltersOf } from "@/core/market/dmarket/tree_filters.ts";

const page = (await Deno.readTextFile("docs/dmarket.md")).replaceAll(/\s+/g, " ");

Deno.test("the page names every filter of every game and no other, and which ones are sent", () => {
  for (const game of GAMES) {
    const row = page.match(new RegExp(`\\| ${GAME_TITLES[game]} +\\| ([^|]+)\\| ([^|]+)\\|`));
    const named = [...(row?.[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name);
    const fields = Object.entries(FILTER_FIELDS[game]);
    assert.deepEqual(named, fields.map(([name]) => name), game);
    const sent = fields.filter(([name, spec]) => {
      const value = spec.kind === "flag"
        ? true
        : spec.kind === "numbers"
        ? 1
        : spec.kind === "words"
        ? spec.allowed[0]
        : "some";
      const filter = parseFilter(game, { [name]: value });
      return filter.ok && treeFiltersOf(filter.filter).treeFilters !== null;
    }).map(([name]) => name);
    const said = row?.[2]?.trim() ?? "";
    const names = [...said.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? "");
    const expected = said === "all" ? fields.map(([name]) => name) : names;
    assert.deepEqual(sent, expected, `${game}: ${said}`);
  }
});

Deno.test("the page's figures are those of the code", () => {
  const { classes, overall } = DEFAULT_RATES;
  const official = OFFICIAL_LIMITS;
  assert.ok(page.includes(
    `official ${official["market-items"]} market items, ${official["last-sales"]} last sales, ` +
      `${official.fee} fees, ${official.other} other; we ask ` +
      `${classes["market-items"].ratePerSecond}, ${classes["last-sales"].ratePerSecond}, ` +
      `${classes.fee.ratePerSecond}, ${classes.other.ratePerSecond} ` +
      `(writes ${classes.write.ratePerSecond}, all together ${overall.ratePerSecond})`,
  ));
  assert.equal(PACES.default.watchedPerSecond, 1);
  const { intervalsMs, moveBps, hysteresisBps, maxReadsPerSecond } = marketWatcherConfig.parse({});
  const { high, normal, low } = intervalsMs;
  assert.ok(page.includes(`every ${high / 1e3}, ${normal / 1e3} or ${low / 1e3} seconds`));
  assert.ok(page.includes(
    `${moveBps / 100} % is news and a move back needs ${(moveBps + hysteresisBps) / 100} %`,
  ));
  assert.equal(maxReadsPerSecond, 1);
  assert.ok(page.includes(`A day may add ${HISTORY_LIMITS.maxDayBytes / 1e6} MB`));
  assert.ok(page.includes(`bounded by ${MAX_HISTORY_BYTES / 1e6} MB`));
});

Deno.test("files the page sends people to exist", async () => {
  const paths = [...page.matchAll(/`((?:core|actors)\/[\w/]+(?:\.ts)?)\/?`/g)].map(([, path]) =>
    path
  );
  assert.ok(paths.length > 5);
  for (const path of paths) await Deno.stat(path ?? "");
});

Deno.test("people are told where they look that there is no official WebSocket", async () => {
  const readme = (await Deno.readTextFile("README.md")).replaceAll(/\s+/g, " ");
  for (const text of [page, readme, NO_WEBSOCKET]) {
    assert.match(text, /no official WebSocket for market data/);
    assert.match(text, /15(, 30 or| to) 60 seconds/);
  }
});
