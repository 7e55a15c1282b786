/** What the account itself has: balance, assets, listings, buy orders, finished trades. */

import type { GameId } from "@/core/domain/market.ts";
import { type Balance, readBalance, readUserProfile, type UserProfile } from "./account.ts";
import { type DepositStatus, readDepositStatus } from "./asset_transfers.ts";
import {
  type ClosedTradesPage,
  type ClosedTradesQuery,
  readClosedOffers,
  readClosedTargets,
} from "./closed_trades.ts";
import { encodeComponent, encodeQuery } from "./encoding.ts";
import { type InventoryPage, readInventoryPage } from "./inventory.ts";
import { type OffersPage, readOffersPage } from "./offers.ts";
import { type OwnTargetsPage, readOwnTargetsPage } from "./own_targets.ts";
import { checkedCursor, requireRange } from "./questions.ts";
import type { CallOptions, Transport } from "./transport.ts";
import { mostlyRead, type WireAudit } from "./wire.ts";

export interface OwnPageQuery {
  readonly game: GameId;
  readonly cursor?: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

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

  async inventoryPage(query: OwnPageQuery, call: CallOptions): Promise<InventoryPage> {
    const body = await this.#transport.read({ name: "userInventory", query: own(query) }, call);
    const context = { game: query.game, readAtMs: this.#now() };
    const page = readInventoryPage(body, context, this.#audit);
    return mostlyRead("user-inventory", page, page.items.length);
  }

  async offersPage(query: OwnPageQuery, call: CallOptions): Promise<OffersPage> {
    const body = await this.#transport.read({ name: "userOffers", query: own(query) }, call);
    const page = readOffersPage(body, { game: query.game, readAtMs: this.#now() }, this.#audit);
    return mostlyRead("user-offers", page, page.offers.length);
  }

  async targetsPage(query: OwnPageQuery, call: CallOptions): Promise<OwnTargetsPage> {
    const body = await this.#transport.read({ name: "userTargets", query: own(query) }, call);
    const page = readOwnTargetsPage(body, this.#audit);
    return mostlyRead("user-targets", page, page.targets.length);
  }

  /** Purchases by targets; to be walked with `walkClosedTrades`. */
  async closedTargets(query: ClosedTradesQuery, call: CallOptions): Promise<ClosedTradesPage> {
    const asked = closed(query, "TargetClosed.From");
    const body = await this.#transport.read({ name: "closedTargets", query: asked }, call);
    const page = readClosedTargets(body, this.#audit);
    return mostlyRead("closed-targets", page, page.trades.length);
  }

  /** Sales, with the fees that were really paid; to be walked with `walkClosedTrades`. */
  async closedOffers(query: ClosedTradesQuery, call: CallOptions): Promise<ClosedTradesPage> {
    const asked = closed(query, "OfferClosed.From");
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

function own({ game, cursor, limit }: OwnPageQuery): string {
  requireRange("limit", limit, { from: 1, to: 100 });
  return encodeQuery({ gameId: game, limit, cursor: checkedCursor(cursor) });
}

function closed({ fromMs, limit }: ClosedTradesQuery, from: string): string {
  const seconds = fromMs === null ? null : String(Math.floor(fromMs / 1_000));
  return encodeQuery({ Limit: String(limit), OrderDir: "asc", [from]: seconds });
}
