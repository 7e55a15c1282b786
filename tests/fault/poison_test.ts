/** A message whose handling takes the whole process with it, every time. */

import assert from "node:assert/strict";
import { runProgram } from "@/tests/support/program.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

const FLAGS = ["--v8-flags=--max-old-space-size=64"];

interface Row {
  readonly key: string;
  readonly status: string;
}

Deno.test("H7 a message that kills the whole process is parked after three marked deaths", async () => {
  await using database = await testDatabase();
  const run = (words: readonly string[]) =>
    runProgram("tests/fault/poison_program.ts", [database.url, ...words], { flags: FLAGS });
  let deaths = 0;
  for (let words = ["post"]; (await run(words)).code !== 0; words = []) {
    deaths += 1;
    assert.ok(deaths <= 4, "It dies for ever");
  }
  // The first death was not foreseen, so nothing was marked.
  assert.equal(deaths, 4);
  const rows = await database.db.read((sql) => sql<Row[]>`select key, status from outbox`);
  const statuses = Object.fromEntries(rows.map(({ key, status }) => [key, status]));
  assert.deepEqual(statuses, { before: "done", poison: "dead", after: "done", beside: "done" });
});
