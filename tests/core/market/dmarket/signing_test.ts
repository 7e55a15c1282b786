import assert from "node:assert/strict";
import { ActorError } from "@/core/kernel/errors.ts";
import { SigningKey, stringToSign } from "@/core/market/dmarket/signing.ts";
import vectorsJson from "@/tests/fixtures/dmarket/signature-vectors.json" with { type: "json" };

const { seed_hex: SEED, public_key_hex: PUBLIC, secret_key_128hex_form: SECRET } = vectorsJson;

const VECTORS = vectorsJson.vectors.map((vector) => ({
  name: vector.name,
  request: {
    method: vector.method,
    path: vector.path_as_sent,
    query: vector.query_as_sent,
    body: vector.body,
  },
  atUnixSeconds: vector.timestamp,
  text: vector.string_to_sign,
  signature: vector["X-Request-Sign"],
}));

Deno.test("the published vectors are signed alike with both forms of the secret key", async () => {
  assert.equal(VECTORS.length, 8);
  for (const secretKey of [SEED, SECRET, SECRET.toUpperCase(), ` ${SECRET}\n`]) {
    const key = await SigningKey.import({ publicKey: PUBLIC.toUpperCase(), secretKey });
    for (const { name, request, atUnixSeconds, text, signature } of VECTORS) {
      assert.equal(stringToSign(request, atUnixSeconds), text, name);
      assert.deepEqual(await key.sign(request, atUnixSeconds), {
        "x-api-key": PUBLIC,
        "x-sign-date": String(atUnixSeconds),
        "x-request-sign": signature,
      }, name);
    }
  }
});

Deno.test("stringToSign() decodes the path exactly once and leaves query and body alone", () => {
  const request = { method: "POST", path: "/a%2520b/%E2%98%85", query: "q=%20", body: "%20" };
  assert.equal(stringToSign(request, 7), "POST/a%20b/★?q=%20%207");
});

Deno.test("stringToSign() refuses a path that is no percent-encoding", () => {
  const request = { method: "GET", path: "/50%", query: "", body: "" };
  assert.throws(() => stringToSign(request, 7), (error) => {
    assert.ok(error instanceof ActorError);
    assert.equal(`${error.kind} ${error.code}`, "rejected bad-path");
    return true;
  });
});

const OTHER_SEED = "0".repeat(63) + "1";

Deno.test("a wrong key is refused with what is wrong about it, and never shown", async () => {
  const cases: [string, string, RegExp][] = [
    [SECRET, PUBLIC, /public key has 128 digits.*may be swapped/],
    [SEED, PUBLIC, /keys? are swapped|are swapped/],
    ["", SECRET, /public key is empty/],
    [PUBLIC, "", /secret key is empty/],
    [PUBLIC.slice(1), SECRET, /public key has 63 digits instead of 64/],
    [PUBLIC, SECRET.slice(2), /secret key has 126 digits instead of 64 or 128/],
    [`${PUBLIC.slice(1)}g`, SECRET, /public key holds a character that is no hexadecimal digit/],
    [PUBLIC, "ключ".repeat(16), /secret key holds a character/],
    [PUBLIC, OTHER_SEED, /do not belong together/],
    [PUBLIC, OTHER_SEED + PUBLIC, /secret key is damaged/],
  ];
  for (const [publicKey, secretKey, message] of cases) {
    await assert.rejects(SigningKey.import({ publicKey, secretKey }), (error) => {
      assert.ok(error instanceof ActorError);
      assert.equal(`${error.kind} ${error.code}`, "fatal bad-key");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /[0-9a-f]{16}/);
      return true;
    });
  }
});

Deno.test("a key shows its public half only", async () => {
  const key = await SigningKey.import({ publicKey: PUBLIC, secretKey: SECRET });
  const shown = [Deno.inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key)];
  for (const text of shown) assert.ok(!text.includes(SEED) && !text.includes(SEED.slice(0, 16)));
});
