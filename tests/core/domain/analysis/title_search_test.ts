import assert from "node:assert/strict";
import { searchTitles, titleRef } from "@/core/domain/analysis/title_search.ts";

const KNOWN = [
  "AK-47 | Redline (Field-Tested)",
  "AK-47 | Redline (Minimal Wear)",
  "StatTrak™ AK-47 | Redline (Field-Tested)",
  "★ Karambit | Doppler (Factory New)",
  "StatTrak™ MP7 | 龍王 (Dragon King) (Field-Tested)",
  "Golf Shirt",
].map((title) => ({ title }));

function found(text: string): readonly string[] {
  return searchTitles(KNOWN, text).map(({ title }) => title);
}

Deno.test("searchTitles() takes a title as the market writes it, and nothing beside it", () => {
  for (const { title } of KNOWN) assert.deepEqual(found(title), [title]);
});

Deno.test("searchTitles() reads what people type, the shortest title first", () => {
  assert.deepEqual(found("ak redline ft"), [
    "AK-47 | Redline (Field-Tested)",
    "StatTrak™ AK-47 | Redline (Field-Tested)",
  ]);
  assert.deepEqual(found("redline st"), ["StatTrak™ AK-47 | Redline (Field-Tested)"]);
  assert.deepEqual(found("ak 47 redline field tested"), ["AK-47 | Redline (Field-Tested)"]);
  assert.deepEqual(found("KARAMBIT"), ["★ Karambit | Doppler (Factory New)"]);
  assert.deepEqual(found("龍王"), ["StatTrak™ MP7 | 龍王 (Dragon King) (Field-Tested)"]);
});

Deno.test("searchTitles() finds nothing in words that are in no title, and in no words", () => {
  for (const text of ["awp", "redline fn", "", " ", "|", "#", "#0000000000", "constructor"]) {
    assert.deepEqual(found(text), [], text);
  }
});

Deno.test("a ref names its title alone", () => {
  for (const { title } of KNOWN) assert.deepEqual(found(`#${titleRef(title)}`), [title]);
  const many = Array.from({ length: 50_000 }, (_, at) => `Title ${at} (Field-Tested)`);
  assert.equal(new Set(many.map(titleRef)).size, many.length);
  assert.match(titleRef("★ 龍"), /^[0-9a-f]{10}$/);
});
