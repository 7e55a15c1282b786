import type { Words } from "./catalogue.ts";

export { REASONS as reasons } from "@/core/domain/reasons.ts";

export const guardNames: Words["guardNames"] = {
  "out-of-band": "Price band",
  "reserved": "Reservation",
  "trade-lock": "Trade lock",
  "resale-blocked": "Resale ban",
  "unpriced": "Worth",
  "joke-price": "Joke price",
  "no-sales": "Sales",
  "thin-sales": "Turnover",
  "attribute-mix": "Phases",
  "pump": "Pump",
  "falling": "Trend",
  "above-suggested": "Suggested price",
  "wide-spread": "Spread",
  "stale-evidence": "Freshness",
  "gone": "Availability",
  "duplicate": "Duplicate",
  "min-roi": "Return",
};
