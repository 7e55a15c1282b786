/** Trades that are over: our sales, and what our targets bought. */

import type { Trade } from "./account_book.ts";
import type { Wire } from "./books.ts";
import { cursorAt, cursorOffset } from "./cursors.ts";
import { choiceParam, intParam } from "./params.ts";
import { badRequest, ok, type Reply } from "./replies.ts";
import type { Call, World } from "./routes.ts";

const STATUSES = ["successful", "reverted", "trade_protected"];
/** Seen live: the cursor of closed targets stays the same and leads to the same rows. */
const STUCK_CURSOR = "same-cursor-again";

/** `GET /marketplace-api/v1/user-offers/closed` */
export function closedOffers(world: World, call: Call): Reply {
  const trades = selected(world, call, "offer");
  const limit = limitOf(call);
  const filters = new URLSearchParams(call.params);
  filters.delete("Cursor");
  const rules = { filter: String(filters), nowS: call.nowS, maxAgeS: world.cursorMaxAgeS };
  const offset = cursorOffset(call.params.get("Cursor") ?? "", rules);
  const end = offset + limit;
  return ok({
    Trades: trades.slice(offset, end).map(saleWire),
    Total: String(trades.length),
    Cursor: end < trades.length ? cursorAt(end, rules) : "",
  });
}

/** `GET /marketplace-api/v1/user-targets/closed`: its cursor does not advance, as live. */
export function closedTargets(world: World, call: Call): Reply {
  const trades = selected(world, call, "target");
  return ok({
    Trades: trades.slice(0, limitOf(call)).map(purchaseWire),
    Total: String(trades.length),
    Cursor: trades.length === 0 ? "" : STUCK_CURSOR,
  });
}

function limitOf({ params }: Call): number {
  return intParam(params.get("Limit"), { name: "Limit", low: 1, high: 1_000, fallback: 100 });
}

function selected(world: World, { params, account, nowS }: Call, side: Trade["side"]) {
  const created = side === "offer" ? "OfferCreated" : "TargetCreated";
  const closed = side === "offer" ? "OfferClosed" : "TargetClosed";
  const within = (name: string, value: number) =>
    value >= bound(params, `${name}.From`, 0) && value <= bound(params, `${name}.To`, Infinity);
  const statuses = params.getAll("Status");
  const odd = statuses.find((status) => !STATUSES.includes(status));
  if (odd !== undefined) {
    throw badRequest(`Status must be one of ${STATUSES.join(", ")}: current value is "${odd}"`);
  }
  const trades = world.ledger.account(account, nowS).trades.filter((trade) =>
    trade.side === side &&
    (statuses.length === 0 || statuses.includes(trade.status)) &&
    within(created, trade.createdAtS) && within(closed, trade.closedAtS) &&
    within("Finalization", trade.finalAtS)
  );
  const direction = choiceParam(params.get("OrderDir"), "OrderDir", ["desc", "asc"]);
  return direction === "desc" ? trades : [...trades].reverse();
}

function bound(params: URLSearchParams, name: string, fallback: number): number {
  return intParam(params.get(name), { name, low: 0, high: 1e12, fallback });
}

function tradeWire(trade: Trade): Wire {
  return {
    OfferID: trade.offerId,
    TargetID: trade.targetId,
    AssetID: trade.asset.assetId,
    Price: dollars(trade.priceCents),
    CurrencyCode: "USD",
    Amount: "1",
    Title: trade.asset.book.title,
    Status: trade.status,
    FinalizationTime: String(trade.finalAtS),
  };
}

function saleWire(trade: Trade): Wire {
  return {
    ...tradeWire(trade),
    Fee: {
      Amount: dollars(trade.feeCents),
      Percent: trade.feePercent,
      IsPersonal: trade.isReducedFee,
    },
    OfferCreatedAt: String(trade.createdAtS),
    OfferClosedAt: String(trade.closedAtS),
  };
}

function purchaseWire(trade: Trade): Wire {
  return { ...tradeWire(trade), ClosedAt: String(trade.closedAtS) };
}

/** Here, and only here, dollars are JSON numbers. */
function dollars(cents: number): Wire {
  return { Currency: "USD", Amount: cents / 100 };
}
