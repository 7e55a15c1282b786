import assert from "node:assert/strict";
import fc from "fast-check";
import type { Offer } from "@/core/domain/market.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { readOffersPage, suggestedCents } from "@/core/market/dmarket/offers.ts";
import { discountPercent } from "@/core/market/dmarket/sim/wire.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";

const NOW_MS = Date.parse("2026-06-17T10:30:00Z");
const TITLE = "AK-47 | Redline (Field-Tested)";

type Fields = Readonly<Record<string, unknown>>;

function rowOf(attributes: Fields = {}, change: Fields = {}) {
  return {
    offerId: "offer-1",
    priceCents: "1599",
    createdAt: "2026-06-17T10:00:00Z",
    locked: false,
    attributes: { title: TITLE, gameId: "a8db", tradable: true, ...attributes },
    ...change,
  };
}

function read(items: readonly unknown[], audit = new WireAudit()) {
  const body = { items, total: String(items.length), cursor: "" };
  return readOffersPage(body, { game: "a8db", readAtMs: NOW_MS }, audit);
}

function readOne(attributes: Fields = {}, change: Fields = {}): Offer {
  const { offers, malformed } = read([rowOf(attributes, change)]);
  assert.deepEqual(malformed, []);
  assert.ok(offers[0]);
  return offers[0];
}

function reasonFor(attributes: Fields, change: Fields = {}): string {
  const { offers, malformed } = read([rowOf(attributes, change)]);
  assert.deepEqual(offers, []);
  assert.equal(malformed.length, 1);
  return malformed[0] ?? "";
}

Deno.test("the documented and the observed form of an offer read alike", () => {
  const observed = readOne({
    cs2: {
      exterior: "EXTERIOR_FIELD_TESTED",
      float: "0.2356000000",
      floatPart: "FLOAT_PART_FT_2",
      paintSeed: 412,
      phase: "",
      phaseTitle: "PHASE_TITLE_UNSPECIFIED",
      stickers: [],
    },
  });
  const documented = readOne({
    cs2Attributes: { exterior: "field-tested", floatValue: 0.2356, paintSeed: 412 },
  }, { priceCents: 1599 });
  assert.deepEqual(documented, observed);
  assert.deepEqual(observed, {
    offerId: "offer-1",
    game: "a8db",
    title: TITLE,
    priceCents: 1599,
    createdAtMs: Date.parse("2026-06-17T10:00:00Z"),
    reserved: false,
    unlockAtMs: null,
    resaleBlocks: [],
    suggestedCents: null,
    assetClass: { floatPart: "FT-2", phase: null, paintSeed: 412 },
  });
});

Deno.test("a float part that the market names counts over the float, an unknown name does not", () => {
  const partOf = (floatPart: string) =>
    readOne({ cs2: { float: "0.2356", floatPart } }).assetClass.floatPart;
  assert.equal(partOf("FLOAT_PART_FT_1"), "FT-1");
  assert.equal(partOf("FLOAT_PART_UNSPECIFIED"), "FT-2");
});

Deno.test("total and cursor are read from numbers and strings, and an empty cursor is the end", () => {
  const page = (envelope: Fields) =>
    readOffersPage({ items: [], ...envelope }, { game: "a8db", readAtMs: 0 }, new WireAudit());
  assert.equal(page({ total: "128", cursor: "abc" }).total, 128);
  assert.equal(page({ total: 128, cursor: "abc" }).cursor, "abc");
  assert.equal(page({ total: "0", cursor: "" }).cursor, null);
  assert.equal(page({}).total, null);
});

Deno.test("a page that promises rows without holding any is refused", () => {
  const audit = new WireAudit();
  assert.throws(
    () => readOffersPage({ total: "3", cursor: "" }, { game: "a8db", readAtMs: 0 }, audit),
    (error) => error instanceof ActorError && error.code === "unexpected-shape",
  );
});

Deno.test("the end of a lock comes from the date, or else from the deprecated fields", () => {
  const until = Date.parse("2026-06-23T00:05:23Z");
  assert.equal(readOne({ unlockDate: "2026-06-23T00:05:23Z", tradeLockDays: 1 }).unlockAtMs, until);
  assert.equal(readOne({ tradeLockDuration: "480923.14s" }).unlockAtMs, NOW_MS + 480_923_140);
  assert.equal(readOne({ tradeLockDays: 2 }).unlockAtMs, NOW_MS + 2 * 86_400_000);
  assert.equal(readOne({ unlockDate: null, tradeLockDuration: "60s" }).unlockAtMs, NOW_MS + 60_000);
});

Deno.test("a lock that is over, negative or zero is none", () => {
  assert.equal(readOne({ unlockDate: "2026-06-17T10:29:59Z" }).unlockAtMs, null);
  assert.equal(readOne({ unlockDate: "0001-01-01T00:00:00Z" }).unlockAtMs, null);
  assert.equal(readOne({ tradeLockDuration: "-1s" }).unlockAtMs, null);
  assert.equal(readOne({ tradeLockDuration: "0s", tradeLockDays: 0 }).unlockAtMs, null);
});

Deno.test("flags that forbid a resale are named", () => {
  assert.deepEqual(
    readOne({
      saleRestricted: true,
      sellUnavailable: true,
      overstocked: true,
      withdrawOnlyEndTime: "2026-06-20T00:00:00Z",
    }).resaleBlocks,
    ["saleRestricted", "sellUnavailable", "overstocked", "withdrawOnlyEndTime"],
  );
  assert.deepEqual(readOne({ withdrawOnlyEndTime: "2026-06-01T00:00:00Z" }).resaleBlocks, []);
  assert.deepEqual(readOne({ revertPendingUntil: "2026-06-20T00:00:00Z" }).resaleBlocks, []);
});

Deno.test("an asset that is not tradable is blocked unless a lock explains it", () => {
  assert.deepEqual(readOne({ tradable: false }).resaleBlocks, ["notTradable"]);
  assert.deepEqual(readOne({ tradable: false, tradeLockDuration: "59140s" }).resaleBlocks, []);
});

Deno.test("a reserved offer is marked, and a missing flag means false", () => {
  assert.equal(readOne({}, { locked: true }).reserved, true);
  assert.equal(readOne({}, { locked: undefined }).reserved, false);
});

Deno.test("phase comes from either field, in one spelling", () => {
  assert.equal(readOne({ cs2: { phase: "phase-1" } }).assetClass.phase, "phase-1");
  assert.equal(readOne({ cs2: { phaseTitle: "PHASE_TITLE_RUBY" } }).assetClass.phase, "ruby");
});

Deno.test("a row that lacks what is needed is refused with the field and the reason", () => {
  assert.match(reasonFor({}, { priceCents: undefined }), /^offers\.priceCents: .* is missing$/);
  assert.match(reasonFor({}, { priceCents: "15.99" }), /priceCents: .*whole cents.* is "15\.99"/);
  assert.match(reasonFor({}, { priceCents: -5 }), /priceCents: .* is -5/);
  assert.match(reasonFor({}, { priceCents: 0 }), /above 0.*, is 0/);
  assert.match(reasonFor({}, { priceCents: "1000000000001" }), /up to \$10 billion/);
  assert.match(reasonFor({}, { priceCents: { USD: "1" } }), /priceCents/);
  assert.match(reasonFor({}, { offerId: "" }), /offers\.offerId/);
  assert.match(reasonFor({ title: undefined }), /attributes\.title: .* missing/);
  assert.match(reasonFor({ title: "x".repeat(301) }), /attributes\.title/);
  assert.match(reasonFor({ gameId: "rust" }), /gameId: Must be a8db, is rust/);
  assert.match(reasonFor({ unlockDate: "soon" }), /unlockDate: .*date and time/);
  assert.match(reasonFor({ saleRestricted: "yes" }), /saleRestricted: Must be true or false/);
  assert.match(reasonFor({ cs2: { float: "low" } }), /cs2\.float: .*decimal/);
  assert.match(reasonFor({}, { attributes: null }), /offers\.attributes/);
});

Deno.test("one refused row does not cost the others", () => {
  const { offers, malformed } = read([rowOf(), { offerId: 7 }, rowOf({}, { offerId: "offer-2" })]);
  assert.deepEqual(offers.map(({ offerId }) => offerId), ["offer-1", "offer-2"]);
  assert.equal(malformed.length, 1);
});

Deno.test("of a refused row is told what it may compete with, as far as that can be read", () => {
  const { unread } = read([
    rowOf({ tradeLockDuration: "2 days" }),
    rowOf({ title: 7 }),
    rowOf({}, { priceCents: "0" }),
    null,
    rowOf({ gameId: "rust" }),
    rowOf(),
  ]);
  assert.deepEqual(unread, [
    { title: TITLE, priceCents: 1_599 },
    { title: null, priceCents: 1_599 },
    { title: TITLE, priceCents: null },
    { title: null, priceCents: null },
  ]);
});

Deno.test("a date for people only costs nothing when it is unreadable", () => {
  assert.equal(readOne({}, { createdAt: "yesterday" }).createdAtMs, null);
});

Deno.test("unknown fields are counted by path and change nothing", () => {
  const audit = new WireAudit();
  const row = { ...rowOf({ newFlag: 1, cs2: { wear: 2 } }), extra: {} };
  assert.equal(read([row, row], audit).offers.length, 2);
  assert.deepEqual(audit.unknownFields, {
    "offers.items.extra": 2,
    "offers.items.attributes.newFlag": 2,
    "offers.items.attributes.cs2.wear": 2,
  });
});

Deno.test("suggestedCents() is as near to the truth as its discount allows", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 100_000_000 }),
    fc.integer({ min: 1, max: 100_000_000 }),
    (price, suggested) => {
      const discount = discountPercent(price, suggested);
      assert.ok(discount !== null);
      const derived = suggestedCents(price, discount);
      if (discount > 98) return;
      assert.ok(derived !== null);
      const percent = discount > 0 ? 50 / (99.5 - discount) : discount < 0 ? 0.5 : 1.02;
      const error = Math.abs(derived - suggested);
      const allowed = suggested * percent / 100 + 0.5 + suggested * 1e-9;
      assert.ok(error <= allowed, `${derived} for ${suggested}, discount ${discount}`);
    },
  ));
});

Deno.test("suggestedCents() is null without a discount and small for a joke listing", () => {
  assert.equal(suggestedCents(1599, null), null);
  assert.equal(suggestedCents(1599, 100), null);
  assert.equal(suggestedCents(999_999_900, discountPercent(999_999_900, 82)), 82);
});

Deno.test("each offer keeps the id of its asset, beside rows that were refused or left out", () => {
  const rows = [
    rowOf({ id: "a" }, { priceCents: "x" }),
    rowOf({ id: "b", cs2: {} }, { offerId: "left-out" }),
    rowOf({ id: "c", cs2: { phase: "ruby" } }, { offerId: "kept" }),
    rowOf({ cs2: { phase: "ruby" } }, { offerId: "nameless" }),
  ];
  const filter = { game: "a8db", wants: { phase: ["ruby"] } } as const;
  const context = { game: "a8db", readAtMs: NOW_MS, filter } as const;
  const page = readOffersPage({ items: rows }, context, new WireAudit());
  assert.deepEqual(page.offers.map(({ offerId }) => offerId), ["kept", "nameless"]);
  assert.deepEqual(page.assetIds, ["c", null]);
});
