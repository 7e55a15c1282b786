/** Closed trades: provisional while Steam lets them be reversed, then final. */

import type { AccountBook, Trade } from "./account_book.ts";

/** CS2 trades can be reversed for so long. */
export const PROTECTION_S = 7 * 86_400;

/** Books a trade that is done; CS2 trades stay `trade_protected` for a week. */
export function closeTrade(
  account: AccountBook,
  trade: Omit<Trade, "finalAtS" | "status">,
): void {
  const isProtected = trade.asset.book.game === "a8db";
  account.close({
    ...trade,
    finalAtS: trade.closedAtS + (isProtected ? PROTECTION_S : 0),
    status: isProtected ? "trade_protected" : "successful",
  });
}
