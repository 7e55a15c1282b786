import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readReport } from "@/tests/support/junit.ts";
import { TEST_DATABASE_URL } from "@/tests/support/postgres_server.ts";

const RUN = fileURLToPath(new URL("../run.ts", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Runs the runner on throw-away test files. */
async function runOn(sources: readonly string[], ...args: string[]): Promise<Outcome> {
  const folder = await Deno.makeTempDir({ prefix: "marketd-run-test-" });
  try {
    const paths = sources.map((_, index) => `${folder}/some${index}_test.ts`);
    await Promise.all(paths.map((path, index) => Deno.writeTextFile(path, sources[index] ?? "")));
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", RUN, ...args, ...paths],
      // Names a server that nobody asks, so that none is started for tests without a database.
      env: { [TEST_DATABASE_URL]: "postgres://unused.invalid/" },
      stderr: "null",
    }).output();
    return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const PASSING = 'Deno.test("fine", () => {});\n';

Deno.test("tests/run.ts ends with the count, and names what was skipped", async () => {
  const skipping = 'Deno.test.ignore("needs <promtool> & more", () => {});\n';
  const { code, lines } = await runOn([PASSING + skipping, PASSING]);
  assert.equal(code, 0);
  assert.equal(lines.at(-1), "tests: 2 passed, 0 failed");
  assert.match(lines.at(-2) ?? "", /^skipped: .*some0_test\.ts: needs <promtool> & more$/);
});

Deno.test("tests/run.ts passes the failure on", async () => {
  const failing = 'Deno.test("bad", () => { throw new Error("Bad"); });\n';
  const { code, lines } = await runOn([PASSING, failing + failing]);
  assert.equal(code, 1);
  assert.equal(lines.at(-1), "tests: 1 passed, 2 failed");
});

const BROKEN: readonly (readonly [string, string, string])[] = [
  ["a type error", 'const x: number = "x"; x;', "tests: 0 passed, 1 failed"],
  ["a syntax error", "const = ;", "tests: 0 passed, 1 failed"],
  ["a module that throws", 'throw new Error("Bad");', "tests: 1 passed, 1 failed"],
];
for (const [what, source, expected] of BROKEN) {
  Deno.test(`tests/run.ts counts ${what} as one failure`, async () => {
    const { code, lines } = await runOn([PASSING, source]);
    assert.notEqual(code, 0);
    assert.equal(lines.at(-1), expected);
  });
}

Deno.test("tests/run.ts hands filters on and does not list what they leave out", async () => {
  const { code, lines } = await runOn([PASSING, 'Deno.test("other", () => {});'], "--filter=other");
  assert.equal(code, 0);
  assert.equal(lines.at(-1), "tests: 1 passed, 0 failed");
  assert.ok(!lines.some((line) => line.startsWith("skipped:")));
});

Deno.test("tests/run.ts --system takes paths as well", async () => {
  const { code, lines } = await runOn([PASSING], "--system");
  assert.equal(code, 0);
  assert.equal(lines.at(-1), "tests: 1 passed, 0 failed");
});

Deno.test("readReport() counts errors as failures and tells ignored from filtered out", () => {
  const report = readReport(`<testsuites>
    <testcase name="a" classname="./x_test.ts" time="0.1" line="1" col="6">
    </testcase>
    <testcase name="b" classname="./x_test.ts" time="0.1"><error message="x">y</error></testcase>
    <testcase name="c &amp;amp; d" classname="./x_test.ts" time="0.0"><skipped/></testcase>
    <testcase name="e" classname="./x_test.ts"><skipped/></testcase>
  </testsuites>`);
  assert.deepEqual(report, { passed: 1, failed: 1, skipped: ["x_test.ts: c &amp; d"] });
});
