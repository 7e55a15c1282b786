import assert from "node:assert/strict";
import { parseScenario } from "@/core/market/dmarket/sim/scenario.ts";
import { printerTo } from "@/core/market/dmarket/sim/print.ts";
import { SignedClient } from "./signed_client.ts";

const CLI = ["run", "-A", "--no-prompt", "core/market/dmarket/sim/cli.ts"];

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...args: string[]): Promise<Finished> {
  const command = new Deno.Command(Deno.execPath(), { args: [...CLI, ...args] });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts the server, hands its first words to `use`, and ends it with `signal`. */
async function serving(
  args: string[],
  signal: Deno.Signal,
  use: (words: string) => Promise<void>,
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...CLI, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let words = "";
    while (!words.includes("DMARKET_API_URL=")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`The simulator ended early: ${words}`);
      words += value;
    }
    await use(words);
    child.kill(signal);
    child.kill(signal);
    return (await child.status).code;
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await reader.cancel();
    await child.status;
  }
}

Deno.test("simulate serves until SIGTERM and says how to use it", async () => {
  const code = await serving(["--port", "0", "--titles", "40"], "SIGTERM", async (words) => {
    const [, url = ""] = /DMARKET_API_URL=(\S+)/.exec(words) ?? [];
    assert.match(words, /demo key 1e274e2f/);
    const answer = await new SignedClient(url).get("/account/v1/balance");
    assert.equal(answer.status, 200);
  });
  assert.equal(code, 0);
});

Deno.test("simulate serves a scenario, and one Ctrl-C, even if it comes twice, ends it", async () => {
  const file = "tests/fixtures/dmarket/recorded-2022-01-23.json";
  const code = await serving(["--port", "0", "--scenario", file], "SIGINT", async (words) => {
    assert.match(words, /100 offers of 38 titles/);
    await Promise.resolve();
  });
  assert.equal(code, 0);
});

Deno.test("import writes a scenario to standard output", async () => {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const row = {
      item_name: "Tempered AK47",
      game: "rust",
      price_usd: 1.15,
      collected_at: "2026-01-17T13:09:56Z",
      item_id: "row-1",
    };
    await Deno.writeTextFile(file, JSON.stringify({ prices: [row] }));
    const { code, stdout } = await run("import", file);
    assert.equal(code, 0);
    const { games } = parseScenario(JSON.parse(stdout));
    assert.equal(games.rust?.titles[0]?.offers[0]?.priceCents, "115");
    const drawn = await run("import", file, "--book", "synthetic", "--seed", "7");
    const withBooks = parseScenario(JSON.parse(drawn.stdout));
    assert.equal(withBooks.seed, 7);
    assert.notEqual(withBooks.games.rust?.titles[0]?.truth?.label, undefined);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("export writes a generated market, all of it", async () => {
  const { code, stdout } = await run("export", "--seed", "3", "--titles", "120");
  assert.equal(code, 0);
  const { seed, games } = parseScenario(JSON.parse(stdout));
  assert.equal(seed, 3);
  const titles = Object.values(games).flatMap((game) => game?.titles ?? []);
  assert.ok(titles.length >= 120 && titles.length <= 140, `${titles.length} titles`);
});

Deno.test("printing ends quietly when its reader has seen enough, and only then", () => {
  let written = "";
  const reader = (mostBytes: number, error: Error) => ({
    writeSync(bytes: Uint8Array): number {
      if (written.length >= mostBytes) throw error;
      const part = bytes.subarray(0, mostBytes - written.length);
      written += new TextDecoder().decode(part);
      return part.length;
    },
  });
  printerTo(reader(3, new Deno.errors.BrokenPipe("Broken pipe")))("abcdef");
  assert.equal(written, "abc");
  assert.throws(() => printerTo(reader(3, new Error("Disk full")))("def"), /Disk full/);
});

Deno.test("a program whose reader has seen enough ends quietly", async () => {
  const args = [...CLI, "export", "--titles", "120"];
  const command = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped" });
  const child = command.spawn();
  const errors = new Response(child.stderr).text();
  await child.stdout.cancel();
  assert.deepEqual([(await child.status).code, await errors], [0, ""]);
});

Deno.test("a bad argument ends with 2, naming value and rule", async () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [
      ["--port", "70000"],
      /--port must be a whole number from 0 to 65535: current value is "70000"/,
    ],
    [["--seed", "-1"], /--seed/],
    [["--latency-ms", "fast"], /--latency-ms must be .*current value is "fast"/],
    [["--depth", "41"], /--depth must be 0\.01 to 40: current value is "41"/],
    [["--depth", "deep"], /--depth must be .*current value is "deep"/],
    [["--skew-s", "1e9"], /--skew-s must be .*current value is "1e9"/],
    [["--colour", "red"], /--colour/],
    [["--scenario", "nowhere.json"], /File must be readable: "nowhere.json"/],
    [["--scenario", "core/kernel/clock.ts"], /File must be JSON: "core\/kernel\/clock.ts"/],
    [["import"], /at least one file/],
    [["import", "x.json", "--book", "real"], /--book must be synthetic: current value is "real"/],
    [["import", "x.json", "--seed", "2"], /--seed needs --book synthetic/],
  ];
  const results = await Promise.all(cases.map(([args]) => run(...args)));
  for (const [i, { code, stderr }] of results.entries()) {
    assert.equal(code, 2, stderr);
    assert.match(stderr, cases[i]?.[1] ?? /^$/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});

Deno.test("a scenario with a mistake ends with 2 and its path", async () => {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, '{"format":"marketd-scenario/1","games":{"rust":{}}}');
    const { code, stderr } = await run("--port", "0", "--scenario", file);
    assert.equal(code, 2);
    assert.match(stderr, /games\.rust\.titles: /);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("--help tells what there is", async () => {
  const { code, stdout } = await run("--help");
  assert.equal(code, 0);
  for (const word of ["--port", "--scenario", "--seed", "--latency-ms", "import", "export"]) {
    assert.ok(stdout.includes(word), word);
  }
});
