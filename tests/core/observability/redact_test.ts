import assert from "node:assert/strict";
import fc from "fast-check";
import { Secret } from "@/core/config/secret.ts";
import { createRedactor, REDACTED } from "@/core/observability/redact.ts";

const TOKEN = `1234567890:${"Aa0_-".repeat(7)}`;
const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

const CANARIES: readonly (readonly [string, string, string])[] = [
  ["a bot token in a URL path", `https://api.telegram.org/bot${TOKEN}/getMe`, TOKEN],
  ["a bot token in a sentence", `token ${TOKEN}.`, TOKEN],
  ["a 64-character key", `key=${SEED};`, SEED],
  ["a 128-character key", `(${SEED}${SEED.toUpperCase()})`, SEED],
  ["a signature header", `dmar ed25519 ${SEED}${SEED}`, SEED],
  ["a DSN password", "postgres://me:hunter2@db/x", "hunter2"],
  ["a DSN password with odd characters", "postgresql://me:hun@ter:2/@db:5432/x", "hun@ter"],
  ["a DSN password in the query", "postgres://db/x?user=me&password=hunter2&a=1", "hunter2"],
  ["an authorization header", "Authorization: Bearer abc.def", "abc.def"],
];
for (const [what, text, secret] of CANARIES) {
  Deno.test(`a redactor takes ${what} out of text`, () => {
    const redactor = createRedactor();
    const clean = redactor.text(text);
    assert.ok(!clean.includes(secret) && clean.includes(REDACTED), clean);
    assert.ok(redactor.count() > 0);
  });
}

Deno.test("a redactor keeps what only looks a little like a secret", () => {
  const redactor = createRedactor();
  for (
    const text of [
      "12:34:56 scanned 1234567890 offers",
      "019c1d2e-7c4a-7b1e-9c55-1f2f3a4b5c6d",
      "http://127.0.0.1:8080/health",
      "AK-47 | Redline (Field-Tested)",
      "a token for everything",
    ]
  ) assert.equal(redactor.text(text), text);
  assert.equal(redactor.count(), 0);
});

Deno.test("a redactor takes out the very secrets in use, percent-encoded too", () => {
  const redactor = createRedactor(["p&ss word", "tiny"]);
  assert.equal(redactor.text("x p&ss word p%26ss%20word tiny"), `x ${REDACTED} ${REDACTED} tiny`);
  assert.equal(redactor.count(), 2);
});

Deno.test("a redactor takes out secret fields by name, wherever they are", () => {
  const redactor = createRedactor();
  const clean = redactor.value({
    token: "abc",
    nested: [{ "X-Request-Sign": "abc", secret_key: "abc", author: "ann", cursor: "c" }],
    password: null,
    httpToken: new Secret("abc"),
  });
  assert.deepEqual(clean, {
    token: REDACTED,
    nested: [{ "X-Request-Sign": REDACTED, secret_key: REDACTED, author: "ann", cursor: "c" }],
    password: null,
    httpToken: REDACTED,
  });
});

Deno.test("a redactor makes plain, bounded data out of anything", () => {
  const redactor = createRedactor();
  const loop: Record<string, unknown> = { big: 10n, none: undefined, nan: NaN };
  loop["self"] = loop;
  loop["set"] = new Set([1]);
  loop["map"] = new Map([["k", new Date(0)]]);
  loop["error"] = new TypeError(`No ${TOKEN}`);
  loop["run"] = () => 1;
  loop["many"] = Array.from({ length: 999 }, (_, index) => index);
  loop["long"] = "x".repeat(100_000);
  const text = JSON.stringify(redactor.value(loop));
  assert.ok(text.length < 60_000, `${text.length} characters`);
  assert.ok(text.includes("[deep]") && text.includes("1970-01-01") && text.includes("TypeError"));
  assert.ok(!text.includes(TOKEN));
});

Deno.test("a redactor leaves no half secret where it cuts a long text", () => {
  const redactor = createRedactor();
  for (let padding = 4_000; padding < 5_200; padding += 7) {
    for (const before of ["", `${SEED} `.repeat(20)]) {
      const text = redactor.text(`${before}${"-".repeat(padding)}${TOKEN} ${"-".repeat(999)}`);
      assert.ok(!text.includes(TOKEN.slice(0, 12)), `padding ${padding}`);
      assert.ok(text.length < 5_000);
    }
  }
});

Deno.test("a redactor bounds wide and deep values", () => {
  let wide: unknown = 1;
  for (let depth = 0; depth < 6; depth++) wide = Array.from({ length: 50 }, () => wide);
  const startedMs = performance.now();
  const text = JSON.stringify(createRedactor().value(wide));
  assert.ok(performance.now() - startedMs < 500);
  assert.ok(text.includes("[large]") && text.length < 300_000, `${text.length} characters`);
});

Deno.test("a redactor survives objects that refuse to be read", () => {
  const redactor = createRedactor();
  const trap = {
    get boom(): string {
      throw new Error("Read at your peril");
    },
  };
  assert.deepEqual(redactor.value({ trap, fine: 1 }), { trap: { boom: "[unreadable]" }, fine: 1 });
});

Deno.test("a redactor finds a canary in any surroundings", () => {
  const redactor = createRedactor([`literal-secret`]);
  fc.assert(fc.property(fc.string(), fc.string(), fc.jsonValue(), (before, after, other) => {
    const value = { [before]: [other, `${before} ${TOKEN} ${after}`, `${before}literal-secret`] };
    const text = JSON.stringify(redactor.value(value));
    assert.ok(!text.includes(TOKEN) && !text.includes("literal-secret"));
  }));
});

for (
  const unit of [
    "a",
    "a:",
    "postgres://",
    "password=",
    "1",
    "Bearer ",
    "f".repeat(63) + " ",
    "://@",
  ]
) {
  Deno.test(`a redactor reads 50 kB of ${JSON.stringify(unit.slice(0, 12))} without stalling`, () => {
    const redactor = createRedactor(["literal-secret"]);
    const text = unit.repeat(Math.ceil(50_000 / unit.length));
    const startedMs = performance.now();
    redactor.text(text);
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs < 200, `${tookMs} ms`);
  });
}
