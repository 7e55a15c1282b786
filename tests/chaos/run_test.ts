/** A short chaos run in every test run; `deno task chaos --kills 1000` is the long one. */

import assert from "node:assert/strict";
import { run } from "./run.ts";

Deno.test("kills under load lose nothing and double nothing", async () => {
  const report = await run({ kills: 6, seed: 7, say: () => {}, onEnd: () => {} });
  const violations = [...report.suffered.flatMap((one) => one.violations), ...report.final];
  assert.deepEqual(violations, []);
  assert.equal(report.suffered.length, 6);
  const kinds = report.suffered.map(({ kind }) => kind);
  for (const kind of ["everything", "child"] as const) assert.ok(kinds.includes(kind), kind);
  assert.ok(report.load.turns > 0 && report.load.commands > 6 && report.load.offersJudged > 0);
});
