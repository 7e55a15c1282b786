/** Analysis of recorded quotes and cases, for pages and commands. */

import { casesOfTitle, latestQuotes } from "@/core/db/history_reads_repo.ts";
import type { Db } from "@/core/db/session.ts";
import { findTitles } from "@/core/domain/analysis/finder.ts";
import { marketOverview } from "@/core/domain/analysis/overview.ts";
import type { CaseRecord } from "@/core/domain/analysis/recording.ts";
import { salesByDay } from "@/core/domain/analysis/sales_days.ts";
import { type TitleReport, titleReport } from "@/core/domain/analysis/title_report.ts";
import { SALES_PAGE } from "@/core/domain/analysis/volume.ts";
import type { FeeRule, GameId } from "@/core/domain/market.ts";
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
/** Sales may be this much older than the book they were recorded with. */
const SALES_LAG_MS = 45 * 60_000;
/** Ideas whose sales are looked up before the best are chosen, per idea asked for. */
const LOOK_UP = 3;
/** What most sales pay; the fee of a title is known once it is verified. */
const USUAL_FEE: FeeRule = { feePpm: DEFAULT_RULES.usualFeePpm, minFeeCents: 1 };

export function analysisViews({ db, clock }: { db: Db; clock: Clock }): readonly Served[] {
  const quotesOf = (game: GameId) =>
    latestQuotes(db, { game, sinceMs: clock.now() - QUOTE_LIFE_MS });
  return [serve(analysis, {
    Title: async ({ game, title, days }) => {
      const nowMs = clock.now();
      const fromMs = nowMs - days * DAY_MS;
      const cases = await casesOfTitle(db, { game, title, sinceMs: fromMs, limit: MAX_CASES });
      const pages = cases.map(({ evidence }) => ({
        sales: evidence.sales,
        readAtMs: evidence.readAtMs - SALES_LAG_MS,
        pageSize: SALES_PAGE,
      }));
      const [newest] = cases;
      return plain({
        report: newest === undefined ? null : reportOf(newest),
        salesByDay: salesByDay({ pages, fromMs, toMs: nowMs }),
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

/** As it stood when it was recorded: a report of old sales must not age into a quiet market. */
function reportOf({ evidence, quote, atMs }: CaseRecord): TitleReport {
  return titleReport({ evidence, quote, nowMs: atMs, rules: DEFAULT_RULES });
}

type Mutable<T> = T extends readonly (infer E)[] ? Mutable<E>[]
  : T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> }
  : T;

/** Replies are sent as they are, so that a list that nobody may change here may change there. */
function plain<T>(value: T): Mutable<T> {
  return value as Mutable<T>;
}
