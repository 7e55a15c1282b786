/**
 * Every phrase that the operator's surface says, by meaning. Phrases are plain text: markup and
 * escaping belong to whoever shows them. A language is an object of this type, so a phrase that is
 * missing in one language does not compile.
 */

import type { GameId } from "@/core/domain/market.ts";
import type { ExitKind, LevelId } from "@/core/domain/opportunity.ts";
import type { Language } from "@/core/protocol/languages.ts";
import type { CommandName, NoticeOf } from "@/core/protocol/notices.ts";
import type { Priority } from "@/core/protocol/watcher.ts";
import type { MarketTexts } from "./market_texts.ts";

export type ScanStatus = "queued" | "running" | "completed" | "stopped" | "failed";

/** Writes numbers the way readers of the language do. */
export interface Formats {
  /** Integer cents as US dollars. */
  money(cents: number): string;
  /** The same with its sign, for gains and losses. */
  gain(cents: number): string;
  /** Basis points as percent with one decimal. */
  percent(bps: number): string;
  /** A ratio between 0 and 1 as whole percent. */
  share(ratio: number): string;
  count(value: number): string;
  /** With two significant digits, for estimates. */
  decimal(value: number): string;
  bytes(value: number): string;
  /** A span of time in its largest fitting units, such as `2 h 5 min`. */
  duration(ms: number): string;
}

/**
 * Phrases of the page. They travel to the browser, so they are strings; `{time}` stands for a span
 * of time.
 */
export interface PageTexts {
  /** BCP 47 tag for numbers. */
  readonly locale: string;
  readonly search: string;
  readonly searchNothing: string;

  readonly marketTitle: string;
  readonly noMarket: string;
  readonly titles: string;
  readonly twoSided: string;
  readonly medianOffer: string;
  readonly medianSpread: string;
  readonly crossed: string;

  readonly ideasTitle: string;
  readonly ideasMeaning: string;
  readonly noIdeas: string;
  readonly target: string;
  readonly resell: string;
  readonly score: string;
  readonly liquidity: string;
  readonly crowd: string;
  readonly salesUnread: string;

  readonly watchesTitle: string;
  readonly noWatches: string;
  readonly priority: Readonly<Record<Priority, string>>;
  readonly offer: string;
  readonly bid: string;
  readonly lastChange: string;
  readonly noChange: string;
  readonly unread: string;
  readonly every: string;
  /** `{count}`: readings in a row. */
  readonly failing: string;
  readonly polled: string;
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
  readonly health: Readonly<Record<"pass" | "warn" | "fail", string>>;
  readonly noHealth: string;
  readonly up: string;
  readonly unavailable: string;
  readonly notFound: string;
  readonly back: string;

  readonly scansTitle: string;
  readonly noScans: string;
  readonly scanStatus: Readonly<Record<ScanStatus, string>>;
  readonly offers: string;
  readonly found: string;
  readonly left: string;

  readonly opportunitiesTitle: string;
  readonly noOpportunities: string;
  readonly buy: string;
  readonly exit: string;
  readonly net: string;
  readonly profit: string;
  readonly roi: string;
  readonly kind: Readonly<Record<ExitKind, string>>;
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
  readonly restarts: string;
  readonly waiting: string;

  readonly games: Readonly<Record<GameId, string>>;
  readonly justNow: string;
  readonly ago: string;
  readonly second: string;
  readonly minute: string;
  readonly hour: string;
  readonly day: string;
}

export interface Catalogue extends Formats {
  readonly language: Language;

  readonly modeBadge: Readonly<Record<"dry", string>>;
  readonly modeMeaning: Readonly<Record<"dry", string>>;
  /** Marks a message that may have arrived before. */
  readonly repeated: string;
  readonly level: Readonly<Record<LevelId, string>>;
  readonly exit: Readonly<Record<ExitKind, string>>;

  /** What each command does, for the menu and for /help. */
  readonly commands: Readonly<Record<CommandName, string>>;
  readonly helpTitle: string;
  readonly scanUsage: (words: { games: string; levels: string; fallback: string }) => string;
  readonly opportunitiesUsage: (most: string) => string;
  readonly welcome: string;
  readonly unknownCommand: (name: string) => string;
  readonly notACommand: string;
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
  readonly offersOf: (processed: number, total: number | null) => string;
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
  readonly heldBack: (factor: string, reason: string) => string;

  readonly healthTitle: Readonly<Record<"pass" | "warn" | "fail", string>>;
  readonly upFor: (time: string) => string;
  readonly actorsReady: (ready: number, all: number) => string;
  readonly restarts: (count: number) => string;
  readonly deadLetters: (count: number) => string;

  readonly alert: Readonly<Record<"info" | "warning" | "critical", string>>;
  readonly timesSince: (times: number, time: string) => string;

  readonly market: MarketTexts;
  readonly page: PageTexts;
}
