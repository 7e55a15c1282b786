/**
 * Ways in which live answers differ from one another and mean the same, drawn for each title or
 * asset whatever else is planted there: a reader that knows one of them only goes wrong on some.
 */

import type { SPELLINGS } from "./labels.ts";
import { Rng } from "./random.ts";

export type Spelling = typeof SPELLINGS[number];

const SHARES: Readonly<Record<Spelling, { readonly share: number; readonly stream: number }>> = {
  "order-sales": { share: 0.05, stream: 191 },
  "negative-lock": { share: 0.01, stream: 197 },
};

/** Whether a title (`order-sales`) or an asset (`negative-lock`) of this serial is spelt so. */
export function isSpelt(spelling: Spelling, seed: number, serial: number): boolean {
  const { share, stream } = SHARES[spelling];
  return new Rng(seed, serial, stream).chance(share);
}
