/** The measurement itself, on a small market: its figures are not the point here. */

import assert from "node:assert/strict";
import { runProgram } from "@/tests/support/program.ts";

Deno.test("the measured market is counted, weighed and paged, and its process is gone after", async () => {
  const args = ["--titles", "400", "--depth", "2", "--pages", "3"];
  const { code, stdout, stderr } = await runProgram("tests/bench/sim/million.ts", args);
  assert.equal(code, 0, stderr);
  const figures = JSON.parse(stdout);
  assert.ok(figures.offers > 1_000 && figures.readySeconds > 0);
  assert.deepEqual(
    [figures.pageMs.count, figures.titledPageMs.count, figures.filteredPageMs.count],
    [3, 3, 3],
  );
  assert.ok(figures.afterPages.peakMB >= figures.afterStart.rssMB);
});
