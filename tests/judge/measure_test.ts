/** The measurement on a small market, and what it refuses to measure. */

import assert from "node:assert/strict";
import { runProgram } from "@/tests/support/program.ts";
import type { Cell, Confusion } from "./tally.ts";

const MEASURE = "tests/judge/measure.ts";

Deno.test("measure:truth counts what was taken, what paid and what an oracle would take", async () => {
  const args = ["--seeds", "3", "--plays", "1", "--titles", "300", "--json"];
  const { code, stdout, stderr } = await runProgram(MEASURE, args);
  assert.equal(code, 0, stderr);
  const { seeds, plays, cells, confusion } = JSON.parse(stdout);
  assert.deepEqual([seeds, plays], ["3", 1]);
  // Two ways out, of all levels and each of five, in all games and each of four.
  assert.equal(cells.length, 2 * 6 * 5);
  const refused: readonly Confusion[] = confusion;
  for (const { kind, level, game, counts } of cells satisfies readonly Cell[]) {
    const { scanner, oracle } = counts;
    const pays = scanner.right + scanner.missed;
    assert.equal(pays, oracle.right + oracle.missed, "Both are held against the same ways out");
    if (level !== null || game !== null) continue;
    assert.ok(
      scanner.right > 0 && scanner.right > scanner.wrong,
      `${kind}: ${scanner.right} right`,
    );
    const blamed = refused.filter((one) => one.kind === kind);
    const alone = blamed.reduce((sum, { missedAlone }) => sum + missedAlone, 0);
    assert.ok(alone <= scanner.missed);
    assert.ok(blamed.some(({ guard, spared }) => guard === "min-roi" && spared > 100));
  }
});

Deno.test("measure:truth prints its tables for people", async () => {
  const args = ["--seeds", "3", "--plays", "1", "--titles", "300"];
  const { code, stdout } = await runProgram(MEASURE, args);
  assert.equal(code, 0);
  assert.match(stdout, /^\| way out \| level \| game \| pay \| accepted \| precision /);
  assert.match(stdout, /\n\| list \| pro \| rust \|/);
  assert.match(stdout, /\n\| list \| min-roi \| \d+ \| \d+ \| \d+ \| \d+ \|\n/);
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
