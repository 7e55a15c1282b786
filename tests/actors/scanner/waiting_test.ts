import assert from "node:assert/strict";
import type { Candidate } from "@/actors/scanner/state.ts";
import { stateSpec } from "@/actors/scanner/state.ts";
import { packOffer, unpackOffer } from "@/actors/scanner/waiting.ts";
import { NOW_MS, offer } from "@/tests/core/domain/builders.ts";
import { dead, Market, marketOf } from "./market.ts";
import { ScannerDriver, scanning } from "./driver.ts";

Deno.test("a waiting listing is kept whole", () => {
  const plain = offer();
  const rich = offer({
    createdAtMs: NOW_MS - 5,
    unlockAtMs: NOW_MS + 5,
    suggestedCents: 1_250,
    assetClass: { floatPart: "FT-2", phase: "ruby", paintSeed: 661 },
  });
  for (const one of [plain, rich]) {
    const shared = { game: one.game, title: one.title, phase: one.assetClass.phase };
    assert.deepEqual(unpackOffer(shared, packOffer(one)), one);
  }
});

Deno.test("the state of a scan stays small, as it is written with every page", () => {
  const many = Array.from({ length: 120 }, (_, i) => dead(i));
  const driver = scanning(new Market(many), { verifyTitles: 0, pageSize: 100 });
  driver.step();
  driver.step();
  const [scan] = driver.state.active;
  const waiting = scan?.pool.flatMap((entry: Candidate) => entry.waiting) ?? [];
  assert.ok(waiting.length >= 100);
  assert.ok(JSON.stringify(waiting).length < 60 * waiting.length);
});

Deno.test("a scan that an earlier release began is gone on with", () => {
  const driver = scanning(marketOf(4), { pageSize: 7, verifyTitles: 100 });
  driver.step();
  driver.step();
  const { game } = driver.state.active[0] ?? assert.fail();
  const old = JSON.parse(driver.saved ?? "");
  for (const scan of old.active) {
    // What version 1 did not know, and how it kept listings.
    for (const name of ["bands", "filter", "fromBooks", "floorCents", "leftOut", "passRows"]) {
      delete scan[name];
    }
    scan.pool = scan.pool.map(({ waiting, ...entry }: Candidate) => ({
      ...entry,
      offers: waiting.map((packed) => unpackOffer({ game, ...entry }, packed)),
    }));
  }
  const upgraded = stateSpec.upgrade?.[1]?.(old);
  const next = new ScannerDriver(marketOf(4), { pageSize: 7, verifyTitles: 100 });
  next.saved = JSON.stringify(stateSpec.schema.parse(upgraded));
  next.boot();
  next.settle();
  assert.deepEqual([next.finished[0]?.status, next.finished[0]?.processed], ["completed", 40]);
  const found = [...driver.opportunities, ...next.opportunities].map(({ offerId }) => offerId);
  assert.equal(new Set(found).size, found.length);
});
