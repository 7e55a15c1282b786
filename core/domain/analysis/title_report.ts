/** Everything the analysis says about one title, with the inputs it says it from. */

import { executableBid } from "@/core/domain/book.ts";
import { daysToSell, type Liquidity, liquidity } from "@/core/domain/liquidity.ts";
import type { AssetClass, Quote, TitleEvidence } from "@/core/domain/market.ts";
import { pumpSigns } from "@/core/domain/pump.ts";
import type { KnownReason } from "@/core/domain/reasons.ts";
import type { TradeRules } from "@/core/domain/rules.ts";
import {
  comparableSales,
  salesReading,
  type SalesSummary,
  summariseSales,
} from "@/core/domain/sales.ts";
import { type Depth, depthOf } from "./depth.ts";
import { SALES_PAGE, type SalesVolume, salesVolume } from "./volume.ts";

export interface Manipulation {
  /** True when the sales look pushed; an automatic resale would refuse the title. */
  readonly isPumped: boolean;
  /** Each sign that was found; empty when there is none. */
  readonly signs: readonly KnownReason[];
  /** Sales left out of the reference price as outliers or spikes. */
  readonly droppedSales: number;
}

export interface TitleReport {
  readonly title: string;
  readonly readAtMs: number;
  readonly sales: SalesSummary;
  readonly volume7d: SalesVolume;
  readonly volume30d: SalesVolume;
  readonly liquidity: Liquidity;
  /** Expected days to sell at the lowest free ask less one cent. */
  readonly daysToSell: number;
  readonly depth: Depth;
  /** Best bid an ordinary asset can be sold into, a lone outlying lot passed over; null: none. */
  readonly executableBidCents: number | null;
  readonly manipulation: Manipulation;
}

export interface ReportInput {
  readonly evidence: TitleEvidence;
  readonly quote: Quote | null;
  /** Phase to look at, where the title has phases. */
  readonly phase?: string | null;
  readonly nowMs: number;
  readonly rules: TradeRules;
}

export function titleReport({ evidence, quote, phase, nowMs, rules }: ReportInput): TitleReport {
  const asset: AssetClass = { floatPart: null, phase: phase ?? null, paintSeed: null };
  const comparable = comparableSales(evidence.sales, asset);
  const sales = summariseSales(comparable, salesReading(evidence, rules), rules);
  const days = daysToSell(sales, 0);
  const page = {
    sales: comparable,
    readAtMs: evidence.salesReadAtMs ?? evidence.readAtMs,
    pageSize: pageSizeOf(evidence, comparable),
  };
  const bid = executableBid({ bids: evidence.bids, asset, takenLots: 0 }, rules);
  return {
    title: evidence.title,
    readAtMs: evidence.readAtMs,
    sales,
    volume7d: salesVolume(page, 7),
    volume30d: salesVolume(page, 30),
    liquidity: liquidity({
      sales7d: sales.sales7d,
      daysToSell: days,
      variation: sales.variation,
      offers: quote?.askCount ?? evidence.asks.length,
      volume7dCents: sales.sales7d * (sales.referenceCents ?? 0),
    }),
    daysToSell: days,
    depth: depthOf(evidence, { nowMs }),
    executableBidCents: bid?.priceCents ?? null,
    manipulation: manipulationOf(sales, rules),
  };
}

/** A full page stays full when only one phase of it is looked at. */
function pageSizeOf(evidence: TitleEvidence, comparable: TitleEvidence["sales"]): number {
  return evidence.sales.length >= SALES_PAGE ? comparable.length : SALES_PAGE;
}

/** The same signs by which the scanner's pump guard refuses a resale. */
function manipulationOf(sales: SalesSummary, rules: TradeRules): Manipulation {
  const signs = pumpSigns(sales, rules);
  return { isPumped: signs.length > 0, signs, droppedSales: sales.droppedCount };
}
