/** The measurement on a small market, and what it refuses to measure. */

import assert from "node:assert/strict";
import { runProgram } from "@/tests/support/program.ts";
import type { Rates } from "./tally.ts";

const MEASURE = "tests/judge/measure.ts";

Deno.test("measure:truth counts what was taken, what paid and what an oracle would take", async () => {
  const args = ["--seeds", "3", "--plays", "1", "--titles", "300", "--json"];
  const { code, stdout, stderr } = await runProgram(MEASURE, args);
  assert.equal(code, 0, stderr);
  const { seeds, plays, rates } = JSON.parse(stdout);
  assert.deepEqual([seeds, plays], ["3", 1]);
  const of = (name: string): Rates => rates[name] ?? assert.fail(`No row ${name}`);
  for (const kind of ["quick", "list"]) {
    const [scanner, oracle] = [of(`scanner ${kind}`), of(`oracle ${kind}`)];
    assert.equal(
      scanner.right + scanner.missed,
      oracle.right + oracle.missed,
      "Both are held against the same ways out that pay",
    );
    const { right, wrong, precision } = scanner;
    assert.ok(Math.abs((precision ?? 0) - right / (right + wrong)) < 1e-4);
    assert.ok(right > 0 && right > wrong, `${kind}: ${right} right, ${wrong} wrong`);
  }
});

Deno.test("measure:truth refuses what it cannot measure with what it can", async () => {
  for (
    const args of [
      ["--seeds", "5-3"],
      ["--seeds", "x"],
      ["--plays", "4"],
      ["--plays", "-1"],
      ["--titles", "3"],
      ["--what"],
    ]
  ) {
    const { code, stdout, stderr } = await runProgram(MEASURE, args);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, /^measure:truth/);
  }
});
