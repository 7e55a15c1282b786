/** The benches of whole scans run and print what they promise; their figures are not the point here. */

import assert from "node:assert/strict";
import { runProgram } from "@/tests/support/program.ts";

Deno.test("the share of the limits is told by class, with the refusals", async () => {
  const args = ["--seconds", "1", "--titles", "400", "--latency-ms", "0"];
  const { code, stdout, stderr } = await runProgram("tests/bench/scan/saturation.ts", args);
  assert.equal(code, 0, stderr);
  const { requests, refused429, shareOfLimit } = JSON.parse(stdout);
  assert.ok(requests > 0 && refused429 >= 0);
  assert.ok(shareOfLimit["market-items"].enforced > 0);
});

Deno.test("a market is scanned whole, with the memory told on the way", async () => {
  const args = ["--titles", "80", "--depth", "1", "--every", "1"];
  const { code, stdout, stderr } = await runProgram("tests/bench/scan/million.ts", args);
  assert.equal(code, 0, stderr);
  const summary = JSON.parse(stdout.slice(stdout.indexOf("{\n")));
  assert.equal(summary.scansCompleted, 20);
  assert.equal(summary.offersJudged, summary.offersInLevels);
  assert.ok(summary.offersPerSecond > 0);
  const { tree, ...parts } = summary.memoryMB;
  assert.ok(tree.length > 0 && tree.length <= 10);
  assert.ok(summary.mostTreeMB >= Math.max(...tree));
  assert.ok(parts["heap of scanner"].length === tree.length && parts["heap of main"][0] > 0);
  assert.ok(parts["postgres shared"][0] > 0 && parts["daemon anon"][0] > 0);
  assert.deepEqual(Object.keys(summary.growthMBPer100000Offers), Object.keys(summary.memoryMB));
});

Deno.test("it is told what scans in turn find of what an unlimited one finds", async () => {
  const args = ["--seeds", "1", "--scans", "2", "--titles", "400"];
  const { code, stdout, stderr } = await runProgram("tests/bench/scan/rounds.ts", args);
  assert.equal(code, 0, stderr);
  const { all: { ways, foundAfter: [first, second] } } = JSON.parse(stdout);
  assert.ok(ways > 0 && first > 0 && second >= first && second <= 1);
});
