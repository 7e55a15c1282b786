/**
 * CPU of a scan from the bytes of the market's answers to the last verdict, beside `JSON.parse` of
 * the same bytes: for pages alone, and with the books and sales of the titles that a scan verifies.
 */

import process from "node:process";
import { type OffersPage, takePage } from "@/actors/scanner/page.ts";
import { judgeWaiting } from "@/actors/scanner/pool.ts";
import { scannerConfig } from "@/actors/scanner/spec.ts";
import { newScan, type Scan } from "@/actors/scanner/state.ts";
import { nextTitles, takeEvidence } from "@/actors/scanner/verify.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import type { FeeRule, Quote, TitleEvidence } from "@/core/domain/market.ts";
import { readBidBook } from "@/core/market/dmarket/book.ts";
import { readOffersPage } from "@/core/market/dmarket/offers.ts";
import { readLastSales } from "@/core/market/dmarket/sales.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { SignedClient } from "@/tests/core/market/dmarket/sim/signed_client.ts";
import { type OpenMarket, openMarket, standingClock } from "@/tests/judge/open_market.ts";

export const NOW_MS = Date.parse("2026-01-17T13:00:00Z");
export const GAME = "a8db";
export const LEVEL = "standard";
const PAGES = 10;
const SCAN_ID = "019bcb3e-6d1a-7a2c-8f00-0123456789ab";
const FEE: FeeRule = { feePpm: 70_000, minFeeCents: 1 };

/** The three answers that verify a title. */
interface TitleBodies {
  readonly asks: string;
  readonly bids: string;
  readonly sales: string;
}

interface Recorded {
  readonly pages: readonly { readonly body: string; readonly quotes: readonly Quote[] }[];
  readonly titles: ReadonlyMap<string, TitleBodies>;
}

async function recordPages(market: OpenMarket): Promise<Recorded["pages"]> {
  const { fromCents, toCents } = LEVEL_RULES[LEVEL];
  const pages: { body: string; quotes: readonly Quote[] }[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const query = { game: GAME, fromCents, toCents, cursor, limit: 100 } as const;
    const read: OffersPage = await market.offersPage(query);
    const body = await get(market, "/marketplace-api/v2/offers", {
      gameId: GAME,
      priceFrom: String(fromCents),
      priceTo: String(toCents - 1),
      orderBy: "price",
      limit: "100",
      ...(cursor === null ? {} : { cursor }),
    });
    pages.push({ body, quotes: read.quotes });
    cursor = read.cursor;
  }
  return pages;
}

async function recordTitle(market: OpenMarket, title: string): Promise<TitleBodies> {
  const about = { gameId: GAME, title };
  const order = { orderBy: "price", limit: "100" };
  const path = `/marketplace-api/v1/targets-by-title/${GAME}/${encodeURIComponent(title)}`;
  return {
    asks: await get(market, "/marketplace-api/v2/offers", { ...about, ...order }),
    bids: await get(market, path, {}),
    sales: await get(market, "/trade-aggregator/v1/last-sales", { ...about, limit: "20" }),
  };
}

async function get(market: OpenMarket, path: string, params: Record<string, string>) {
  const query = new URLSearchParams(params).toString();
  const client = new SignedClient(market.simulator.url);
  const target = query === "" ? path : `${path}?${query}`;
  return (await client.get(target, { dateS: NOW_MS / 1_000 })).text;
}

function pageOf(recorded: Recorded["pages"][number]): OffersPage {
  const context = { game: GAME, readAtMs: NOW_MS } as const;
  const page = readOffersPage(JSON.parse(recorded.body), context, new WireAudit());
  return {
    offers: [...page.offers],
    cursor: page.cursor,
    total: page.total ?? 0,
    quotes: [...recorded.quotes],
    malformed: [...page.malformed],
    leftOut: 0,
    dearestCents: page.offers.at(-1)?.priceCents ?? null,
  };
}

function evidenceOf(title: string, { asks, bids, sales }: TitleBodies): TitleEvidence {
  const audit = new WireAudit();
  const context = { game: GAME, readAtMs: NOW_MS } as const;
  const { offers } = readOffersPage(JSON.parse(asks), context, audit);
  return {
    title,
    readAtMs: NOW_MS,
    asks: offers.filter((offer) => offer.title === title),
    bids: readBidBook(JSON.parse(bids), title, audit).bids,
    sales: readLastSales(JSON.parse(sales), audit).sales,
    fee: FEE,
    reducedFees: [],
  };
}

const CONFIG = scannerConfig.parse({ plan: [], intervalMs: 1_000, autoStart: false });

interface Scanned {
  readonly verdicts: number;
  readonly accepted: number;
  readonly titles: readonly string[];
}

/** Everything between the bytes and the verdicts; `read` answers for a title. */
function scanAll(
  pages: Recorded["pages"],
  read: ((title: string) => TitleBodies | undefined) | null,
): Scanned {
  const asked = { game: GAME, level: LEVEL, filter: null } as const;
  const request = { scanId: SCAN_ID, ...asked, requestedBy: "bench" };
  let scan: Scan = newScan({ ...request, requestedAtMs: NOW_MS }, NOW_MS);
  const final: Judgement[] = [];
  for (const page of pages) {
    const taken = takePage(scan, pageOf(page), { config: CONFIG, nowMs: NOW_MS });
    final.push(...taken.final);
    scan = taken.scan;
  }
  scan = { ...scan, endOfBand: true };
  const titles: string[] = [];
  for (let batch = nextTitles(scan, CONFIG); read !== null && batch.length > 0;) {
    titles.push(...batch);
    const evidence = batch.flatMap((title) => {
      const bodies = read(title);
      return bodies === undefined ? [] : [evidenceOf(title, bodies)];
    });
    const verifying = { ...scan, verifying: [...batch] };
    const taken = takeEvidence(verifying, { evidence, missing: [] }, {
      nowMs: NOW_MS,
      pumpBans: [],
    });
    final.push(...taken.final);
    scan = taken.scan;
    batch = nextTitles(scan, CONFIG);
  }
  final.push(...judgeWaiting(scan, scan.pool, NOW_MS));
  const accepted = final.filter(({ verdict }) => verdict === "accepted").length;
  return { verdicts: final.length, accepted, titles };
}

interface Case {
  readonly bodies: readonly string[];
  readonly work: () => Scanned;
}

/** Rounds timed together, so that each side collects the garbage it makes. */
const ROUNDS_OF_BLOCK = 10;

/** Of the fastest block of each, parse and work in turns: a shared core slows both, but not at once. */
function measure({ bodies, work }: Case, blocks: number) {
  const parseMs: number[] = [];
  const workMs: number[] = [];
  let scanned = work();
  for (let block = 0; block < blocks; block++) {
    parseMs.push(timed(() => {
      for (const body of bodies) JSON.parse(body);
    }));
    workMs.push(timed(() => scanned = work()));
  }
  const us = (ms: readonly number[]) =>
    Number((1_000 * Math.min(...ms) / ROUNDS_OF_BLOCK / scanned.verdicts).toFixed(2));
  return {
    verdicts: scanned.verdicts,
    accepted: scanned.accepted,
    titlesVerified: scanned.titles.length,
    bytes: bodies.reduce((sum, body) => sum + body.length, 0),
    parseUsPerVerdict: us(parseMs),
    workUsPerVerdict: us(workMs),
    ratio: Number((Math.min(...workMs) / Math.min(...parseMs)).toFixed(2)),
  };
}

/** Milliseconds of CPU, garbage included: what else runs on the machine does not count. */
function timed(round: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < ROUNDS_OF_BLOCK; i++) round();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

export interface CpuFigures {
  readonly pagesOnly: ReturnType<typeof measure>;
  readonly withEvidence: ReturnType<typeof measure>;
}

/**
 * Of one level of one generated market, in a process of its own whose garbage is collected on the
 * thread that makes it: helpers of the collector spin while they wait for each other.
 */
export async function cpuFigures(seed: number, blocks: number): Promise<CpuFigures> {
  const flags = ["--no-prompt", "--v8-flags=--single-threaded-gc", "-A"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, import.meta.filename ?? "", String(seed), String(blocks)],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function measureAll(seed: number, blocks: number): Promise<CpuFigures> {
  const market = await openMarket({ seed, clock: standingClock(NOW_MS) });
  const { pages, titles } = await record(market);
  await market.close();
  const read = (title: string) => titles.get(title);
  const pageBodies = pages.map(({ body }) => body);
  const all = [...titles.values()].flatMap(({ asks, bids, sales }) => [asks, bids, sales]);
  return {
    pagesOnly: measure({ bodies: pageBodies, work: () => scanAll(pages, null) }, blocks),
    withEvidence: measure({
      bodies: [...pageBodies, ...all],
      work: () => scanAll(pages, read),
    }, blocks),
  };
}

/** Scans until every title that it asks for was recorded. */
async function record(market: OpenMarket): Promise<Recorded> {
  const pages = await recordPages(market);
  const titles = new Map<string, TitleBodies>();
  for (;;) {
    const asked = scanAll(pages, (title) => titles.get(title)).titles;
    const missing = asked.filter((title) => !titles.has(title));
    if (missing.length === 0) return { pages, titles };
    for (const title of missing) titles.set(title, await recordTitle(market, title));
  }
}

if (import.meta.main) {
  const [seed = 1, blocks = 30] = Deno.args.map(Number);
  const figures = await measureAll(seed, blocks);
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(figures)));
}
