/**
 * `deno task test`: runs the tests, names every one that was skipped, and ends with one line that
 * a script can read: `tests: N passed, N failed`. A run that ends badly without saying which test
 * failed (a type error, a crash) counts as one failure.
 *
 * `--system` runs the tests of the whole system (tests/system) one after the other; everything
 * else is passed on to `deno test`, paths and `--filter` included.
 */

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readReport, type TestReport } from "./support/junit.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SYSTEM_TESTS = "tests/system";

async function run(args: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "marketd-tests-" });
  try {
    const reportPath = join(folder, "report.xml");
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-prompt", `--junit-path=${reportPath}`, ...await choose(args)],
      cwd: ROOT,
    }).spawn().status;
    return conclude(await reportAt(reportPath), code);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function choose(args: readonly string[]): Promise<readonly string[]> {
  const rest = args.filter((arg) => arg !== "--system");
  const named = (await Promise.all(rest.map(isPath))).includes(true);
  if (rest.length < args.length) return ["--shuffle", ...rest, ...(named ? [] : [SYSTEM_TESTS])];
  return [
    "--parallel",
    "--shuffle",
    ...rest,
    ...(named ? [] : [`--ignore=${SYSTEM_TESTS}`, "tests"]),
  ];
}

async function isPath(arg: string): Promise<boolean> {
  try {
    await Deno.stat(resolve(ROOT, arg));
    return !arg.startsWith("-");
  } catch {
    return false;
  }
}

async function reportAt(path: string): Promise<TestReport> {
  try {
    return readReport(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { passed: 0, failed: 0, skipped: [] };
    throw error;
  }
}

function conclude({ passed, failed, skipped }: TestReport, code: number): number {
  for (const name of skipped) say(`skipped: ${name}`);
  const failures = code === 0 ? failed : Math.max(1, failed);
  say(`tests: ${passed} passed, ${failures} failed`);
  return failures > 0 && code === 0 ? 1 : code;
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

Deno.exit(await run(Deno.args));
