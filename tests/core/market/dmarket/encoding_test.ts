import assert from "node:assert/strict";
import fc from "fast-check";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  encodeComponent,
  encodeQuery,
  encodeTitleSegment,
  fillPath,
} from "@/core/market/dmarket/encoding.ts";

const text = fc.string({ unit: "grapheme", maxLength: 40 });

Deno.test("what is encoded is what a URL puts on the wire, and decodes to the same text", () => {
  fc.assert(fc.property(text, (value) => {
    const encoded = encodeComponent(value);
    assert.equal(decodeURIComponent(encoded), value);
    assert.equal(new URL(`http://x/?a=${encoded}`).search, `?a=${encoded}`);
    assert.equal(new URL(`http://x/p${encoded}`).pathname, `/p${encoded}`);
    assert.equal(new URL(`http://x/?a=${encoded}`).searchParams.get("a"), value);
  }));
});

Deno.test("encodeTitleSegment() carries %20, |, quotes and emoji literally", () => {
  const titles = [
    "AK-47 | Redline 50%20off + 5&5 (Field-Tested)",
    "★ StatTrak™ Karambit | Doppler (Factory New)",
    "Ol' Bess? #1",
    "🦄 unicorn",
    "...",
  ];
  for (const title of titles) {
    const { pathname } = new URL(`http://x/t/${encodeTitleSegment(title)}`);
    assert.equal(decodeURIComponent(pathname), `/t/${title}`);
  }
});

Deno.test("encodeTitleSegment() refuses what the path cannot carry", () => {
  for (const title of ["", ".", "..", "Challengers (Holo/Foil)", "half \ud800 pair"]) {
    assert.throws(() => encodeTitleSegment(title), (error) => {
      assert.ok(error instanceof ActorError && error.kind === "rejected");
      return true;
    }, JSON.stringify(title));
  }
});

Deno.test("encodeQuery() leaves null out and keeps the order", () => {
  assert.equal(encodeQuery({ b: "x y", a: 0, c: null, d: "" }), "b=x%20y&a=0&d=");
  assert.equal(encodeQuery({}), "");
});

Deno.test("fillPath() puts segments where the path has holes", () => {
  assert.equal(fillPath("/t/{}/{}", ["a8db", "x%20$&"]), "/t/a8db/x%20$&");
  assert.equal(fillPath("/plain", []), "/plain");
});
