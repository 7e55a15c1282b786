import assert from "node:assert/strict";
import { removeRunFile, writeRunFile } from "@/core/process/run_file.ts";

Deno.test("run.json replaces the one before in one step, and may be gone before it is removed", async () => {
  const home = await Deno.makeTempDir({ prefix: "marketd-test-" });
  const names = async () => (await Array.fromAsync(Deno.readDir(home))).map(({ name }) => name);
  const run = { pid: 7, http: "http://127.0.0.1:1", startedAt: "then", postgres: "there" };
  try {
    for (const pid of [7, 8]) await writeRunFile(home, { ...run, pid });
    assert.deepEqual(JSON.parse(await Deno.readTextFile(`${home}/run.json`)), { ...run, pid: 8 });
    assert.deepEqual(await names(), ["run.json"]);
    for (const _ of ["there", "gone"]) await removeRunFile(home);
    assert.deepEqual(await names(), []);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
