/**
 * The same market scanned by the rules of public bots and by this scanner: time, requests, and how
 * much of what was accepted paid in the two weeks after. Prints one table in Markdown.
 *
 *   deno run -A --no-prompt tests/bench/scan/peers.ts [--seed S] [--latency-ms L]
 *     [--game G] [--titles T]
 */

import { parseArgs } from "node:util";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { lookBack } from "@/tests/judge/hindsight.ts";
import { type OpenMarket, openMarket, standingClock } from "@/tests/judge/open_market.ts";
import { scanLevel } from "@/tests/judge/scan_once.ts";
import { classicBot, telegramBot, telegramBotAllPages } from "./public_bots.ts";

const NOW_MS = Date.parse("2026-01-17T13:00:00Z");
const CALL_MS = 120_000;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    "latency-ms": { type: "string", default: "20" },
    game: { type: "string", default: "a8db" },
    titles: { type: "string", default: "4000" },
  },
});
const game = GAMES.find((id) => id === values.game) ?? "a8db";

interface Scanned {
  readonly ids: ReadonlySet<string>;
  readonly seconds: number;
  readonly requests: number;
}

type ScanOf = (market: OpenMarket) => Promise<readonly string[]>;

/** A market of its own for each, so that no cache of one helps the other. */
async function run(scan: ScanOf): Promise<Scanned> {
  const market = await open(Number(values["latency-ms"]));
  try {
    const before = performance.now();
    const ids = new Set(await scan(market));
    const seconds = (performance.now() - before) / 1_000;
    return { ids, seconds, requests: market.simulator.requests().length };
  } finally {
    await market.close();
  }
}

function open(latencyMs: number): Promise<OpenMarket> {
  const clock = standingClock(NOW_MS);
  const [seed, titles] = [Number(values.seed), Number(values.titles)];
  return openMarket({ seed, titles, latencyMs, clock, logCapacity: 100_000 });
}

function bot(rule: typeof telegramBot): ScanOf {
  const { signal } = new AbortController();
  const call = () => ({ signal, deadlineAtMs: performance.now() + CALL_MS });
  return async ({ client }) => {
    const found: string[] = [];
    for (const level of LEVELS) {
      found.push(...(await rule({ client, call, game, level })).map(({ offerId }) => offerId));
    }
    return found;
  };
}

function scanner(verifyTitles?: number): ScanOf {
  return async (market) => {
    const limit = verifyTitles === undefined ? {} : { verifyTitles };
    const scans = await Promise.all(
      LEVELS.map((level) => scanLevel(market, { game, level, ...limit })),
    );
    return scans.flat().flatMap(({ opportunities }) => opportunities)
      .map(({ offerId }) => offerId);
  };
}

async function payingIds(): Promise<ReadonlySet<string>> {
  const market = await open(0);
  const { paying } = lookBack(market.simulator.market, { nowS: NOW_MS / 1_000, plays: 5 });
  await market.close();
  return new Set(
    [...paying.values()].filter((way) => way.game === game).map(({ offerId }) => offerId),
  );
}

const paying = await payingIds();
const rows = [
  ["DMarket-Telegram-Bot, one page per level", await run(bot(telegramBot))],
  ["its rule over all pages", await run(bot(telegramBotAllPages))],
  ["dmarket_bot (2021)", await run(bot(classicBot))],
  ["marketd, 30 titles per level", await run(scanner(30))],
  ["marketd, every title it wants to read", await run(scanner())],
] as const;

/** Of the scan that reads whatever is worth it. */
const oursSeconds = rows.at(-1)?.[1].seconds ?? NaN;

const lines = rows.map(([name, { ids, seconds, requests }]) => {
  const right = [...ids].filter((id) => paying.has(id)).length;
  const percent = (whole: number) => whole === 0 ? "–" : `${(100 * right / whole).toFixed(1)} %`;
  const ratio = `${(seconds / oursSeconds).toFixed(2)}×`;
  const cells = [name, seconds.toFixed(1), ratio, requests, ids.size, right];
  return `| ${[...cells, percent(ids.size), percent(paying.size)].join(" | ")} |`;
});
const head = [
  `${game}, seed ${values.seed}, ${
    values["latency-ms"]
  } ms latency, ${paying.size} offers that pay`,
  "",
  "| who | seconds | ratio | requests | accepted | paid | precision | recall |",
  "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
];
Deno.stdout.writeSync(new TextEncoder().encode([...head, ...lines, ""].join("\n")));
