import assert from "node:assert/strict";
import { type Config, loadConfig } from "@/core/config/config.ts";
import { ConfigError, type ConfigProblem } from "@/core/config/problems.ts";

const PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
const SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
const OTHER_SEED = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
const TOKEN = `123456789:${"A".repeat(35)}`;

type Texts = Readonly<Record<string, string>>;

function load(env: Texts, files: Texts = {}): Promise<Config> {
  return loadConfig({
    env,
    cwd: "/srv/marketd",
    readTextFile(path) {
      const text = files[path];
      return text === undefined
        ? Promise.reject(new Deno.errors.NotFound(`no ${path}`))
        : Promise.resolve(text);
    },
  });
}

async function problemsOf(env: Texts, files: Texts = {}): Promise<readonly ConfigProblem[]> {
  try {
    await load(env, files);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  return [];
}

async function onlyProblem(env: Texts, files: Texts = {}): Promise<ConfigProblem> {
  const problems = await problemsOf(env, files);
  assert.equal(problems.length, 1, JSON.stringify(problems, null, 2));
  const [problem] = problems;
  assert.ok(problem);
  return problem;
}

Deno.test("loadConfig() gives the documented defaults for an empty environment", async () => {
  assert.deepEqual(await load({}), {
    home: "/srv/marketd/data",
    http: { hostname: "127.0.0.1", port: 8080, loopback: true },
    httpToken: null,
    mode: "dry",
    databaseUrl: null,
    dmarket: { apiUrl: null, keys: null, rates: "default" },
    telegram: { token: null, apiRoot: "https://api.telegram.org", allowedUserIds: [] },
    chaos: false,
    log: "auto",
    guardian: "auto",
  });
});

Deno.test("loadConfig() takes an empty string as unset", async () => {
  const empty = { MARKETD_HOME: "", MARKETD_HTTP: "", DATABASE_URL: "", MARKETD_CONFIG: "" };
  assert.deepEqual(await load(empty), await load({}));
});

Deno.test("loadConfig() reads every setting", async () => {
  const config = await load({
    MARKETD_HOME: "/var/lib/marketd",
    MARKETD_HTTP: "[::]:0",
    MARKETD_HTTP_TOKEN: "sixteen-or-longer",
    MARKETD_MODE: "dry",
    DATABASE_URL: "postgres://me:pw@db/marketd",
    DMARKET_PUBLIC_KEY: PUBLIC.toUpperCase(),
    DMARKET_SECRET_KEY: SEED + PUBLIC,
    DMARKET_RATES: "strict",
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: "http://127.0.0.1:8081/",
    TELEGRAM_ALLOWED_USER_IDS: " 42, 43 42",
    MARKETD_CHAOS: "OFF",
    MARKETD_LOG: "json",
  });
  assert.equal(config.home, "/var/lib/marketd");
  assert.deepEqual(config.http, { hostname: "::", port: 0, loopback: false });
  assert.equal(config.httpToken?.reveal(), "sixteen-or-longer");
  assert.equal(config.databaseUrl?.reveal(), "postgres://me:pw@db/marketd");
  assert.equal(config.dmarket.apiUrl, "https://api.dmarket.com");
  assert.equal(config.dmarket.keys?.publicKey, PUBLIC);
  assert.equal(config.dmarket.keys?.secretKey.reveal(), SEED + PUBLIC);
  assert.equal(config.dmarket.rates, "strict");
  assert.equal(config.telegram.token?.reveal(), TOKEN);
  assert.equal(config.telegram.apiRoot, "http://127.0.0.1:8081");
  assert.deepEqual(config.telegram.allowedUserIds, [42, 43]);
  assert.equal(config.log, "json");
});

const ADDRESSES: readonly (readonly [string, string, number, boolean])[] = [
  ["127.0.0.1:8080", "127.0.0.1", 8080, true],
  ["127.9.9.9:0", "127.9.9.9", 0, true],
  ["localhost:65535", "localhost", 65_535, true],
  ["[::1]:80", "::1", 80, true],
  ["0.0.0.0:443", "0.0.0.0", 443, false],
  ["[::]:8080", "::", 8080, false],
  ["[::ffff:127.0.0.1]:1", "::ffff:7f00:1", 1, false],
  ["127.example.com:1", "127.example.com", 1, false],
];
for (const [text, hostname, port, loopback] of ADDRESSES) {
  Deno.test(`loadConfig() reads the address ${text}`, async () => {
    const env = { MARKETD_HTTP: text, MARKETD_HTTP_TOKEN: "sixteen-or-longer" };
    assert.deepEqual((await load(env)).http, { hostname, port, loopback });
  });
}

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ["MARKETD_HOME", "data\u0007", /path of a directory/],
  ["MARKETD_HTTP", "8080", /host:port/],
  ["MARKETD_HTTP", "127.0.0.1:65536", /0 to 65535/],
  ["MARKETD_HTTP", "::1:8080", /brackets/],
  ["MARKETD_HTTP", "http://127.0.0.1:80", /host:port/],
  ["MARKETD_HTTP", "999.1.1.1:80", /host:port/],
  ["MARKETD_HTTP", "127.0.0.1:-1", /host:port/],
  ["MARKETD_HTTP_TOKEN", "short", /16 to 200/],
  ["MARKETD_HTTP_TOKEN", "sixteen or longer", /without spaces/],
  ["MARKETD_MODE", "live", /no code that places orders/],
  ["MARKETD_MODE", "DRY", /Must be dry/],
  ["DATABASE_URL", "mysql://db/x", /postgres:\/\//],
  ["DATABASE_URL", "marketd", /postgres:\/\//],
  ["DATABASE_URL", "postgres://", /must name a host/],
  ["DATABASE_URL", "postgres:///x", /must name a host/],
  ["DATABASE_URL", "postgres://db/x", /must name a user/],
  ["DATABASE_URL", "postgres://me@db/x?sslmode=bogus", /sslmode must be one of .* is bogus/],
  ["DATABASE_URL", "postgres://me@db/x?sslpassword=y", /may follow the question mark/],
  ["DATABASE_URL", "postgres://me:100%@127.0.0.1:1/x", /must be written %25/],
  ["DATABASE_URL", "postgres://me%zz@127.0.0.1:1/x", /must be written %25/],
  ["DMARKET_API_URL", "ftp://127.0.0.1", /https:\/\//],
  ["DMARKET_API_URL", "http://127.0.0.1/?a=1", /without user, query/],
  ["TELEGRAM_API_ROOT", "http://api.telegram.org", /only on loopback/],
  ["TELEGRAM_API_ROOT", "https://me:pw@api.telegram.org", /without user/],
  ["TELEGRAM_ALLOWED_USER_IDS", "-1001234", /negative id is a group/],
  ["TELEGRAM_ALLOWED_USER_IDS", "42;43", /separated by commas/],
  ["TELEGRAM_ALLOWED_USER_IDS", "1.5", /whole numbers/],
  ["TELEGRAM_ALLOWED_USER_IDS", "9007199254740993", /user ids/],
  ["TELEGRAM_ALLOWED_USER_IDS", "0", /positive/],
  ["TELEGRAM_ALLOWED_USER_IDS", ",", /1 to 50/],
  ["DMARKET_RATES", "fast", /default, strict, official/],
  ["MARKETD_CHAOS", "yes", /0, 1, false, true, off, on/],
  ["MARKETD_LOG", "xml", /auto, text, json/],
];
for (const [name, value, rule] of WRONG) {
  Deno.test(`loadConfig() refuses ${name}=${JSON.stringify(value)}`, async () => {
    const problem = await onlyProblem({ [name]: value });
    assert.equal(problem.name, name);
    assert.match(problem.rule, rule);
    assert.ok(problem.shown !== null && problem.example !== null);
  });
}

Deno.test("loadConfig() reads every spelling of a switch", async () => {
  for (const text of ["1", "true", "on", "On"]) {
    assert.equal((await load({ MARKETD_CHAOS: text })).chaos, true, text);
  }
  for (const text of ["0", "false", "off", "FALSE"]) {
    assert.equal((await load({ MARKETD_CHAOS: text })).chaos, false, text);
  }
});

Deno.test("loadConfig() needs both market keys or neither", async () => {
  assert.equal((await onlyProblem({ DMARKET_PUBLIC_KEY: PUBLIC })).name, "DMARKET_SECRET_KEY");
  assert.equal((await onlyProblem({ DMARKET_SECRET_KEY: SEED })).name, "DMARKET_PUBLIC_KEY");
});

Deno.test("loadConfig() detects swapped keys of either length", async () => {
  for (const secret of [SEED, SEED + PUBLIC]) {
    const problems = await problemsOf({ DMARKET_PUBLIC_KEY: secret, DMARKET_SECRET_KEY: PUBLIC });
    assert.ok(problems.some(({ rule }) => rule.includes("are swapped")), JSON.stringify(problems));
    assert.ok(!JSON.stringify(problems).includes(SEED), "the secret key must stay masked");
  }
});

Deno.test("loadConfig() refuses a secret key that belongs to another public key", async () => {
  const problem = await onlyProblem({
    DMARKET_PUBLIC_KEY: PUBLIC,
    DMARKET_SECRET_KEY: OTHER_SEED,
  });
  assert.match(problem.rule, /derives another public key/);
});

Deno.test("loadConfig() takes a market on loopback without keys, but not one beyond", async () => {
  const local = await load({ DMARKET_API_URL: "http://[::1]:9000" });
  assert.equal(local.dmarket.apiUrl, "http://[::1]:9000");
  const remote = await onlyProblem({ DMARKET_API_URL: "https://api.dmarket.com" });
  assert.equal(remote.name, "DMARKET_PUBLIC_KEY");
});

Deno.test("loadConfig() needs to know whom a bot obeys", async () => {
  const problem = await onlyProblem({ TELEGRAM_BOT_TOKEN: TOKEN });
  assert.equal(problem.name, "TELEGRAM_ALLOWED_USER_IDS");
  assert.equal(problem.shown, null);
});

Deno.test("loadConfig() needs a token beyond loopback, and no chaos there", async () => {
  const problems = await problemsOf({ MARKETD_HTTP: "0.0.0.0:8080", MARKETD_CHAOS: "1" });
  assert.deepEqual(problems.map(({ name }) => name), ["MARKETD_HTTP_TOKEN", "MARKETD_CHAOS"]);
});

Deno.test("loadConfig() refuses unknown names and suggests the nearest", async () => {
  const problem = await onlyProblem({ MARKETD_HOEM: "x" });
  assert.equal(problem.name, "MARKETD_HOEM");
  assert.match(problem.rule, /did you mean MARKETD_HOME\?/);
  assert.match((await onlyProblem({ MARKETD_SOMETHING_ELSE: "x" })).rule, /known are MARKETD_HOME/);
  assert.match((await onlyProblem({ TELEGRAM_BOT_TOKN: "x" })).rule, /TELEGRAM_BOT_TOKEN/);
});

Deno.test("loadConfig() leaves other programs' names alone", async () => {
  const env = {
    MARKETD_TEST_DATABASE_URL: "x",
    TELEGRAM_PROXY: "x",
    DMARKET_ACCOUNT: "x",
    HOME: "/",
  };
  assert.deepEqual(await load(env), await load({}));
});

Deno.test("loadConfig() reports all problems at once, across settings too", async () => {
  const problems = await problemsOf({
    MARKETD_HTTP: "nowhere",
    MARKETD_LOG: "loud",
    MARKETD_TYPO: "1",
    TELEGRAM_BOT_TOKEN: TOKEN,
    DMARKET_SECRET_KEY: "zz",
  });
  assert.deepEqual(problems.map(({ name }) => name).sort(), [
    "DMARKET_PUBLIC_KEY",
    "DMARKET_SECRET_KEY",
    "MARKETD_HTTP",
    "MARKETD_LOG",
    "MARKETD_TYPO",
    "TELEGRAM_ALLOWED_USER_IDS",
  ]);
});
