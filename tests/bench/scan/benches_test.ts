/** The scan benches run and print what they promise; their figures are not the point here. */

import assert from "node:assert/strict";
import { runProgram } from "@/tests/support/program.ts";

Deno.test("bench:scan counts requests by route and weighs verdicts against JSON.parse", async () => {
  const args = ["--blocks", "1"];
  const { code, stdout, stderr } = await runProgram("tests/bench/scan/figures.ts", args);
  assert.equal(code, 0, stderr);
  const { cpu, offersScanned, requests, requestsInAll } = JSON.parse(stdout);
  const { pagesOnly, withEvidence } = cpu;
  for (const { parseUsPerVerdict, workUsPerVerdict, ratio } of [pagesOnly, withEvidence]) {
    assert.ok(parseUsPerVerdict > 0 && workUsPerVerdict > parseUsPerVerdict && ratio > 1);
  }
  assert.equal(pagesOnly.accepted, 0);
  assert.ok(withEvidence.accepted > 0 && withEvidence.titlesVerified >= 25);
  assert.ok(offersScanned >= 1_000);
  const pages = Math.ceil(offersScanned / 100) + requests["aggregated-prices"];
  assert.ok(requestsInAll - pages <= 90, `${requestsInAll} requests, ${pages} of them pages`);
  assert.equal(requests["customized-fees"], 1);
});

Deno.test("bench:peers puts the public bots beside the scanner on one market", async () => {
  const args = ["--titles", "300", "--latency-ms", "0", "--game", "a8db", "--seed", "2"];
  const { code, stdout, stderr } = await runProgram("tests/bench/scan/peers.ts", args);
  assert.equal(code, 0, stderr);
  const rows = stdout.split("\n").filter((line) => line.startsWith("| ")).slice(2);
  assert.equal(rows.length, 5);
  for (const row of rows) {
    const [, who = "", seconds, ratio, requests, accepted, paid] = row.split("|").map((one) =>
      one.trim()
    );
    assert.notEqual(who, "");
    assert.ok(Number(seconds) >= 0 && Number(requests) > 0, row);
    assert.match(ratio ?? "", /^\d+\.\d\d×$/);
    assert.ok(Number(paid) <= Number(accepted), row);
  }
});
