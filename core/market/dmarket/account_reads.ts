/** What the account itself has: balance, assets, listings, buy orders, finished trades. */

import { type Balance, readBalance, readUserProfile, type UserProfile } from "./account.ts";
import {
  closedQuery,
  type InventoryQuery,
  type OwnOffersQuery,
  ownQuery,
  type OwnTargetsQuery,
} from "./account_queries.ts";
import { type DepositStatus, readDepositStatus } from "./asset_transfers.ts";
import {
  type ClosedTradesPage,
  type ClosedTradesQuery,
  readClosedOffers,
  readClosedTargets,
} from "./closed_trades.ts";
import { encodeComponent } from "./encoding.ts";
import { type InventoryPage, readInventoryPage } from "./inventory.ts";
import { type OffersPage, readOffersPage } from "./offers.ts";
import { type OwnTargetsPage, readOwnTargetsPage } from "./own_targets.ts";
import type { CallOptions, Transport } from "./transport.ts";
import { mostlyRead, type WireAudit } from "./wire.ts";

export interface AccountReadsOptions {
  readonly transport: Transport;
  readonly audit: WireAudit;
  /** Wall clock, ms. */
  readonly now: () => number;
}

/** Throws as {@link DmarketClient} does. */
export class AccountReads {
  readonly #transport: Transport;
  readonly #audit: WireAudit;
  readonly #now: () => number;

  constructor(options: AccountReadsOptions) {
    this.#transport = options.transport;
    this.#audit = options.audit;
    this.#now = options.now;
  }

  async userProfile(call: CallOptions): Promise<UserProfile> {
    return readUserProfile(await this.#transport.read({ name: "userProfile" }, call), this.#audit);
  }

  async balance(call: CallOptions): Promise<Balance> {
    return readBalance(await this.#transport.read({ name: "balance" }, call), this.#audit);
  }

  async inventoryPage(query: InventoryQuery, call: CallOptions): Promise<InventoryPage> {
    const asked = ownQuery("userInventory", query);
    const body = await this.#transport.read({ name: "userInventory", query: asked }, call);
    const context = { game: query.game, readAtMs: this.#now() };
    const page = readInventoryPage(body, context, this.#audit);
    return mostlyRead("user-inventory", page, page.items.length);
  }

  async offersPage(query: OwnOffersQuery, call: CallOptions): Promise<OffersPage> {
    const asked = ownQuery("userOffers", query);
    const body = await this.#transport.read({ name: "userOffers", query: asked }, call);
    const page = readOffersPage(body, { game: query.game, readAtMs: this.#now() }, this.#audit);
    return mostlyRead("user-offers", page, page.offers.length);
  }

  async targetsPage(query: OwnTargetsQuery, call: CallOptions): Promise<OwnTargetsPage> {
    const asked = ownQuery("userTargets", query);
    const body = await this.#transport.read({ name: "userTargets", query: asked }, call);
    const page = readOwnTargetsPage(body, this.#audit);
    return mostlyRead("user-targets", page, page.targets.length);
  }

  /** Purchases by targets; to be walked with `walkClosedTrades`. */
  async closedTargets(query: ClosedTradesQuery, call: CallOptions): Promise<ClosedTradesPage> {
    const asked = closedQuery("Target", query);
    const body = await this.#transport.read({ name: "closedTargets", query: asked }, call);
    const page = readClosedTargets(body, this.#audit);
    return mostlyRead("closed-targets", page, page.trades.length);
  }

  /** Sales, with the fees that were really paid; to be walked with `walkClosedTrades`. */
  async closedOffers(query: ClosedTradesQuery, call: CallOptions): Promise<ClosedTradesPage> {
    const asked = closedQuery("Offer", query);
    const body = await this.#transport.read({ name: "closedOffers", query: asked }, call);
    const page = readClosedOffers(body, this.#audit);
    return mostlyRead("closed-offers", page, page.trades.length);
  }

  async depositStatus(depositId: string, call: CallOptions): Promise<DepositStatus> {
    const segments = [encodeComponent(depositId)];
    const body = await this.#transport.read({ name: "depositStatus", segments }, call);
    return readDepositStatus(body, this.#audit);
  }
}
