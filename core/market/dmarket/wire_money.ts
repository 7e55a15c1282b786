/** Amounts with a currency: one form, three units. The keys come in either case. */

import { centsFromDollarNumber, centsFromDollarText, centsFromWhole } from "./money.ts";
import { type FieldRule, MAX_CENTS, type Shape } from "./wire.ts";

interface Money {
  readonly Currency?: unknown;
  readonly currency?: unknown;
  readonly Amount?: unknown;
  readonly amount?: unknown;
}

export const MONEY_SHAPE: Shape = { Currency: true, Amount: true, currency: true, amount: true };

function usd(read: (amount: unknown) => number | null, rule: string): FieldRule<number> {
  return {
    read: (value) => {
      if (typeof value !== "object" || value === null) return null;
      const { Currency, currency = Currency, Amount, amount = Amount } = value as Money;
      const cents = currency === "USD" ? read(amount) : null;
      return cents !== null && cents <= MAX_CENTS ? cents : null;
    },
    rule,
  };
}

/** `{Currency, Amount: "1599"}`; a missing amount is none, as protobuf leaves zero out. */
export const usdCents: FieldRule<number> = usd(
  (amount) => centsFromWhole(amount ?? 0),
  "an amount of USD in whole cents",
);

/** `{Currency, Amount: "15.99"}`; an empty amount is none. */
export const usdDollarText: FieldRule<number> = usd(
  (amount) => amount === "" ? 0 : centsFromDollarText(amount),
  "an amount of USD in dollars, as text",
);

/** `{Currency, Amount: 15.99}`. */
export const usdDollarNumber: FieldRule<number> = usd(
  centsFromDollarNumber,
  "an amount of USD in dollars, as a number",
);
