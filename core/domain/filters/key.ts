/** One text per filter, so that equal filters are found equal. */

import type { GameFilter } from "./filter.ts";

/**
 * The same text for the same filter, whatever the order of its names and values; empty when it lets
 * everything through. To be compared among filters of one game only.
 */
export function filterKey(wants: GameFilter["wants"] | null | undefined): string {
  const entries = Object.entries(wants ?? {}).toSorted(([a], [b]) => a < b ? -1 : 1);
  if (entries.length === 0) return "";
  const sorted = entries.map(([field, wanted]) =>
    typeof wanted === "object" ? [field, wanted.map(String).toSorted()] : [field, wanted]
  );
  return JSON.stringify(sorted);
}
