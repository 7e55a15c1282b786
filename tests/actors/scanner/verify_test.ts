/** What a scan remembers of a title between two readings of it. */

import assert from "node:assert/strict";
import { admit } from "@/actors/scanner/pool.ts";
import { newScan, openIds, type Scan } from "@/actors/scanner/state.ts";
import { takeEvidence } from "@/actors/scanner/verify.ts";
import type { Offer } from "@/core/domain/market.ts";
import { evidence, NOW_MS } from "@/tests/core/domain/builders.ts";
import { SCAN } from "./driver.ts";
import { goodQuick } from "./market.ts";

const { title, bids, offers: [listed] } = goodQuick(0);
const AT = { nowMs: NOW_MS, pumpBans: [] };

/** The scan after it read the title for a listing that it had not met before. */
function readFor(scan: Scan, offerId: string): Scan {
  assert.ok(listed);
  const offer: Offer = { ...listed, offerId };
  const { entry } = admit(scan, { offer, quote: null, entry: null, passedCents: null, ...AT });
  assert.ok(entry);
  const met = openIds(scan, scan.takenUp);
  met.add(offerId);
  const takenUp = met.packed();
  const waiting = { ...scan, takenUp, pool: [entry], verifying: [title], isLooked: true };
  const read = evidence({ title, asks: [offer], bids, sales: [], readAtMs: NOW_MS });
  return takeEvidence(waiting, { evidence: [read], missing: [] }, AT).scan;
}

Deno.test("a lot that a listing was promised is not promised again by a later reading", () => {
  assert.deepEqual(bids.map(({ amount }) => amount), [2]);
  const request = { ...SCAN, filter: null, requestedAtMs: NOW_MS };
  const accepted: number[] = [];
  let scan = newScan(request, NOW_MS);
  for (const offerId of ["first", "second", "third", "fourth"]) {
    scan = readFor(scan, offerId);
    accepted.push(scan.accepted);
  }
  assert.deepEqual(accepted, [1, 2, 2, 2]);
});
