/** How much of a title was sold, by operation type, and what a limited page of sales can prove. */

import type { Sale } from "@/core/domain/market.ts";
import { DAY_MS } from "@/core/domain/rules.ts";

/** Sales of one side inside a window. */
export interface SideVolume {
  readonly count: number;
  /** Sum of their prices, cents. */
  readonly cents: number;
}

export interface SalesVolume {
  readonly days: number;
  readonly offer: SideVolume;
  readonly target: SideVolume;
  /** False: the page of sales ends inside the window, so both sides are lower bounds. */
  readonly isComplete: boolean;
}

export interface SalesPage {
  readonly sales: readonly Sale[];
  readonly readAtMs: number;
  /** Most sales one page holds; a full one may hide older sales. */
  readonly pageSize: number;
}

/** The market's own most, per page. */
export const SALES_PAGE = 20;

/** First moment from which on every sale is in the page; 0 when the page hides none. */
export function coveredFromMs({ sales, pageSize }: SalesPage): number {
  if (sales.length < pageSize) return 0;
  // Another sale of the page's oldest second may have been cut off.
  return Math.min(...sales.map((sale) => sale.soldAtMs)) + 1;
}

export function salesVolume(page: SalesPage, days: number): SalesVolume {
  const fromMs = page.readAtMs - days * DAY_MS;
  const within = page.sales.filter(({ soldAtMs }) => soldAtMs > fromMs);
  const side = (which: Sale["side"]): SideVolume => {
    const sold = within.filter((sale) => sale.side === which);
    return { count: sold.length, cents: sold.reduce((sum, sale) => sum + sale.priceCents, 0) };
  };
  return {
    days,
    offer: side("offer"),
    target: side("target"),
    isComplete: coveredFromMs(page) <= fromMs,
  };
}
