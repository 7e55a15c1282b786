import assert from "node:assert/strict";
import { filterKey } from "@/core/domain/filters/key.ts";

Deno.test("filters that ask for the same have one key, whatever their order", () => {
  const key = filterKey({
    exterior: ["factory-new", "well-worn"],
    pattern: [661, 4],
    souvenir: true,
  });
  assert.equal(
    filterKey({ souvenir: true, pattern: [4, 661], exterior: ["well-worn", "factory-new"] }),
    key,
  );
  assert.notEqual(filterKey({ exterior: ["factory-new"], pattern: [661, 4], souvenir: true }), key);
  assert.notEqual(filterKey({ souvenir: true }), filterKey({ souvenir: false }));
  assert.notEqual(filterKey({ hero: ["a", "b"] }), filterKey({ hero: ["a,b"] }));
});

Deno.test("what lets everything through has the empty key", () => {
  for (const nothing of [null, undefined, {}]) assert.equal(filterKey(nothing), "");
});
