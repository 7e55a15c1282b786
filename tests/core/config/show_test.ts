import assert from "node:assert/strict";
import { loadConfig, secretsOf, showConfig } from "@/core/config/config.ts";
import { ConfigError, formatProblems, maskUrl, quoteValue } from "@/core/config/problems.ts";
import { Secret } from "@/core/config/secret.ts";
import { settingNames } from "@/core/config/settings.ts";

const PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

const CANARIES = {
  MARKETD_HTTP_TOKEN: "canary-http-token-0001",
  DATABASE_URL: "postgres://me:canary-password@db.example.com/marketd?password=canary-ssl",
  DMARKET_SECRET_KEY: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
  TELEGRAM_BOT_TOKEN: "123456789:canary-canary-canary-canary-canary",
};
const HIDDEN = [
  CANARIES.MARKETD_HTTP_TOKEN,
  "canary-password",
  "canary-ssl",
  CANARIES.DMARKET_SECRET_KEY,
  CANARIES.TELEGRAM_BOT_TOKEN,
];

function assertNoCanary(text: string): void {
  for (const canary of HIDDEN) assert.ok(!text.includes(canary), `${canary} shows in ${text}`);
}

function loadWithCanaries(extra: Record<string, string> = {}): ReturnType<typeof loadConfig> {
  return loadConfig({
    env: {
      ...CANARIES,
      DMARKET_PUBLIC_KEY: PUBLIC,
      TELEGRAM_ALLOWED_USER_IDS: "42",
      ...extra,
    },
    cwd: "/",
    readTextFile: () => Promise.reject(new Error("No file was named")),
  });
}

Deno.test("a configuration never shows a secret, however it is printed", async () => {
  const config = await loadWithCanaries();
  assertNoCanary(Deno.inspect(config, { depth: 9, showHidden: true }));
  assertNoCanary(JSON.stringify(config));
  assertNoCanary(`${config.httpToken} ${config.databaseUrl}`);
  assertNoCanary(JSON.stringify(showConfig(config)));
});

Deno.test("showConfig() lists every setting, masked where secret", async () => {
  const shown = showConfig(await loadWithCanaries({ MARKETD_HTTP: "[::1]:0" }));
  assert.deepEqual(Object.keys(shown), settingNames);
  assert.equal(shown.MARKETD_HTTP, "[::1]:0");
  assert.equal(shown.DMARKET_SECRET_KEY, "•••••• (64 characters)");
  assert.equal(
    shown.DATABASE_URL,
    "postgres://me:••••••@db.example.com/marketd?password=••••••",
  );
});

Deno.test("secretsOf() lists every secret text, the database password by itself too", async () => {
  const secrets = secretsOf(
    await loadWithCanaries({ DATABASE_URL: "postgres://me:p%40ss-word@db/x?password=p%26rameter" }),
  );
  for (const secret of ["p%40ss-word", "p@ss-word", "p&rameter", CANARIES.TELEGRAM_BOT_TOKEN]) {
    assert.ok(secrets.includes(secret), secret);
  }
  assert.equal(secrets.length, 7);
  const none = await loadConfig({
    env: {},
    cwd: "/",
    readTextFile: () => Promise.reject(new Error("No file was named")),
  });
  assert.deepEqual(secretsOf(none), []);
});

Deno.test("a ConfigError never shows a secret of known shape, not even in a wrong setting", async () => {
  const { MARKETD_HTTP_TOKEN: _, ...recognisable } = CANARIES;
  for (const name of settingNames) {
    for (const canary of Object.values(recognisable)) {
      const failure = await loadWithCanaries({ MARKETD_LOG: "loud", [name]: canary })
        .then(() => null, (error) => error);
      assert.ok(failure instanceof ConfigError);
      assertNoCanary(Deno.inspect(failure));
    }
  }
});

Deno.test("Secret gives its text to reveal() alone, and nothing to a clone", () => {
  const secret = new Secret("canary");
  assert.equal(secret.reveal(), "canary");
  for (const shown of [String(secret), JSON.stringify([secret]), Deno.inspect({ secret })]) {
    assert.ok(shown.includes("[secret]") && !shown.includes("canary"), shown);
  }
  assert.deepEqual(Object.keys(structuredClone({ secret }).secret), []);
});

Deno.test("formatProblems() gives name, value, rule and example of each", () => {
  const text = formatProblems([
    { name: "A", shown: '"x"', rule: "Must be y", example: "y", source: "environment" },
    { name: "B", shown: null, rule: "Must be set", example: null, source: "environment" },
  ]);
  assert.equal(
    text,
    [
      "marketd cannot start: 2 settings are wrong, and nothing was started",
      "",
      '  A = "x"   (environment)',
      "    rule     Must be y",
      "    example  A=y",
      "",
      "  B is not set",
      "    rule     Must be set",
    ].join("\n"),
  );
});

Deno.test("quoteValue() escapes control characters and cuts long values", () => {
  assert.equal(quoteValue("a\u001b"), '"a\\u001b"');
  assert.equal(quoteValue("x".repeat(200)).length, 83);
});

Deno.test("maskUrl() masks entirely what is no URL", () => {
  assert.equal(maskUrl("me:pw@db"), "•••••• (8 characters)");
  assert.equal(maskUrl("not a url"), "•••••• (9 characters)");
});
