/** Reasons of guards and readings in the reader's language. */

import { inEnglish, isKnown, type Reason } from "@/core/domain/reasons.ts";

/** A sentence is one that an older version kept; what a newer one says is named by its code. */
export function reasonText(reason: Reason | string): string {
  if (typeof reason === "string") return reason;
  return isKnown(reason) ? inEnglish(reason) : reason.code;
}
