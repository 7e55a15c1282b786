import assert from "node:assert/strict";
import {
  type PriceMove,
  readSide,
  UNREAD_SIDE,
  verifiedPrices,
} from "@/core/domain/analysis/price_watch.ts";
import { DAY_MS, DEFAULT_RULES } from "@/core/domain/rules.ts";
import { ANY, bid, NOW_MS, offer } from "@/tests/core/domain/builders.ts";

/** What is told of a side that shows these prices one after another. */
function told(...prices: readonly (number | null)[]): readonly string[] {
  let side = UNREAD_SIDE;
  const moves: PriceMove[] = [];
  for (const cents of prices) {
    const read = readSide(side, cents);
    side = read.side;
    if (read.move !== null) moves.push(read.move);
  }
  return moves.map((move) => {
    if (move.kind === "back") return `back at ${move.toCents}`;
    return move.kind === "gone" ? `${move.fromCents} gone` : `${move.fromCents}>${move.toCents}`;
  });
}

Deno.test("a move of five percent is told, one below it is not", () => {
  assert.deepEqual(told(1_000, 1_050), ["1000>1050"]);
  assert.deepEqual(told(1_000, 950), ["1000>950"]);
  assert.deepEqual(told(1_000, 1_049, 951), []);
  assert.equal(readSide(readSide(UNREAD_SIDE, 300).side, 100).move?.kind, "moved");
});

Deno.test("small steps add up to a move", () => {
  assert.deepEqual(told(1_000, 1_020, 1_040, 1_060), ["1000>1060"]);
});

Deno.test("a swing between two prices is told once, a real reversal twice", () => {
  assert.deepEqual(told(1_000, 1_053, 1_000, 1_053, 1_000), ["1000>1053"]);
  assert.deepEqual(told(1_000, 1_053, 989), ["1000>1053", "1053>989"]);
  assert.deepEqual(told(1_000, 1_050, 1_103), ["1000>1050", "1050>1103"], "On in one direction");
});

Deno.test("a side that stays empty is told once, and so is its return", () => {
  assert.deepEqual(told(null, 1_000), []);
  assert.deepEqual(told(1_000, null, null, null, 1_010), ["1000 gone", "back at 1010"]);
  assert.deepEqual(told(1_000, null, null, 1_200), ["1000 gone", "1000>1200"]);
  assert.deepEqual(told(null, null, null, 1_000, 1_060), ["back at 1000", "1000>1060"]);
});

Deno.test("a side that is empty for one reading is no news", () => {
  assert.deepEqual(told(1_000, null, 1_000, null, 1_000, null, 1_010), []);
});

Deno.test("one cent is no price to divide by and a first reading no news", () => {
  assert.deepEqual(told(0, 5), []);
  assert.deepEqual(told(1, 2), ["1>2"]);
});

Deno.test("only what a person could act on now is a price", () => {
  const book = {
    asks: [
      offer({ offerId: "a", priceCents: 700, reserved: true }),
      offer({ offerId: "b", priceCents: 800, unlockAtMs: NOW_MS + DAY_MS }),
      offer({ offerId: "c", priceCents: 1_100 }),
      offer({ offerId: "d", priceCents: 1_000 }),
    ],
    bids: [
      bid(990, { wants: { ...ANY, floatPart: "FT-0" } }),
      bid(950, { amount: 1 }),
      bid(900),
    ],
  };
  const at = { nowMs: NOW_MS, rules: DEFAULT_RULES };
  assert.deepEqual(verifiedPrices(book, at), { askCents: 1_000, bidCents: 900 });
  assert.deepEqual(verifiedPrices({ asks: [], bids: [] }, at), { askCents: null, bidCents: null });
});
