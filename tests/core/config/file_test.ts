import assert from "node:assert/strict";
import { type Config, loadConfig } from "@/core/config/config.ts";
import { MAX_FILE_CHARACTERS } from "@/core/config/file.ts";
import { ConfigError } from "@/core/config/problems.ts";

type Texts = Readonly<Record<string, string>>;

function load(name: string, text: string, env: Texts = {}): Promise<Config> {
  return loadConfig({
    env: { MARKETD_CONFIG: name, ...env },
    cwd: "/srv",
    readTextFile(path) {
      assert.equal(path, `/srv/${name}`);
      return Promise.resolve(text);
    },
  });
}

async function refusal(name: string, text: string, env: Texts = {}): Promise<ConfigError> {
  try {
    await load(name, text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: "Expected the configuration to be refused" });
}

Deno.test("loadConfig() reads a TOML file with values of every type", async () => {
  const config = await load(
    "marketd.toml",
    [
      'MARKETD_HOME = "home"',
      "MARKETD_CHAOS = true",
      'TELEGRAM_BOT_TOKEN = "123456789:abcdefghijklmnopqrstuvwxyz012345678"',
      "TELEGRAM_ALLOWED_USER_IDS = [42, 43]",
    ].join("\n"),
  );
  assert.equal(config.home, "/srv/home");
  assert.equal(config.chaos, true);
  assert.deepEqual(config.telegram.allowedUserIds, [42, 43]);
});

Deno.test("loadConfig() reads a JSON file", async () => {
  const config = await load("c.json", '{"MARKETD_LOG":"json","MARKETD_CHAOS":0}');
  assert.equal(config.log, "json");
  assert.equal(config.chaos, false);
});

Deno.test("loadConfig() lets the environment win, unless it is empty", async () => {
  const file = 'MARKETD_LOG = "json"';
  assert.equal((await load("c.toml", file, { MARKETD_LOG: "text" })).log, "text");
  assert.equal((await load("c.toml", file, { MARKETD_LOG: "" })).log, "json");
});

Deno.test("loadConfig() names the file as the source of a bad value", async () => {
  const { problems } = await refusal("c.toml", 'MARKETD_LOG = "loud"');
  assert.deepEqual(problems.map(({ name, source }) => [name, source]), [
    ["MARKETD_LOG", "/srv/c.toml"],
  ]);
});

Deno.test("loadConfig() refuses unknown names in a file, whatever their prefix", async () => {
  const { problems, message } = await refusal("c.json", '{"HOME":"/","\\u001b[31m":"x"}');
  assert.equal(problems.length, 2);
  assert.ok(!message.includes("\u001b"), "control characters must not reach the terminal");
});

Deno.test("loadConfig() refuses tables and dates as values", async () => {
  const { problems } = await refusal("c.toml", "[MARKETD_HTTP]\nport = 1\n");
  assert.deepEqual(problems.map(({ name }) => name), ["MARKETD_HTTP"]);
});

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ["c.toml", 'A = "x"\nMARKETD_HTTP_TOKEN = "very-secret-token', /valid TOML \(line 2/],
  ["c.json", '{"MARKETD_HTTP_TOKEN":"very-secret-token"', /valid JSON/],
  ["c.json", '["very-secret-token"]', /table of settings/],
  ["c.yaml", "MARKETD_HTTP_TOKEN: very-secret-token", /\.toml or \.json/],
  ["c.toml", "#".repeat(MAX_FILE_CHARACTERS + 1), /at most 64000/],
];
for (const [name, text, rule] of BROKEN) {
  Deno.test(`loadConfig() refuses a file with the rule ${rule} and quotes none of it`, async () => {
    const { problems, message } = await refusal(name, text);
    assert.deepEqual(problems.map((problem) => problem.name), ["MARKETD_CONFIG"]);
    assert.match(problems[0]?.rule ?? "", rule);
    assert.ok(!message.includes("very-secret"));
  });
}

Deno.test("loadConfig() says when there is no file, together with other problems", async () => {
  const missing = loadConfig({
    env: { MARKETD_CONFIG: "gone.toml", MARKETD_LOG: "loud" },
    cwd: "/srv",
    readTextFile: () => Promise.reject(new Deno.errors.NotFound("gone")),
  });
  await assert.rejects(missing, (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /there is none at that path/);
    assert.equal(error.problems.length, 2);
    return true;
  });
});
