/** The measurement on a small market, and what it refuses to measure. */

import assert from "node:assert/strict";
import { runProgram } from "@/tests/support/program.ts";
import { GAME_TITLES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import type { Cell, Confidence, Confusion } from "./tally.ts";

const MEASURE = "tests/judge/measure.ts";

Deno.test("measure:truth counts what was taken, what paid and what an oracle would take", async () => {
  const args = ["--seeds", "3", "--plays", "1", "--titles", "300", "--json"];
  const { code, stdout, stderr } = await runProgram(MEASURE, args);
  assert.equal(code, 0, stderr);
  const { seeds, plays, cells, confidences, confusion } = JSON.parse(stdout);
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
    const sure: readonly Confidence[] = confidences;
    const taken = sure.filter((one) => one.kind === kind);
    const [accepted, paid] = [sum(taken, "accepted"), sum(taken, "paid")];
    assert.deepEqual([accepted, paid], [scanner.right + scanner.wrong, scanner.right]);
    const blamed = refused.filter((one) => one.kind === kind);
    const alone = blamed.reduce((sum, { missedAlone }) => sum + missedAlone, 0);
    assert.ok(alone <= scanner.missed);
    assert.ok(blamed.some(({ guard, spared }) => guard === "min-roi" && spared > 100));
  }
});

function sum(counted: readonly Confidence[], what: "accepted" | "paid"): number {
  return counted.reduce((all, one) => all + one[what], 0);
}

Deno.test("measure:truth prints its tables for people", async () => {
  const args = ["--seeds", "3", "--plays", "1", "--titles", "300"];
  const { code, stdout } = await runProgram(MEASURE, args);
  assert.equal(code, 0);
  const share = String.raw`(\d+\.\d\d % \| \d+\.\d to \d+\.\d|– \| –) \| `;
  const [sums = "", parts = "", trust = "", guards = ""] = stdout.split("\n\n");
  assert.match(sums, /^\| way out \| among \| pay \| accepted \| of these paid \| /);
  for (const kind of ["quick", "list"]) {
    for (const among of ["all", ...LEVELS, ...Object.values(GAME_TITLES)]) {
      assert.match(sums, new RegExp(`\\n\\| ${kind} \\| ${among} \\| \\d+ \\| \\d+ \\| ${share}`));
    }
    for (const game of Object.values(GAME_TITLES)) {
      for (const level of LEVELS) assert.ok(parts.includes(`\n| ${kind} | ${game} ${level} | `));
    }
  }
  assert.match(trust, new RegExp(`\\n\\| list \\| high \\| \\d+ \\| ${share}`.trimEnd()));
  assert.match(`${guards}\n`, /\n\| list \| min-roi \| \d+ \| \d+ \| \d+ \| \d+ \|\n/);
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
