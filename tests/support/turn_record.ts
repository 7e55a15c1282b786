/** A turn as the store takes it, with what a test does not care about filled in. */

import type { TurnRecord } from "@/core/kernel/store.ts";

export function turnRecord(actor: string, more: Partial<TurnRecord> = {}): TurnRecord {
  return {
    actor,
    incarnation: 1,
    expectVersion: 0,
    consumes: null,
    state: null,
    outbox: [],
    writes: [],
    ...more,
  };
}
