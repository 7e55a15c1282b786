import assert from "node:assert/strict";
import { catalogue, LANGUAGES } from "@/bot/texts/mod.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** No-break spaces made plain. */
function plain(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

Deno.test("money is written from cents, exactly", () => {
  const { money, gain } = catalogue("en");
  assert.equal(money(0), "$0.00");
  assert.equal(money(1), "$0.01");
  assert.equal(money(1_234), "$12.34");
  assert.equal(money(100_000_050), "$1,000,000.50");
  assert.equal(money(1_000_000_000_000), "$10,000,000,000.00");
  assert.equal(gain(152), "+$1.52");
  assert.equal(gain(-152), "-$1.52");
  assert.equal(gain(0), "$0.00");
});

Deno.test("every cent up to a thousand dollars is written as it is", () => {
  const { money } = catalogue("en");
  for (let cents = 0; cents < 100_000; cents++) {
    const digits = String(cents).padStart(3, "0");
    assert.equal(money(cents), `$${digits.slice(0, -2)}.${digits.slice(-2)}`);
  }
});

Deno.test("basis points are written as percent with one decimal", () => {
  const { percent } = catalogue("en");
  assert.deepEqual([0, 170, 1_231, -50, 100_000].map(percent), [
    "0.0%",
    "1.7%",
    "12.3%",
    "-0.5%",
    "1,000.0%",
  ]);
});

Deno.test("spans of time use their two largest units", () => {
  const { duration } = catalogue("en");
  const spans = [
    [-5_000, "0 s"],
    [400, "0 s"],
    [59_400, "59 s"],
    [59_600, "1 min"],
    [185_000, "3 min"],
    [2 * HOUR_MS + 5 * MINUTE_MS, "2 h 5 min"],
    [24 * HOUR_MS, "1 d"],
    [50 * HOUR_MS + 59 * MINUTE_MS, "2 d 2 h"],
  ] as const;
  for (const [ms, text] of spans) assert.equal(plain(duration(ms)), text);
});

Deno.test("bytes use the largest unit with three digits", () => {
  const { bytes } = catalogue("en");
  assert.deepEqual([0, 999, 1_000, 12_345_678, 3e15, 9e20].map((value) => plain(bytes(value))), [
    "0 B",
    "999 B",
    "1 kB",
    "12.3 MB",
    "3 PB",
    "900,000 PB",
  ]);
  assert.equal(plain(catalogue("ru").bytes(12_345_678)), "12,3 МБ");
});

/** Every phrase of a catalogue, nested ones included. */
function phrasesOf(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(phrasesOf)
    : [value];
}

Deno.test("every language says every phrase", () => {
  for (const language of LANGUAGES) {
    for (const phrase of phrasesOf(catalogue(language))) {
      assert.ok(typeof phrase === "function" || (typeof phrase === "string" && phrase !== ""));
    }
    assert.equal(catalogue(language).language, language);
  }
});

Deno.test("counted nouns take the form of their number", () => {
  const offers = (language: "en" | "ru" | "es" | "de", counts: readonly number[]) =>
    counts.map((count) => plain(catalogue(language).offers(count)));
  assert.deepEqual(offers("ru", [0, 1, 2, 5, 11, 21, 22, 112]), [
    "0 лотов",
    "1 лот",
    "2 лота",
    "5 лотов",
    "11 лотов",
    "21 лот",
    "22 лота",
    "112 лотов",
  ]);
  const ofMany = [1, 3, 5, 21].map((total) => plain(catalogue("ru").offersOf(0, total)));
  assert.deepEqual(ofMany, ["0 из 1 лота", "0 из 3 лотов", "0 из 5 лотов", "0 из 21 лота"]);
  assert.deepEqual(offers("en", [0, 1, 2]), ["0 offers", "1 offer", "2 offers"]);
  assert.deepEqual(offers("es", [1, 1_000_000]), ["1 oferta", "1.000.000 ofertas"]);
  assert.deepEqual(offers("de", [1, 1_000]), ["1 Angebot", "1.000 Angebote"]);
});

Deno.test("a choice is listed as its readers list it", () => {
  const shown = LANGUAGES.map((language) => catalogue(language).either(["a", "b", "c"]));
  assert.deepEqual(shown, ["a, b, or c", "a, b или c", "a, b o c", "a, b oder c"]);
});
