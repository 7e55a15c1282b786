/**
 * Price bands narrow enough to be read whole: one query yields about 10,000 rows at most, however
 * many match.
 */

/** Half-open: `fromCents` included, `toCents` excluded. */
export interface PriceBand {
  readonly fromCents: number;
  readonly toCents: number;
}

/**
 * Two bands that together are exactly `band`, the cheaper one first; null when it holds a single
 * price. Listings thin out as their price rises, so that the geometric middle halves them better
 * than the arithmetic one.
 */
export function bisectBand(
  { fromCents, toCents }: PriceBand,
): readonly [PriceBand, PriceBand] | null {
  if (toCents - fromCents < 2) return null;
  const middle = Math.round(Math.sqrt(Math.max(1, fromCents) * toCents));
  const atCents = Math.min(toCents - 1, Math.max(fromCents + 1, middle));
  return [{ fromCents, toCents: atCents }, { fromCents: atCents, toCents }];
}
