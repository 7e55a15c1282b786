/**
 * `PATCH /exchange/v1/offers-buy`: wire forms. A 200 does not mean that anything was bought: the
 * status in the body does.
 */

import { z } from "zod";
import { requireBatch, requirePrice } from "./item_results.ts";
import {
  id,
  MAX_CENTS,
  optional,
  readObject,
  required,
  type Shape,
  type WireAudit,
  word,
} from "./wire.ts";

export interface Purchase {
  readonly offerId: string;
  /** The price agreed to: the market refuses when the listing costs another by then. */
  readonly priceCents: number;
}

const STATES = { TxPending: "pending", TxSuccess: "bought", TxFailed: "failed" } as const;

export interface PurchaseAnswer {
  /** `pending` is to be looked up until it is one of the others. */
  readonly state: typeof STATES[keyof typeof STATES];
  readonly orderId: string | null;
  readonly txId: string | null;
  /** Such as `OfferNotFound` (sold, or another price) or `BalanceInsufficientFunds`. */
  readonly failCode: string | null;
}

const MAX_PURCHASES = 100;

export function buyOffersBody(purchases: readonly Purchase[]): string {
  requireBatch("purchases", purchases.length, MAX_PURCHASES);
  const offers = purchases.map(({ offerId, priceCents }) => {
    requirePrice(priceCents, MAX_CENTS);
    return { offerId, price: { amount: String(priceCents), currency: "USD" }, type: "dmarket" };
  });
  return JSON.stringify({ offers });
}

/** Throws {@link ActorError} `rejected unexpected-shape`: the outcome is then to be looked up. */
export function readPurchase(body: unknown, audit: WireAudit): PurchaseAnswer {
  const answer = readObject(body, ANSWER, audit);
  return {
    state: answer.status,
    orderId: answer.orderId,
    txId: answer.txId,
    failCode: answer.dmOffersFailReason?.code ?? null,
  };
}

const shape: Shape = {
  orderId: true,
  txId: true,
  status: true,
  dmOffersFailReason: { code: true },
  dmOffersStatus: true,
  p2pOffersStatus: true,
};

const ANSWER = {
  name: "offers-buy",
  shape,
  schema: z.object({
    status: required({
      read: (value) =>
        typeof value === "string" && Object.hasOwn(STATES, value)
          ? STATES[value as keyof typeof STATES]
          : null,
      rule: "TxPending, TxSuccess or TxFailed",
    }),
    orderId: optional(id),
    txId: optional(id),
    dmOffersFailReason: z.object({ code: optional(word) }).nullish(),
  }),
} as const;
