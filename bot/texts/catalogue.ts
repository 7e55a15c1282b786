/**
 * Every phrase that the operator's surface says, by meaning. Phrases are plain text: markup and
 * escaping belong to whoever shows them. A language is an object of `Words`, so a phrase that is
 * missing in one language does not compile.
 */

import type { GameId } from "@/core/domain/market.ts";
import type { ExitKind, GuardId } from "@/core/domain/opportunity.ts";
import type { ReasonCode } from "@/core/domain/reasons.ts";
import type { Language } from "@/core/protocol/languages.ts";
import type { CommandName, NoticeOf } from "@/core/protocol/notices.ts";
import type { Priority } from "@/core/protocol/watcher.ts";
import type { Formats, Forms, Units } from "./format.ts";
import type { MarketWords } from "./market_texts.ts";

/** Every reason, with the same places as its English sentence in core/domain/reasons.ts. */
export type ReasonWords = Readonly<Record<ReasonCode, string>>;

/** How an actor is doing, and, of one that is connected elsewhere, its connection or its breaker. */
export type State =
  | "starting"
  | "ready"
  | "degraded"
  | "suspended"
  | "backoff"
  | "restarting"
  | "draining"
  | "hung"
  | "failed"
  | "stopped"
  | "connecting"
  | "offline"
  | "unauthorised"
  | "conflict"
  | "open"
  | "half-open";

export type ScanStatus = "queued" | "running" | "completed" | "stopped" | "failed";

/**
 * Phrases of the page. They travel to the browser, so they are strings; `{time}` stands for a span
 * of time.
 */
export interface PageWords {
  readonly search: string;
  readonly searchNothing: string;

  readonly noMarket: string;
  readonly titles: Forms;
  readonly twoSided: string;
  readonly medianOffer: string;
  readonly medianSpread: string;
  readonly crossed: string;

  readonly target: string;
  readonly resell: string;
  readonly score: string;
  readonly liquidity: string;
  readonly crowd: string;

  readonly watchesTitle: string;
  readonly noWatches: string;
  readonly offer: string;
  readonly bid: string;
  readonly lastChange: string;
  readonly noChange: string;
  /** Readings in a row. */
  readonly failing: Forms;
  readonly watch: string;
  readonly unwatch: string;
  readonly analysis: string;
  readonly spread: string;
  readonly anyAsset: string;
  readonly fairPrice: string;
  readonly salesByDay: string;

  readonly annualised: string;
  readonly guards: string;
  readonly confidenceOf: Readonly<Record<"low" | "medium" | "high", string>>;

  readonly live: string;
  readonly lost: string;
  readonly noHealth: string;
  readonly unavailable: string;
  readonly notFound: string;
  readonly back: string;

  readonly scansTitle: string;
  readonly scanNow: string;
  readonly game: string;
  readonly level: string;
  readonly noScans: string;
  readonly scanStatus: Readonly<Record<ScanStatus, string>>;
  readonly offers: Forms;
  readonly found: Forms;

  readonly opportunitiesTitle: string;
  readonly noOpportunities: string;
  readonly buy: string;
  readonly exit: string;
  readonly net: string;
  readonly profit: string;
  readonly roi: string;
  readonly sales7d: string;
  readonly bestBid: string;
  readonly otherAsk: string;
  readonly breakEven: string;
  readonly fee: string;
  readonly lock: string;
  readonly confidence: string;

  readonly targetsTitle: string;
  readonly noTargets: string;

  readonly actorsTitle: string;
  readonly restarts: Forms;
  readonly waiting: Forms;
  /** The market is one of our own making. */
  readonly simulated: string;

  readonly justNow: string;
  readonly ago: string;
}

/** The page's phrases with those that it shares with messages. */
export interface PageTexts extends PageWords, Units {
  /** BCP 47 tag for numbers. */
  readonly locale: string;
  readonly games: Readonly<Record<GameId, string>>;
  readonly marketTitle: string;
  readonly ideasTitle: string;
  readonly ideasMeaning: string;
  readonly noIdeas: string;
  readonly salesUnread: string;
  readonly priority: Readonly<Record<Priority, string>>;
  readonly unread: string;
  readonly every: string;
  readonly polled: string;
  readonly filterTitle: string;
  readonly filterUse: string;
  readonly noFilter: string;
  readonly anyValue: string;
  readonly yes: string;
  readonly no: string;
  /** `{field}`, `{value}` and `{allowed}`. */
  readonly filterUnknown: string;
  readonly filterCannot: string;
  /** `{allowed}`, or `{from}` and `{to}`. */
  readonly filterTakes: Readonly<Record<keyof MarketWords["filterTakes"], string>>;
  readonly health: Readonly<Record<"pass" | "warn" | "fail", string>>;
  readonly states: Readonly<Record<State, string>>;
  readonly up: string;
  readonly left: string;
  readonly kind: Readonly<Record<ExitKind, string>>;
  readonly guardNames: Readonly<Record<GuardId, string>>;
  readonly reasons: ReasonWords;
}

/** What a language file holds: nothing but words, and the order they stand in. */
export interface Words {
  readonly modeMeaning: Readonly<Record<"dry", string>>;
  /** Marks a message that may have arrived before. */
  readonly repeated: string;
  readonly exit: Readonly<Record<ExitKind, string>>;

  /** What each command does, for the menu and for /help. */
  readonly commands: Readonly<Record<Exclude<CommandName, "language">, string>>;
  /** What a command takes, in brackets what may be left out. */
  readonly args: Readonly<Partial<Record<CommandName, string>>>;
  readonly helpTitle: string;
  readonly scanUsage: (words: { games: string; levels: string; fallback: string }) => string;
  readonly opportunitiesUsage: (most: string) => string;
  readonly welcome: string;
  readonly unknownCommand: (name: string) => string;
  readonly notACommand: string;
  readonly missingTitle: (command: CommandName) => string;
  readonly badArgument: (command: CommandName, wrong: string) => string;
  readonly busy: string;
  readonly unavailable: Readonly<Record<NoticeOf<"unavailable">["what"], string>>;

  readonly newOpportunities: (count: number) => string;
  readonly latestOpportunities: string;
  readonly noOpportunities: string;
  readonly andMore: (count: number) => string;
  readonly sales7d: (count: number) => string;
  readonly bid: (price: string) => string;
  readonly nextAsk: (price: string) => string;
  readonly locked: (days: number) => string;
  readonly confidence: Readonly<Record<"low" | "medium" | "high", string>>;

  readonly scanRequested: string;
  readonly scanningStopped: string;
  readonly scanStatus: Readonly<Record<ScanStatus, string>>;
  readonly offers: (count: number) => string;
  readonly offersOf: (processed: number, total: number) => string;
  readonly found: (count: number) => string;
  readonly refused: (count: number) => string;
  readonly unverified: (count: number) => string;
  readonly took: (time: string) => string;
  readonly scansIn: (count: number, time: string) => string;
  readonly failed: (count: number) => string;
  readonly left: (time: string) => string;

  readonly statusTitle: string;
  readonly scanningPaused: string;
  readonly nothingRunning: string;
  readonly queued: (count: number) => string;
  readonly nextScanIn: (time: string) => string;
  readonly lastScan: string;
  readonly scannerSilent: string;
  readonly resourcesSilent: string;
  readonly resources: (values: { cpu: string; memory: string; diskFree: string }) => string;
  readonly heldBack: (factor: string) => string;

  readonly healthTitle: Readonly<Record<"pass" | "warn" | "fail", string>>;
  readonly states: Readonly<Record<State, string>>;
  readonly upFor: (time: string) => string;
  readonly actorsReady: (ready: number, all: number) => string;
  readonly restarts: (count: number) => string;

  readonly alert: Readonly<Record<"info" | "warning" | "critical", string>>;
  readonly timesSince: (times: number, time: string) => string;

  readonly market: MarketWords;
  readonly page: PageWords;
  readonly guardNames: Readonly<Record<GuardId, string>>;
  readonly reasons: ReasonWords;
}

/** Everything that is said to readers of one language. */
export interface Catalogue extends Formats, Omit<Words, "commands" | "page"> {
  readonly language: Language;
  readonly modeBadge: Readonly<Record<"dry", string>>;
  readonly commands: Readonly<Record<CommandName, string>>;
  readonly page: PageTexts;
}
