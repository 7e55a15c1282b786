/** Analysis of recorded quotes and cases, and of titles read on request, for pages and commands. */

import { casesOfTitle, latestQuotes } from "@/core/db/history_reads_repo.ts";
import type { Db } from "@/core/db/session.ts";
import { findTitles } from "@/core/domain/analysis/finder.ts";
import { marketOverview } from "@/core/domain/analysis/overview.ts";
import { salesByDay } from "@/core/domain/analysis/sales_days.ts";
import { searchTitles } from "@/core/domain/analysis/title_search.ts";
import { type TitleReport, titleReport } from "@/core/domain/analysis/title_report.ts";
import { SALES_PAGE, type SalesPage } from "@/core/domain/analysis/volume.ts";
import {
  type FeeRule,
  type GameId,
  GAMES,
  type Quote,
  type TitleEvidence,
} from "@/core/domain/market.ts";
import { DAY_MS, DEFAULT_RULES } from "@/core/domain/rules.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { serve, type Served } from "@/core/kernel/house.ts";
import { analysis } from "@/core/protocol/analysis.ts";

/** A quote that does not change is recorded once a day, so that a younger one may still stand. */
const QUOTE_LIFE_MS = DAY_MS;
/** Sales that were read longer ago neither confirm nor veto an idea. */
const REPORT_LIFE_MS = 6 * 3_600_000;
/** Cases of one title that are read: enough pages of twenty sales for three months of most titles. */
const MAX_CASES = 300;
/** Sales may be this much older than their book where nothing says when they were read. */
const SALES_LAG_MS = 45 * 60_000;
/** A person waits for this reading: what was recorded is better late than nothing. */
const READ_MS = 20_000;
/** Ideas whose sales are looked up before the best are chosen, per idea asked for. */
const LOOK_UP = 3;
/** What most sales pay; the fee of a title is known once it is verified. */
const USUAL_FEE: FeeRule = { feePpm: DEFAULT_RULES.usualFeePpm, minFeeCents: 1 };

/** A title as it stands at the market now. Throws when it cannot be read. */
export type ReadTitle = (game: GameId, title: string) => Promise<TitleEvidence>;

export interface AnalysisSources {
  readonly db: Db;
  readonly clock: Clock;
  readonly readTitle: ReadTitle;
}

export function analysisViews({ db, clock, readTitle }: AnalysisSources): readonly Served[] {
  const quotesOf = (game: GameId) =>
    latestQuotes(db, { game, sinceMs: clock.now() - QUOTE_LIFE_MS });
  const quoteOf = async (game: GameId, title: string) =>
    (await quotesOf(game)).find((quote) => quote.title === title) ?? null;
  return [serve(analysis, {
    Title: async ({ game, title, days, maxAgeMs }) => {
      const nowMs = clock.now();
      const fromMs = nowMs - days * DAY_MS;
      const cases = await casesOfTitle(db, { game, title, sinceMs: fromMs, limit: MAX_CASES });
      const [recorded] = cases;
      const isYoung = recorded !== undefined && nowMs - recorded.atMs <= maxAgeMs;
      const { read, problem } = isYoung
        ? { read: null, problem: null }
        : await attempt(clock, readTitle(game, title));
      const known = [...read === null ? [] : [{ evidence: read }], ...cases];
      const byDay = salesByDay({ pages: known.map(salesPage), fromMs, toMs: nowMs });
      // Loaded by the first who asks: until then nobody needs its library.
      const { indicatorsOf } = await import("@/core/indicators/indicators.ts");
      const newest = read === null
        ? recorded
        : { evidence: read, quote: await quoteOf(game, title), atMs: nowMs };
      return plain({
        report: newest === undefined ? null : reportOf(newest),
        salesByDay: byDay,
        indicators: indicatorsOf(byDay),
        problem,
      });
    },
    Overview: async ({ game }) => {
      const quotes = await quotesOf(game);
      const sinceMs = quotes.reduce<number | null>(
        (oldest, { atMs }) => oldest === null ? atMs : Math.min(oldest, atMs),
        null,
      );
      return { ...marketOverview(game, quotes), sinceMs };
    },
    Titles: async ({ game, text, limit }) => {
      const games = game === null ? GAMES : [game];
      const known = await Promise.all(
        games.map(async (one) => (await quotesOf(one)).map(({ title }) => ({ game: one, title }))),
      );
      const found = searchTitles(known.flat(), text);
      return { titles: found.slice(0, limit), total: found.length };
    },
    Finder: async ({ game, limit }) => {
      const quotes = await quotesOf(game);
      const fee = USUAL_FEE;
      const first = findTitles({ quotes, reports: new Map(), fee, limit: limit * LOOK_UP });
      const reports = new Map<string, TitleReport>();
      for (const { title } of first) {
        const sinceMs = clock.now() - REPORT_LIFE_MS;
        const [newest] = await casesOfTitle(db, { game, title, sinceMs, limit: 1 });
        if (newest !== undefined) reports.set(title, reportOf(newest));
      }
      const promising = new Set(first.map(({ title }) => title));
      const chosen = quotes.filter(({ title }) => promising.has(title));
      return plain({ ideas: findTitles({ quotes: chosen, reports, fee, limit }) });
    },
  })];
}

/** What could be read, or why it could not. */
async function attempt(
  clock: Clock,
  reading: Promise<TitleEvidence>,
): Promise<{ readonly read: TitleEvidence | null; readonly problem: string | null }> {
  const tooLate = Promise.withResolvers<never>();
  const message = `The market did not answer within ${READ_MS / 1_000} s`;
  const cancel = clock.after(READ_MS, () => tooLate.reject(new Error(message)));
  try {
    return { read: await Promise.race([reading, tooLate.promise]), problem: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { read: null, problem: reason.slice(0, 1_000) };
  } finally {
    cancel();
  }
}

function salesPage({ evidence }: { readonly evidence: TitleEvidence }): SalesPage {
  const { sales, readAtMs, salesReadAtMs = readAtMs - SALES_LAG_MS } = evidence;
  return { sales, readAtMs: salesReadAtMs, pageSize: SALES_PAGE };
}

interface Known {
  readonly evidence: TitleEvidence;
  readonly quote: Quote | null;
  readonly atMs: number;
}

/** As it stood when it was read: a report of old sales must not age into a quiet market. */
function reportOf({ evidence, quote, atMs }: Known): TitleReport {
  return titleReport({ evidence, quote, nowMs: atMs, rules: DEFAULT_RULES });
}

type Mutable<T> = T extends readonly (infer E)[] ? Mutable<E>[]
  : T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> }
  : T;

/** Replies are sent as they are, so that a list that nobody may change here may change there. */
function plain<T>(value: T): Mutable<T> {
  return value as Mutable<T>;
}
