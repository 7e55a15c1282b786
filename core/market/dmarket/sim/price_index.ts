/** Rows of one game in the order of their prices, for paging through a band without sorting. */

import type { OfferTable } from "./offer_table.ts";

/** Positions by price, the cheapest first; inserting moves memory, which is fast enough. */
export class PriceIndex {
  readonly #table: OfferTable;
  #rows = new Uint32Array(64);
  #size = 0;

  constructor(table: OfferTable) {
    this.#table = table;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes all rows at once, in any order, in place of what it held. */
  load(rows: readonly number[]): void {
    this.#rows = new Uint32Array(Math.max(64, Math.ceil(rows.length * 1.25)));
    this.#rows.set(rows);
    this.#size = rows.length;
    this.#rows.subarray(0, this.#size).sort((a, b) => this.#table.compare(a, b));
  }

  at(position: number): number {
    const row = position < this.#size ? this.#rows[position] : undefined;
    if (row === undefined) throw new RangeError(`No row at ${position} of ${this.#size}`);
    return row;
  }

  /** First position whose price is at least `priceCents`; the size when there is none. */
  lowerBound(priceCents: number): number {
    return this.#search((row) => this.#table.price(row) < priceCents);
  }

  insert(row: number): void {
    const position = this.#search((other) => this.#table.compare(other, row) < 0);
    if (this.#size === this.#rows.length) {
      const larger = new Uint32Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows.copyWithin(position + 1, position, this.#size);
    this.#rows[position] = row;
    this.#size++;
  }

  /** Takes `row` out; its price must still be the one it was inserted with. */
  remove(row: number): void {
    const position = this.#search((other) => this.#table.compare(other, row) < 0);
    if (this.#rows[position] !== row) throw new RangeError(`Row ${row} is not in the index`);
    this.#rows.copyWithin(position, position + 1, this.#size);
    this.#size--;
  }

  /** First position whose row does not come `before`. */
  #search(before: (row: number) => boolean): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(this.#rows[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
