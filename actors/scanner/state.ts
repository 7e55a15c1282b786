/** What the scanner remembers: everything a scan needs to go on after a crash. */

import { z } from "zod";
import type { ContextOf, StateSpec, TurnOf } from "@/core/kernel/mod.ts";
import { IdSet } from "@/core/domain/judged_ids.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import type { Offer } from "@/core/domain/market.ts";
import { GUARDS } from "@/core/domain/opportunity.ts";
import { MAX_PUMP_BANS } from "@/core/domain/pump.ts";
import type { PriceBand } from "@/core/market/dmarket/bands.ts";
import {
  cents,
  filterWants,
  gameId,
  levelId,
  quote,
  reason,
  scanProgress,
  timestampMs,
} from "@/core/protocol/schemas.ts";
import type { scannerSpec } from "./spec.ts";
import { packOffer, unpackOffer, waitingOffer } from "./waiting.ts";

/** Listings of one title that wait for it to be verified. */
export const MAX_OFFERS_OF_TITLE = 20;
/** Ids of offers taken up from one band, and of those taken up from books; more than a query pages. */
export const MAX_IDS = 10_000;
export const MAX_OPEN = 1_000;
export const MAX_RECENT = 20;
/** Every game at every level, and eighty more of people's filters. */
export const MAX_QUEUE = 100;
/** Titles of a level remembered as verified in the round under way; a dozen scans of them. */
export const MAX_MARKS = 400;
/** Bands that one level is read in: two million listings, and room for crowded prices. */
export const MAX_BANDS = 256;

const count = z.int().min(0);
const title = z.string().min(1).max(300);
const packedMarks = z.string().max(8 * MAX_MARKS);
const packedIds = z.string().max(8 * MAX_IDS);

/** Listings of one title and phase that no guard has refused yet. */
const candidate = z.object({
  title,
  phase: z.string().max(40).nullable(),
  quote: quote.nullable(),
  /** Cheapest first. */
  waiting: z.array(waitingOffer).min(1).max(MAX_OFFERS_OF_TITLE),
  /** The two cheapest free listings met, whatever became of them. */
  lowest: z.array(z.object({ offerId: z.string().max(100), priceCents: cents })).max(2),
});
export type Candidate = z.output<typeof candidate>;

/** A title that was read, and what to know of it when more of its listings come. */
const verifiedTitle = z.object({
  title,
  /** Highest bid for any asset of it; null when nobody bids. */
  topBidCents: cents.nullable(),
  /** Lots of its bids promised to accepted offers. */
  takenLots: count,
});
export type VerifiedTitle = z.output<typeof verifiedTitle>;

/** The scans of a level since its best titles were verified last. */
const round = z.object({
  sinceMs: timestampMs,
  /** Titles verified since, as they stood, oldest first; packed. */
  marks: packedMarks,
  /** Those of the round before. */
  before: packedMarks,
});
export type Round = z.output<typeof round>;

const scanKey = {
  scanId: z.uuid(),
  game: gameId,
  level: levelId,
  /** What the offers have to be; null: anything. */
  filter: filterWants.nullable().default(null),
};
const scanRequest = z.object({
  ...scanKey,
  requestedBy: z.string().max(100),
  requestedAtMs: timestampMs,
});
export type ScanRequest = z.output<typeof scanRequest>;

const scan = z.object({
  ...scanKey,
  requestedBy: z.string().max(100),
  startedAtMs: timestampMs,
  updatedAtMs: timestampMs,
  /** Time at work; pauses and restarts are left out. */
  activeMs: z.number().min(0),
  /** Up to when work was counted. */
  countedToMs: timestampMs,
  toldAtMs: timestampMs.nullable(),

  /** Bands still to be read, cheapest first, the present one included; empty: the level as one. */
  bands: z.array(z.object({ fromCents: cents, toCents: cents })).max(MAX_BANDS).default([]),
  /** How often the band was gone on with under a new cursor. */
  pass: count,
  cursor: z.string().max(500).nullable(),
  cursorAtMs: timestampMs.nullable(),
  /** Pages of this pass and the rows on them; pages of all. */
  passPages: count,
  passRows: count.default(0),
  pages: count,
  /** Pages in a row that showed nothing new. */
  stalePages: count,
  /** Every band was read. */
  endOfBand: z.boolean(),
  /** Why listings were not reached; null when all were. */
  cutShort: z.union([reason, z.string().max(200)]).nullable(),
  total: count.nullable(),
  /** Listings met, each once, those that the filter left out included. */
  seen: count,
  leftOut: count.default(0),
  /** Dearest price reached. */
  frontCents: cents,

  accepted: count,
  refused: count,
  unverified: count,
  guardFailures: z.partialRecord(z.enum(GUARDS), count),
  /** The market suggests prices for this game. */
  suggests: z.boolean(),
  /** Offers taken up since the front passed `floorCents`, where a band began; packed. */
  takenUp: packedIds,
  floorCents: cents.default(0),
  /** Offers taken up from books before a page showed them; packed. */
  fromBooks: packedIds.default(""),
  /** Titles with a cheaper free listing that waits no more; packed. */
  passedTitles: packedIds,

  pool: z.array(candidate).max(1_000),
  /** Titles being read. */
  verifying: z.array(title).max(40),
  /** They passed a first look, and all of their evidence is read. */
  isLooked: z.boolean().default(true),
  verified: z.array(verifiedTitle).max(1_000),
  round: round.default({ sinceMs: 0, marks: "", before: "" }),
  /** Titles read so far, and the requests this took; one read twice counts twice. */
  spent: count,
  spentRequests: count.default(0),
  /** Titles that could not be read, counted like those asked for. */
  unreadTitles: count.default(0),
  /** Turns that found something; numbers their messages. */
  batches: count,
  pageFailures: count,
  evidenceFailures: count,
});
export type Scan = z.output<typeof scan>;

/** An opportunity on show. */
const openOffer = z.object({
  offerId: z.string().min(1).max(100),
  game: gameId,
  level: levelId,
  kinds: z.array(z.enum(["quick", "list"])).min(1).max(2),
  /** Found again by the scan that runs now. */
  confirmed: z.boolean(),
  /** Met on a page of the scan that runs now. */
  met: z.boolean().default(false),
  /** Its title could not be read when it was asked for last. */
  unread: z.boolean().default(false),
});
export type OpenOffer = z.output<typeof openOffer>;

const scannerState = z.object({
  paused: z.boolean(),
  queue: z.array(scanRequest).max(MAX_QUEUE),
  active: z.array(scan).max(20),
  /** Newest first. */
  recent: z.array(scanProgress).max(MAX_RECENT),
  open: z.array(openOffer).max(MAX_OPEN),
  /** Of unfiltered scans, one per game and level. */
  rounds: z.array(round.extend({ game: gameId, level: levelId })).max(20).default([]),
  plan: z.object({
    /** Next entry of the plan. */
    position: count,
    nextRoundAtMs: timestampMs.nullable(),
    /** Numbers the scans of the plan. */
    sequence: count,
  }),
  /** Titles whose sales were pumped lately, over all scans. */
  pumpBans: z.array(z.object({ game: gameId, title, untilMs: timestampMs })).max(MAX_PUMP_BANS)
    .default([]),
  pressure: z.object({ factor: z.number().min(0.05).max(1), untilMs: timestampMs }),
});
export type ScannerState = z.output<typeof scannerState>;

export const stateSpec: StateSpec<ScannerState> = {
  version: 2,
  schema: scannerState,
  upgrade: { 1: packWaiting },
  initial: () => ({
    paused: false,
    queue: [],
    active: [],
    recent: [],
    open: [],
    rounds: [],
    plan: { position: 0, nextRoundAtMs: null, sequence: 0 },
    pumpBans: [],
    pressure: { factor: 1, untilMs: 0 },
  }),
};

/** Version 1 kept waiting listings as they came. */
function packWaiting(saved: unknown): unknown {
  const state = saved as { readonly active: readonly { readonly pool: readonly OldCandidate[] }[] };
  const active = state.active.map((scan) => ({
    ...scan,
    pool: scan.pool.map(({ offers, ...entry }) => ({ ...entry, waiting: offers.map(packOffer) })),
  }));
  return { ...state, active };
}

interface OldCandidate {
  readonly offers: readonly Offer[];
}

export type ScannerContext = ContextOf<typeof scannerSpec, ScannerState>;
export type ScannerTurn = TurnOf<typeof scannerSpec, ScannerState>;
/** One thing more for the turn that is being put together. */
export type Step = (turn: ScannerTurn) => ScannerTurn;

/** What a handler decides, before it becomes a turn. */
export interface Decision {
  readonly state: ScannerState;
  readonly steps: readonly Step[];
}

export function newScan(
  request: ScanRequest,
  nowMs: number,
  round: Round = { sinceMs: nowMs, marks: "", before: "" },
): Scan {
  const { scanId, game, level, filter, requestedBy } = request;
  return {
    scanId,
    game,
    level,
    filter,
    requestedBy,
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
    activeMs: 0,
    countedToMs: nowMs,
    toldAtMs: null,
    bands: [],
    pass: 0,
    cursor: null,
    cursorAtMs: null,
    passPages: 0,
    passRows: 0,
    pages: 0,
    stalePages: 0,
    endOfBand: false,
    cutShort: null,
    total: null,
    seen: 0,
    leftOut: 0,
    frontCents: 0,
    accepted: 0,
    refused: 0,
    unverified: 0,
    guardFailures: {},
    suggests: false,
    takenUp: "",
    floorCents: 0,
    fromBooks: "",
    passedTitles: "",
    pool: [],
    verifying: [],
    isLooked: false,
    verified: [],
    round,
    spent: 0,
    spentRequests: 0,
    unreadTitles: 0,
    batches: 0,
    pageFailures: 0,
    evidenceFailures: 0,
  };
}

/** Where the scan reads now. */
export function bandOf({ bands, level }: Scan): PriceBand {
  return bands[0] ?? LEVEL_RULES[level];
}

/** The listings that wait under an entry, cheapest first. */
export function waitingOffers({ game }: Scan, entry: Candidate): readonly Offer[] {
  const { title, phase, waiting } = entry;
  return waiting.map((packed) => unpackOffer({ game, title, phase }, packed));
}

/** A working copy of one of the scan's packed sets. */
export function openIds(scan: Scan, packed: string): IdSet {
  return new IdSet({ packed, salt: scan.scanId, capacity: MAX_IDS });
}

/** The state with one scan changed. */
export function withScan(state: ScannerState, changed: Scan): ScannerState {
  return {
    ...state,
    active: state.active.map((scan) => scan.scanId === changed.scanId ? changed : scan),
  };
}
