/** The account's finished trades, bought by targets and sold by offers. */

import { z } from "zod";
import { ActorError } from "@/core/kernel/errors.ts";
import type { OrderDir, Span } from "./questions.ts";
import {
  cursor,
  type FieldRule,
  id,
  lenient,
  optional,
  readList,
  required,
  type Shape,
  title,
  unixSeconds,
  wholeNumber,
  type WireAudit,
} from "./wire.ts";
import { MONEY_SHAPE, usdDollarNumber } from "./wire_money.ts";

export interface ClosedTrade {
  /** Null for a purchase. */
  readonly offerId: string | null;
  /** Null for a sale that no target of another took. */
  readonly targetId: string | null;
  readonly assetId: string | null;
  readonly title: string;
  readonly priceCents: number;
  readonly amount: number;
  readonly closedAtMs: number;
  /** `protected` may still be reversed until `finalAtMs`. */
  readonly status: "successful" | "reverted" | "protected";
  readonly finalAtMs: number | null;
  /** The fee that was really paid; null for purchases. */
  readonly feeCents: number | null;
}

export interface ClosedTradesPage {
  readonly trades: readonly ClosedTrade[];
  /** Null at the end; seen to lead to the same page again. */
  readonly cursor: string | null;
  readonly malformed: readonly string[];
}

/** `GET /marketplace-api/v1/user-targets/closed`. Throws {@link ActorError} `unexpected-shape`. */
export function readClosedTargets(body: unknown, audit: WireAudit): ClosedTradesPage {
  const { rows, malformed, envelope } = readList(body, TARGETS, audit);
  const trades = rows.map((row) => toTrade(row, { closedAtMs: row.ClosedAt, feeCents: null }));
  return { trades, cursor: envelope.Cursor, malformed };
}

/** `GET /marketplace-api/v1/user-offers/closed`. Throws {@link ActorError} `unexpected-shape`. */
export function readClosedOffers(body: unknown, audit: WireAudit): ClosedTradesPage {
  const { rows, malformed, envelope } = readList(body, OFFERS, audit);
  const trades = rows.map((row) =>
    toTrade(row, { closedAtMs: row.OfferClosedAt, feeCents: row.Fee?.Amount ?? null })
  );
  return { trades, cursor: envelope.Cursor, malformed };
}

export interface ClosedTradesQuery {
  /** Closed at or after this moment; null for the beginning. */
  readonly fromMs: number | null;
  /** Closed at or before this moment. */
  readonly toMs?: number;
  readonly created?: Span;
  /** When trades become final. */
  readonly final?: Span;
  /** Left out: all. */
  readonly statuses?: readonly ClosedTrade["status"][];
  /** Left out: oldest first. */
  readonly orderDir?: OrderDir;
  readonly cursor?: string | null;
  /** 1 to 1,000. */
  readonly limit: number;
}

const PAGE_ROWS = 100;

/**
 * Trades closed since `sinceMs`, oldest first, each once. The market's own cursor was seen not to
 * advance, so the next page begins at the time of the last trade instead. Throws
 * {@link ActorError} `rejected` with `trades-stall` when one second holds more trades than a page,
 * and `too-many-pages`.
 */
export async function* walkClosedTrades(
  fetchPage: (query: ClosedTradesQuery) => Promise<ClosedTradesPage>,
  options: { readonly sinceMs: number | null; readonly maxPages: number },
): AsyncGenerator<readonly ClosedTrade[]> {
  const known = new Set<string>();
  let fromMs = options.sinceMs;
  for (let page = 0; page < options.maxPages; page++) {
    const { trades, malformed } = await fetchPage({ fromMs, limit: PAGE_ROWS });
    const fresh = trades.filter((trade) => !known.has(keyOf(trade)));
    for (const trade of fresh) known.add(keyOf(trade));
    if (fresh.length > 0) yield fresh;
    if (trades.length + malformed.length < PAGE_ROWS) return;
    const lastMs = Math.max(fromMs ?? 0, ...trades.map(({ closedAtMs }) => closedAtMs));
    if (lastMs === fromMs) throw stalled(lastMs);
    fromMs = lastMs;
  }
  const message = `Cannot walk more than ${options.maxPages} pages: there may be another one`;
  throw new ActorError("rejected", "too-many-pages", message);
}

function keyOf({ targetId, offerId, assetId, closedAtMs }: ClosedTrade): string {
  return [targetId, offerId, assetId, closedAtMs].join(" ");
}

function stalled(lastMs: number): ActorError {
  const message = `Cannot go beyond the trades closed at ${new Date(lastMs).toISOString()}: ` +
    `they fill a page of ${PAGE_ROWS}`;
  return new ActorError("rejected", "trades-stall", message);
}

/** The market's words for what we call them. */
export const WIRE_STATUSES: Readonly<Record<ClosedTrade["status"], string>> = {
  successful: "successful",
  reverted: "reverted",
  protected: "trade_protected",
};
const STATUSES = Object.keys(WIRE_STATUSES) as ClosedTrade["status"][];

const status: FieldRule<ClosedTrade["status"]> = {
  read: (value) => STATUSES.find((name) => WIRE_STATUSES[name] === value) ?? null,
  rule: "successful, reverted or trade_protected",
};

const common = {
  OfferID: optional(id),
  TargetID: optional(id),
  AssetID: optional(id),
  Price: required(usdDollarNumber),
  Amount: optional(wholeNumber),
  Title: required(title),
  Status: required(status),
  FinalizationTime: optional(unixSeconds),
};

const targetRow = z.object({ ...common, ClosedAt: required(unixSeconds) });
const offerRow = z.object({
  ...common,
  OfferClosedAt: required(unixSeconds),
  Fee: z.object({ Amount: optional(usdDollarNumber) }).nullish(),
});

type Row = z.output<z.ZodObject<typeof common>>;

function toTrade(
  row: Row,
  rest: { readonly closedAtMs: number; readonly feeCents: number | null },
): ClosedTrade {
  return {
    offerId: row.OfferID,
    targetId: row.TargetID,
    assetId: row.AssetID,
    title: row.Title,
    priceCents: row.Price,
    amount: row.Amount ?? 1,
    status: row.Status,
    // Zero is protobuf's word for "not set".
    finalAtMs: row.FinalizationTime || null,
    ...rest,
  };
}

const commonShape: Shape = {
  OfferID: true,
  TargetID: true,
  AssetID: true,
  Price: MONEY_SHAPE,
  CurrencyCode: true,
  Amount: true,
  Title: true,
  Status: true,
  FinalizationTime: true,
};

const envelopeShape: Shape = { Total: true, Cursor: true };

const envelope = {
  shape: envelopeShape,
  schema: z.object({ Cursor: lenient(cursor) }),
};

const TARGETS = {
  name: "closed-targets",
  list: "Trades",
  envelope,
  row: { shape: { ...commonShape, ClosedAt: true }, schema: targetRow },
  maxRows: 1_000,
} as const;

const OFFERS = {
  name: "closed-offers",
  list: "Trades",
  envelope,
  row: {
    shape: {
      ...commonShape,
      OfferCreatedAt: true,
      OfferClosedAt: true,
      Fee: { Amount: MONEY_SHAPE, Percent: true, IsPersonal: true },
    },
    schema: offerRow,
  },
  maxRows: 1_000,
} as const;
