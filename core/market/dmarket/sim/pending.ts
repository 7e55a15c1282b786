/** Purchases that were answered with `TxPending`: paid for, and not yet delivered. */

import type { OwnedAsset } from "./account_book.ts";

/** Seconds until the market decides. */
export const PENDING_S = 5;

/** A purchase on its way. */
export interface PendingPurchase {
  readonly offerId: string;
  readonly asset: OwnedAsset;
  readonly priceCents: number;
  readonly dueAtS: number;
  /** False: another buyer was faster, and the money comes back. */
  readonly wins: boolean;
}
