import assert from "node:assert/strict";
import fc from "fast-check";
import { judgeKeyPair, publicKeyOf } from "@/core/config/keys.ts";
import { editDistance, nearestName } from "@/core/config/names.ts";
import { settingMeta, settingNames, settingsSchema } from "@/core/config/settings.ts";

Deno.test("every setting's example passes its own rule, all of them together", () => {
  const examples = Object.fromEntries(
    settingNames.map((name) => [name, settingMeta(name).example]),
  );
  const { error } = settingsSchema.safeParse({ ...examples, MARKETD_CHAOS: "0" });
  assert.equal(error, undefined);
});

Deno.test("every setting's documented default is the one the schema applies", () => {
  const applied = settingsSchema.parse({});
  const documented = Object.fromEntries(
    settingNames.flatMap((name) => {
      const text = /^`([^`]+)`/.exec(settingMeta(name).fallback)?.[1];
      return text === undefined || name === "DMARKET_API_URL" ? [] : [[name, text]];
    }),
  );
  assert.deepEqual(settingsSchema.parse(documented), applied);
  assert.equal(Object.keys(documented).length, 8);
});

Deno.test("judgeKeyPair() derives the public key of RFC 8032, section 7.1", () => {
  const seed = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
  const expected = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
  assert.equal(publicKeyOf(seed), expected);
  assert.equal(judgeKeyPair(expected.toUpperCase(), seed), "match");
  assert.equal(judgeKeyPair(seed, expected), "swapped");
  assert.equal(judgeKeyPair(seed + expected, expected), "swapped");
  assert.equal(judgeKeyPair("00".repeat(32), seed), "mismatch");
  assert.equal(judgeKeyPair("00", seed), "malformed");
});

Deno.test("nearestName() finds slips and leaves strangers alone", () => {
  const known = ["MARKETD_HOME", "MARKETD_HTTP"];
  assert.equal(nearestName("MARKETD_HOEM", known), "MARKETD_HOME");
  assert.equal(nearestName("MARKETD_HTTPS", known), "MARKETD_HTTP");
  assert.equal(nearestName("MARKETD_DATABASE", known), null);
  assert.equal(nearestName("MARKETD_FOO", [...known, "MARKETD_LOG"]), null);
  assert.equal(nearestName("MARKETD_LGO", [...known, "MARKETD_LOG"]), "MARKETD_LOG");
  assert.equal(nearestName("X", []), null);
});

Deno.test("editDistance() is symmetric, zero only for equal names, one for one edit", () => {
  const word = fc.string({ minLength: 1, maxLength: 12 });
  fc.assert(fc.property(word, word, (a, b) => {
    assert.equal(editDistance(a, b), editDistance(b, a));
    assert.equal(editDistance(a, b) === 0, a === b);
    assert.equal(editDistance(a, `${a}!`), 1);
  }));
  assert.equal(editDistance("abcd", "abdc"), 1);
});
