/** Buying, and the account's own listings. Every item of a batch stands or falls by itself. */

import { bodyAs, buyBody, createOffersBody, deleteOffersBody, updateOffersBody } from "./bodies.ts";
import { uuidOf } from "./ids.ts";
import type { Failure } from "./outcome.ts";
import type { ListedAsset } from "./own_listings.ts";
import { hashText } from "./random.ts";
import { ok, type Reply } from "./replies.ts";
import type { Call, World } from "./routes.ts";

/** `PATCH /exchange/v1/offers-buy`: 200 even when nothing was bought (yet); `status` tells. */
export function buyOffers({ ledger, market }: World, { account, body, nowS }: Call): Reply {
  const book = ledger.account(account, nowS);
  const { offers } = bodyAs(buyBody, body);
  const started: Record<string, { readonly started: boolean }> = {};
  let failure: Failure | null = null;
  let isPending = false;
  for (const { offerId, price, type } of offers) {
    const bought = type === "p2p" || price.currency !== "USD"
      ? { failure: { code: "OfferNotFound", message: "Only dmarket offers in USD are simulated" } }
      : ledger.buy(book, { offerId, agreedCents: Number(price.amount), nowS });
    failure ??= bought.failure;
    if (bought.failure !== null) continue;
    started[offerId] = { started: true };
    isPending ||= bought.done === "pending";
  }
  const orderId = uuidOf(market.seed, market.takeSerial(), hashText(account));
  return ok({
    orderId,
    txId: failure === null ? uuidOf(market.seed, market.takeSerial(), 151) : "",
    status: failure !== null ? "TxFailed" : isPending ? "TxPending" : "TxSuccess",
    dmOffersFailReason: { code: failure?.code ?? "" },
    dmOffersStatus: started,
    p2pOffersStatus: {},
  });
}

/** `POST /marketplace-api/v2/offers:batchCreate` */
export function createOffers({ ledger }: World, { account, body, nowS }: Call): Reply {
  const book = ledger.account(account, nowS);
  return batch(bodyAs(createOffersBody, body).requests, ({ assetId, priceCents }) => ({
    key: { assetId },
    ...ledger.listings.list(book, { assetId, priceCents, nowS }),
  }));
}

/** `POST /marketplace-api/v2/offers:batchUpdate`: a changed price is a new offer id. */
export function updateOffers({ ledger }: World, { account, body, nowS }: Call): Reply {
  const book = ledger.account(account, nowS);
  return batch(bodyAs(updateOffersBody, body).requests, ({ offerId, priceCents }) => ({
    key: { offerId },
    ...ledger.listings.reprice(book, { offerId, priceCents, nowS }),
  }));
}

/** `POST /marketplace-api/v2/offers:batchDelete` */
export function deleteOffers({ ledger }: World, { account, body, nowS }: Call): Reply {
  const book = ledger.account(account, nowS);
  return batch(bodyAs(deleteOffersBody, body).requests, ({ offerId }) => ({
    key: { offerId },
    ...ledger.listings.delist(book, { offerId, nowS }),
  }));
}

interface Item {
  /** What names the item in a refusal. */
  readonly key: Readonly<Record<string, string>>;
  readonly done: ListedAsset | null;
  readonly failure: Failure | null;
}

function batch<T>(requests: readonly T[], run: (request: T) => Item): Reply {
  const items = requests.map(run);
  return ok({
    offers: items.flatMap(({ done }) =>
      done === null ? [] : [{ id: done.offerId, assetId: done.assetId }]
    ),
    failed: items.flatMap(({ key, failure }) => failure === null ? [] : [{ ...key, ...failure }]),
  });
}
