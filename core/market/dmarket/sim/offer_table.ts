/**
 * All listings of a market as columns: about forty bytes each, so that a million fit in a small
 * machine. A row is a place; its serial tells successive tenants apart and fixes the asset's
 * derived details.
 */

/** Bits of {@link OfferTable.flags}. */
export const FLAG = {
  live: 1,
  reserved: 2,
  saleRestricted: 4,
  overstocked: 8,
  sellUnavailable: 16,
  withdrawOnly: 32,
  /** Belongs to the account that signs. */
  own: 64,
  /** Sold already: pages over many titles still show it, the title's own search does not. */
  stale: 128,
} as const;

/** Any of these forbids listing the asset again. */
export const RESALE_BLOCKS = FLAG.saleRestricted | FLAG.overstocked | FLAG.sellUnavailable |
  FLAG.withdrawOnly;

/** A listing on its way into the table. */
export interface NewOffer {
  readonly titleId: number;
  readonly priceCents: number;
  /** Unix seconds. */
  readonly createdAtS: number;
  /** Unix seconds; 0 when there is no lock. */
  readonly unlockAtS: number;
  readonly flags: number;
  /** Index into the labels of planted offers; 0 for none. */
  readonly label: number;
  readonly serial: number;
  /** Fixes the asset's derived details; outlives the listing. */
  readonly assetSerial: number;
}

const INITIAL_ROWS = 1_024;

/** The columns. Rows that were removed are used again. */
export class OfferTable {
  titleId = new Uint32Array(INITIAL_ROWS);
  priceCents = new Float64Array(INITIAL_ROWS);
  createdAtS = new Float64Array(INITIAL_ROWS);
  unlockAtS = new Float64Array(INITIAL_ROWS);
  serial = new Uint32Array(INITIAL_ROWS);
  assetSerial = new Uint32Array(INITIAL_ROWS);
  flags = new Uint8Array(INITIAL_ROWS);
  label = new Uint8Array(INITIAL_ROWS);
  #used = 0;
  readonly #free: number[] = [];

  /** Rows ever taken; those without the `live` flag are free. */
  get used(): number {
    return this.#used;
  }

  get live(): number {
    return this.#used - this.#free.length;
  }

  add(offer: NewOffer): number {
    const row = this.#free.pop() ?? this.#used++;
    if (row >= this.flags.length) this.#grow();
    this.titleId[row] = offer.titleId;
    this.priceCents[row] = offer.priceCents;
    this.createdAtS[row] = offer.createdAtS;
    this.unlockAtS[row] = offer.unlockAtS;
    this.serial[row] = offer.serial;
    this.assetSerial[row] = offer.assetSerial;
    this.flags[row] = offer.flags | FLAG.live;
    this.label[row] = offer.label;
    return row;
  }

  /** What was put into a row, as it stands now. */
  at(row: number): NewOffer {
    return {
      titleId: this.titleId[row] ?? 0,
      priceCents: this.price(row),
      createdAtS: this.createdAtS[row] ?? 0,
      unlockAtS: this.unlockAtS[row] ?? 0,
      flags: (this.flags[row] ?? 0) & ~FLAG.live,
      label: this.label[row] ?? 0,
      serial: this.serial[row] ?? 0,
      assetSerial: this.assetSerial[row] ?? 0,
    };
  }

  remove(row: number): void {
    if (!this.has(row, FLAG.live)) throw new RangeError(`Cannot remove row ${row}: it is free`);
    this.flags[row] = 0;
    this.#free.push(row);
  }

  has(row: number, flag: number): boolean {
    return ((this.flags[row] ?? 0) & flag) !== 0;
  }

  price(row: number): number {
    return this.priceCents[row] ?? 0;
  }

  /** Order of listings: cheapest first, then the older serial. */
  compare(a: number, b: number): number {
    return this.price(a) - this.price(b) || (this.serial[a] ?? 0) - (this.serial[b] ?? 0);
  }

  #grow(): void {
    const size = this.flags.length * 2;
    this.titleId = copied(this.titleId, new Uint32Array(size));
    this.priceCents = copied(this.priceCents, new Float64Array(size));
    this.createdAtS = copied(this.createdAtS, new Float64Array(size));
    this.unlockAtS = copied(this.unlockAtS, new Float64Array(size));
    this.serial = copied(this.serial, new Uint32Array(size));
    this.assetSerial = copied(this.assetSerial, new Uint32Array(size));
    this.flags = copied(this.flags, new Uint8Array(size));
    this.label = copied(this.label, new Uint8Array(size));
  }
}

function copied<T extends { set(source: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
