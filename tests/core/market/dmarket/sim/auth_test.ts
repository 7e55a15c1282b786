import assert from "node:assert/strict";
import { SignatureCheck, signedBytes, type SignedRequest } from "@/core/market/dmarket/sim/auth.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { sign } from "./signed_client.ts";
import vectors from "@/tests/fixtures/dmarket/signature-vectors.json" with { type: "json" };

type Vector = typeof vectors.vectors[number];

function requestOf(vector: Vector): SignedRequest {
  return {
    method: vector.method,
    rawPath: vector.path_as_sent,
    rawQuery: vector.query_as_sent,
    body: new TextEncoder().encode(vector.body),
    headers: new Headers({
      "X-Api-Key": vectors.public_key_hex,
      "X-Sign-Date": String(vector.timestamp),
      "X-Request-Sign": vector["X-Request-Sign"],
    }),
  };
}

for (const vector of vectors.vectors) {
  Deno.test(`the published signature of "${vector.name}" is accepted`, async () => {
    const request = requestOf(vector);
    const bytes = signedBytes(request, String(vector.timestamp));
    assert.ok(bytes);
    assert.equal(new TextDecoder().decode(bytes), vector.string_to_sign);
    const check = await SignatureCheck.create([vectors.public_key_hex]);
    assert.deepEqual(await check.check(request, vector.timestamp), {
      account: vectors.public_key_hex,
      reason: null,
    });
  });
}

Deno.test("a request changed in any part after signing is refused", async () => {
  const check = await SignatureCheck.create([vectors.public_key_hex]);
  const [first] = vectors.vectors;
  assert.ok(first);
  const request = requestOf(first);
  const changes: Partial<SignedRequest>[] = [
    { method: "POST" },
    { rawPath: "/account/v1/user" },
    { rawQuery: "a=1" },
    { body: new TextEncoder().encode("{}") },
  ];
  for (const change of changes) {
    const verdict = await check.check({ ...request, ...change }, first.timestamp);
    assert.deepEqual(verdict, { account: null, reason: "wrong signature" });
  }
});

Deno.test("the clock may differ by two minutes and no more", async () => {
  const check = await SignatureCheck.create([vectors.public_key_hex]);
  const [first] = vectors.vectors;
  assert.ok(first);
  const at = (offsetS: number) => check.check(requestOf(first), first.timestamp + offsetS);
  for (const offsetS of [-120, 120]) assert.equal((await at(offsetS)).reason, null);
  for (const offsetS of [-121, 121]) assert.equal((await at(offsetS)).reason, "clock skew");
});

Deno.test("missing, foreign and malformed headers are told apart", async () => {
  const check = await SignatureCheck.create([vectors.public_key_hex]);
  const [first] = vectors.vectors;
  assert.ok(first);
  const request = requestOf(first);
  const reasonWith = async (name: string, value: string | null) => {
    const headers = new Headers(request.headers);
    if (value === null) headers.delete(name);
    else headers.set(name, value);
    return (await check.check({ ...request, headers }, first.timestamp)).reason;
  };
  assert.equal(await reasonWith("X-Request-Sign", null), "unsigned");
  assert.equal(await reasonWith("X-Api-Key", null), "unsigned");
  assert.equal(await reasonWith("X-Api-Key", DEMO_KEYS.publicKey), "unknown key");
  assert.equal(await reasonWith("X-Sign-Date", "yesterday"), "date is not unix seconds");
  assert.equal(await reasonWith("X-Request-Sign", "hmac 00"), "malformed signature");
  assert.equal(
    await reasonWith("X-Request-Sign", `dmar ed25519 ${"0".repeat(127)}`),
    "malformed signature",
  );
});

Deno.test("the demo keys are a pair", async () => {
  const check = await SignatureCheck.create([DEMO_KEYS.publicKey]);
  assert.equal(DEMO_KEYS.secretKey.length, 128);
  assert.ok(DEMO_KEYS.secretKey.endsWith(DEMO_KEYS.publicKey));
  const headers = new Headers({
    "X-Api-Key": DEMO_KEYS.publicKey,
    "X-Sign-Date": "1000",
    "X-Request-Sign": `dmar ed25519 ${await sign("GET/x1000", DEMO_KEYS)}`,
  });
  const request = { method: "GET", rawPath: "/x", rawQuery: "", body: new Uint8Array(), headers };
  assert.equal((await check.check(request, 1000)).account, DEMO_KEYS.publicKey);
});

Deno.test("a key that is none is refused with the rule", async () => {
  await assert.rejects(SignatureCheck.create(["ABC"]), /64 lower-case hex digits: got "ABC"/);
  await assert.rejects(
    SignatureCheck.create(Array.from({ length: 65 }, () => DEMO_KEYS.publicKey)),
    /at most 64: current value is 65/,
  );
});
