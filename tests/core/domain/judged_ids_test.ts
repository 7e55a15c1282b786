import assert from "node:assert/strict";
import { hash64, IdSet } from "@/core/domain/judged_ids.ts";

function ids(count: number, prefix = "offer"): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

function open(packed = "", capacity = 10_000, salt = "scan-1"): IdSet {
  return new IdSet({ packed, salt, capacity });
}

Deno.test("IdSet knows what was added, also after packing", () => {
  const set = open();
  for (const id of ids(1_000)) assert.ok(set.add(id));
  const reopened = open(set.packed());
  assert.equal(reopened.size, 1_000);
  assert.ok(ids(1_000).every((id) => reopened.has(id)));
  assert.ok(!ids(1_000, "other").some((id) => reopened.has(id)));
});

Deno.test("two sets opened from one text do not know of each other", () => {
  const set = open();
  for (const id of ids(20)) set.add(id);
  const text = set.packed();
  const [one, two] = [open(text), open(text)];
  assert.ok(one.add("new") && !two.has("new") && two.size === 20 && one.size === 21);
  assert.ok(set.has("offer-3") && !set.has("new"), "A packed set goes on knowing its own");
  assert.equal(set.packed(), text);
  assert.notEqual(one.packed(), text);
});

Deno.test("IdSet takes eight characters an id", () => {
  const set = open();
  for (const id of ids(123)) set.add(id);
  assert.equal(set.packed().length, 8 * 123);
});

Deno.test("IdSet says when an id was there already", () => {
  const set = open();
  assert.deepEqual([set.add("a"), set.add("a"), set.add("b"), set.size], [true, false, true, 2]);
});

Deno.test("IdSet drops the oldest beyond its capacity", () => {
  const set = open("", 3);
  for (const id of ["a", "b", "c", "d"]) set.add(id);
  assert.equal(set.size, 3);
  assert.deepEqual(["a", "b", "c", "d"].map((id) => set.has(id)), [false, true, true, true]);
  assert.ok(open(set.packed(), 3).has("b"));
});

Deno.test("IdSet packs what it holds, however often it was packed and whatever it dropped", () => {
  let text = "";
  for (let page = 0; page < 6; page++) {
    const set = open(text, 25);
    for (const id of ids(10, `page ${page}`)) set.add(id);
    set.packed();
    set.add(`late ${page}`);
    text = set.packed();
    assert.equal(text.length, 8 * Math.min(25, 11 * (page + 1)));
  }
  const last = open(text, 25);
  assert.ok(ids(10, "page 5").every((id) => last.has(id)) && last.has("late 5"));
  assert.ok(last.has("late 4") && !last.has("late 2"));
});

Deno.test("IdSet hashes apart under different salts", () => {
  const set = open("", 10, "scan-1");
  set.add("a");
  assert.ok(!open(set.packed(), 10, "scan-2").has("a"));
});

Deno.test("IdSet refuses a text that no set packed", () => {
  assert.throws(() => open("abc"), RangeError);
  assert.throws(() => open("abcdefg$"), RangeError);
});

Deno.test("IdSet confuses none of 100,000 ids that differ in one character", () => {
  const set = open("", 100_000);
  for (const id of ids(100_000)) assert.ok(set.add(id), id);
});

Deno.test("hash64() spreads every bit of both halves", () => {
  const hashes = ids(4_096).map((id) => hash64(id));
  for (let bit = 0; bit < 64; bit++) {
    const ones = hashes.filter(([high, low]) => ((bit < 32 ? high : low) >>> bit % 32) & 1).length;
    // Six standard deviations of a fair coin.
    assert.ok(Math.abs(ones - 2_048) < 6 * 32, `bit ${bit}: ${ones}`);
  }
});

Deno.test("IdSet hashes an id as the text of salt and id", () => {
  const set = open();
  set.add("offer-1");
  const [high, low] = hash64("scan-1/offer-1");
  const bits = (text: string) =>
    [...text].reduce((sum, char) => sum * 64 + ALPHABET.indexOf(char), 0);
  const packed = set.packed();
  assert.deepEqual([bits(packed.slice(0, 4)), bits(packed.slice(4))], [high >>> 8, low >>> 8]);
});

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
