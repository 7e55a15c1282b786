/**
 * Price bands narrow enough to be read whole: one query yields about 10,000 rows at most, however
 * many match.
 */

import { ActorError } from "@/core/kernel/errors.ts";

/** Half-open: `fromCents` included, `toCents` excluded. */
export interface PriceBand {
  readonly fromCents: number;
  readonly toCents: number;
}

export interface CountedBand extends PriceBand {
  readonly rows: number;
  /** One price alone matches more rows than can be read: the rest of them stays unseen. */
  readonly isOverfull: boolean;
}

export interface BisectOptions {
  /** Rows a band may hold; 9,000 leaves room for listings that come while it is read. */
  readonly maxRows?: number;
  /** Bands, and about half as many questions again, at most. */
  readonly maxBands?: number;
}

const MAX_ROWS = 9_000;
const MAX_BANDS = 256;

/**
 * Splits `band` until each part matches `maxRows` at most, and returns the parts from cheap to
 * dear: together they are exactly `band`. `countRows` is asked once per band looked at. Throws
 * {@link ActorError} `rejected too-many-bands`.
 */
export async function bisectBand(
  band: PriceBand,
  countRows: (band: PriceBand) => Promise<number>,
  options: BisectOptions = {},
): Promise<readonly CountedBand[]> {
  const { maxRows = MAX_ROWS, maxBands = MAX_BANDS } = options;
  const done: CountedBand[] = [];
  const open: PriceBand[] = [band];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const rows = await countRows(next);
    const halves = rows > maxRows ? halve(next) : null;
    if (halves === null) done.push({ ...next, rows, isOverfull: rows > maxRows });
    else open.push(...halves);
    if (done.length + open.length > maxBands) {
      const message = `Cannot split ${band.fromCents} to ${band.toCents} cents into more than ` +
        `${maxBands} bands of ${maxRows} rows`;
      throw new ActorError("rejected", "too-many-bands", message);
    }
  }
  return done;
}

/** Two halves, the dearer first; null for a single price. */
function halve({ fromCents, toCents }: PriceBand): readonly [PriceBand, PriceBand] | null {
  if (toCents - fromCents < 2) return null;
  // Listings thin out with their price: the geometric middle halves them better.
  const middle = Math.round(Math.sqrt(Math.max(1, fromCents) * toCents));
  const atCents = Math.min(toCents - 1, Math.max(fromCents + 1, middle));
  return [{ fromCents: atCents, toCents }, { fromCents, toCents: atCents }];
}
