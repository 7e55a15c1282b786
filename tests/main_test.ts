/** The command line as a person types it. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

async function run(
  program: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", program, ...args],
    cwd: ROOT,
    // A setting that nobody can use: help has to come before settings are read.
    env: { MARKETD_MODE: "reckless" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("help names every command and ends well, whatever the settings are", async () => {
  const asked = [["--help"], ["-h"], ["help"], ["start", "--help"]];
  const answers = await Promise.all(asked.map((args) => run("main.ts", ...args)));
  for (const { code, out, err } of answers) {
    assert.deepEqual([code, err], [0, ""]);
    for (const name of ["start", "migrate", "help"]) {
      assert.match(out, new RegExp(`^ +${name} `, "m"));
    }
  }
});

Deno.test("help passes the guardian of `deno task start`", async () => {
  const { code, out } = await run("core/process/guarded.ts", "--help");
  assert.equal(code, 0);
  assert.match(out, /^marketd /);
});

Deno.test("a command that does not exist is refused with those that do", async () => {
  const { code, out, err } = await run("main.ts", "trade", "now");
  assert.deepEqual([code, out], [2, ""]);
  assert.equal(err, 'Command "trade now" is not known: start, migrate, help are\n');
});
