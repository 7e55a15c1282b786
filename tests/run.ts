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
import { startSharedTestServer, TEST_DATABASE_URL } from "./support/postgres_server.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const SYSTEM_TESTS = "tests/system";

async function run(args: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "marketd-tests-" });
  const isSystem = args.includes("--system");
  const database = isSystem ? null : await sharedDatabase();
  try {
    const paths = await pathsIn(args);
    if (!await typesAreRight(isSystem && paths.length === 0 ? [SYSTEM_TESTS] : paths)) {
      return conclude({ passed: 0, failed: 1, skipped: [] }, 1);
    }
    const reportPath = join(folder, "report.xml");
    const code = await runTests(
      [`--junit-path=${reportPath}`, ...await choose(args, isSystem)],
      database === null ? {} : { [TEST_DATABASE_URL]: database.url },
    );
    return conclude(await reportAt(reportPath), code);
  } finally {
    await database?.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** One Postgres for all tests; without it each file that needs one starts its own. */
async function sharedDatabase(): Promise<{ url: string; stop(): Promise<void> } | null> {
  if (Deno.env.has(TEST_DATABASE_URL)) return null;
  try {
    return await startSharedTestServer();
  } catch (error) {
    say(`No shared Postgres for the tests: ${error}`);
    return null;
  }
}

async function choose(args: readonly string[], isSystem: boolean): Promise<readonly string[]> {
  const rest = args.filter((arg) => arg !== "--system");
  const named = (await pathsIn(rest)).length > 0;
  if (isSystem) return ["--shuffle", ...rest, ...(named ? [] : [SYSTEM_TESTS])];
  const places = named ? [] : [`--ignore=${SYSTEM_TESTS}`, "tests"];
  return ["--parallel", "--shuffle", ...rest, ...places];
}

async function pathsIn(args: readonly string[]): Promise<readonly string[]> {
  const known = await Promise.all(args.map(isPath));
  return args.filter((_, index) => known[index]);
}

/** Once and beforehand: `deno test` would check the graph of every worker anew as it starts. */
async function typesAreRight(paths: readonly string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...paths],
    cwd: ROOT,
  }).spawn().status;
  return success;
}

async function isPath(arg: string): Promise<boolean> {
  try {
    await Deno.stat(resolve(ROOT, arg));
    return !arg.startsWith("-");
  } catch {
    return false;
  }
}

/** Exit code of `deno test`; signals are passed on, so that everything is still tidied up. */
async function runTests(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-prompt", "--no-check", ...args],
    cwd: ROOT,
    env,
  }).spawn();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has just ended by itself.
      }
    });
  }
  return (await child.status).code;
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
