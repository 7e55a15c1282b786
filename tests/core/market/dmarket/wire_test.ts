import assert from "node:assert/strict";
import fc from "fast-check";
import { readOffersPage } from "@/core/market/dmarket/offers.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { ActorError } from "@/core/kernel/errors.ts";

Deno.test("the audit stays bounded whatever comes", () => {
  const audit = new WireAudit();
  for (let i = 0; i < 1_000; i++) audit.countUnknown({ [`field${i}`]: 1 }, {}, "body");
  for (let i = 0; i < 1_000; i++) audit.countRefused(`reason ${i}`);
  assert.ok(Object.keys(audit.unknownFields).length <= 201);
  assert.ok(Object.keys(audit.refusedRows).length <= 201);
  const counted = Object.values(audit.unknownFields).reduce((sum, times) => sum + times, 0);
  assert.equal(counted, 1_000);
});

Deno.test("the audit repeats no odd field names", () => {
  const audit = new WireAudit();
  const odd = { "<script>": 1, ["x".repeat(500)]: 1, "line\nbreak": 1, "": 1 };
  audit.countUnknown(odd, {}, "body");
  assert.deepEqual(audit.unknownFields, { "body.(odd name)": 4 });
});

Deno.test("names that every object inherits are unknown like any other", () => {
  const audit = new WireAudit();
  audit.countUnknown(JSON.parse('{"__proto__":1,"constructor":1,"toString":1}'), {}, "body");
  assert.deepEqual(audit.unknownFields, {
    "body.__proto__": 1,
    "body.constructor": 1,
    "body.toString": 1,
  });
});

Deno.test("any JSON at all is read, refused row by row, or refused whole: nothing else", () => {
  const row = fc.record({
    offerId: fc.oneof(fc.string(), fc.jsonValue()),
    priceCents: fc.oneof(fc.nat(), fc.jsonValue()),
    attributes: fc.oneof(
      fc.record({ title: fc.string(), cs2: fc.jsonValue(), unlockDate: fc.jsonValue() }),
      fc.jsonValue(),
    ),
    locked: fc.jsonValue(),
    discountPercent: fc.jsonValue(),
  }, { requiredKeys: [] });
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({ items: fc.array(row), total: fc.jsonValue(), cursor: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(body, (value) => {
      try {
        const page = readOffersPage(value, { game: "a8db", readAtMs: 0 }, new WireAudit());
        for (const offer of page.offers) {
          assert.ok(Number.isSafeInteger(offer.priceCents) && offer.priceCents > 0);
          assert.ok(offer.title.length > 0);
        }
      } catch (error) {
        assert.ok(error instanceof ActorError, String(error));
        assert.equal(error.code, "unexpected-shape");
      }
    }),
    { numRuns: 500 },
  );
});
