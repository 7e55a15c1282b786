/**
 * One scan of a whole market by the scanner's own steps, without its limits and without a daemon:
 * every title that the pages alone cannot refuse is verified.
 */

import { judgeIn } from "@/actors/scanner/judging.ts";
import { type OffersPage, takePage } from "@/actors/scanner/page.ts";
import { judgeWaiting } from "@/actors/scanner/pool.ts";
import { scannerConfig } from "@/actors/scanner/spec.ts";
import { bandOf, newScan, type Scan } from "@/actors/scanner/state.ts";
import {
  type EvidenceReply,
  type LookReply,
  nextTitles,
  takeEvidence,
  takeLook,
  type Wanted,
  wantedOf,
} from "@/actors/scanner/verify.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import type { GameId, Offer, Quote, TitleEvidence } from "@/core/domain/market.ts";
import { type LevelId, LEVELS } from "@/core/domain/opportunity.ts";
import { explained } from "@/core/domain/reasons.ts";
import { ForgivingMarket } from "./forgiving.ts";

/** What market-fetcher answers, without the messages around it. */
export interface MarketPort {
  offersPage(query: {
    readonly game: GameId;
    readonly fromCents: number;
    readonly toCents: number;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<OffersPage>;
  look(game: GameId, titles: readonly Wanted[]): Promise<LookReply>;
  evidence(game: GameId, titles: readonly string[]): Promise<EvidenceReply>;
  now(): number;
}

/** A listing with the scan's verdict, and with every guard asked about it after its title was read. */
export interface JudgedOffer {
  readonly scanned: Judgement;
  readonly examined: Judgement;
}

interface Band {
  readonly level: LevelId;
  readonly fromCents: number;
  readonly toCents: number;
  /** Default: all. */
  readonly verifyTitles?: number;
}

const MAX_CENTS = 1_000_000_000_000;

/** The levels, and what lies below and above them, judged by the nearest. */
const BANDS: readonly Band[] = [
  { level: "boost", fromCents: 0, toCents: LEVEL_RULES.boost.fromCents },
  ...LEVELS.map((level) => ({ level, ...LEVEL_RULES[level] })),
  { level: "pro", fromCents: LEVEL_RULES.pro.toCents, toCents: MAX_CENTS },
];

const CONFIG = {
  ...scannerConfig.parse({ plan: [], intervalMs: 1_000, autoStart: false }),
  verifyTitles: 1_000_000,
  verifyBatch: 20,
  poolTitles: 1_000_000,
};

/** A game as far as it could be read. */
export interface ScannedGame extends Pick<ForgivingMarket, "gaps" | "missing"> {
  readonly judged: readonly JudgedOffer[];
}

/** Scans all bands of one game, one after the other, and examines every listing. */
export async function scanGame(open: MarketPort, game: GameId): Promise<ScannedGame> {
  const market = new ForgivingMarket(open);
  const { gaps, missing } = market;
  const judged: JudgedOffer[] = [];
  for (const band of BANDS) {
    const { scan, final, seen } = await scanBand(market, game, band);
    await readUnread(market, game, seen);
    judged.push(
      ...final.map((scanned) => ({ scanned, examined: examine(scan, scanned, seen, market) })),
    );
    if (scan.cutShort !== null) gaps.push({ ...band, ...explained(scan.cutShort) });
  }
  return { judged, gaps, missing };
}

/** Which band to scan, and how many of its titles may be verified; default: all. */
export interface LevelScan {
  readonly game: GameId;
  readonly level: LevelId;
  readonly verifyTitles?: number;
}

/** Scans one level of one game: a verdict per listing. */
export async function scanLevel(
  market: MarketPort,
  { game, level, verifyTitles }: LevelScan,
): Promise<readonly Judgement[]> {
  const band = {
    level,
    ...LEVEL_RULES[level],
    ...(verifyTitles === undefined ? {} : { verifyTitles }),
  };
  return (await scanBand(market, game, band)).final;
}

interface ScannedBand {
  readonly scan: Scan;
  readonly final: readonly Judgement[];
  readonly seen: Sightings;
}

async function scanBand(market: MarketPort, game: GameId, band: Band): Promise<ScannedBand> {
  const config = { ...CONFIG, verifyTitles: band.verifyTitles ?? CONFIG.verifyTitles };
  const { level } = band;
  const request = { scanId: NO_SCAN, game, level, filter: null, requestedBy: "judge" };
  const seen = new Sightings();
  const { fromCents, toCents } = band;
  const bands = [{ fromCents, toCents }];
  let scan: Scan = { ...newScan({ ...request, requestedAtMs: market.now() }, market.now()), bands };
  const final: Judgement[] = [];
  while (!scan.endOfBand) {
    const query = { game, ...bandOf(scan), cursor: scan.cursor, limit: config.pageSize };
    const page = await market.offersPage(query);
    seen.page(page);
    const taken = takePage(scan, page, { config, nowMs: market.now() });
    final.push(...taken.final);
    scan = taken.scan;
  }
  for (;;) {
    const titles = nextTitles(scan, config);
    if (titles.length === 0) break;
    scan = { ...scan, verifying: [...titles] };
    const looks = await market.look(game, wantedOf(scan, market.now()));
    const looked = takeLook(scan, looks, { nowMs: market.now(), pumpBans: [] });
    final.push(...looked.final);
    scan = looked.scan;
    if (scan.verifying.length === 0) continue;
    const reply = await market.evidence(game, scan.verifying);
    seen.evidence(reply.evidence);
    const taken = takeEvidence(scan, reply, { nowMs: market.now(), pumpBans: [] });
    final.push(...taken.final);
    scan = taken.scan;
  }
  final.push(...judgeWaiting(scan, scan.pool, market.now()));
  return { scan, final, seen };
}

const NO_SCAN = "00000000-0000-7000-8000-000000000000";

/** What the scan got to see, kept for the examination. */
class Sightings {
  readonly quotes = new Map<string, Quote>();
  readonly titles = new Set<string>();
  readonly read = new Map<string, TitleEvidence>();

  page({ offers, quotes }: OffersPage): void {
    for (const { title } of offers) this.titles.add(title);
    for (const quote of quotes) this.quotes.set(quote.title, quote);
  }
  evidence(read: readonly TitleEvidence[]): void {
    for (const evidence of read) this.read.set(evidence.title, evidence);
  }
}

/** Reads the titles that the scan had no need to read. */
async function readUnread(market: MarketPort, game: GameId, seen: Sightings): Promise<void> {
  const unread = [...seen.titles].filter((title) => !seen.read.has(title));
  for (let from = 0; from < unread.length; from += CONFIG.verifyBatch) {
    const titles = unread.slice(from, from + CONFIG.verifyBatch);
    seen.evidence((await market.evidence(game, titles)).evidence);
  }
}

/** Every guard with everything read; how long ago it was read is not what is asked here. */
function examine(scan: Scan, scanned: Judgement, seen: Sightings, market: MarketPort): Judgement {
  const offer: Offer = scanned.offer;
  const evidence = seen.read.get(offer.title) ?? null;
  const nowMs = evidence?.readAtMs ?? market.now();
  const quote = seen.quotes.get(offer.title) ?? null;
  return judgeIn(scan, {
    offer,
    quote,
    evidence,
    otherAskSeenCents: null,
    takenLots: 0,
    nowMs,
  });
}
