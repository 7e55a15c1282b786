/** Runs one measurement in this process and prints its figures as JSON: `measure.ts NAME [short]`. */

import { tell } from "./child_process.ts";
import { measureDeaths } from "./deaths.ts";
import { measureDurableTurns } from "./durable_turn.ts";
import type { Figure } from "./figures.ts";
import { measureGrowth } from "./growth.ts";
import { measureFlood, measureOneWay, measureRoundTrips } from "./messages.ts";
import { measureSize } from "./size.ts";

interface Effort {
  readonly rounds: number;
  readonly roundTrips: number;
  readonly oneWay: number;
  readonly flood: number;
  readonly deaths: number;
  readonly hangs: number;
  readonly turns: number;
  readonly growth: { readonly from: number; readonly to: number; readonly runs: number };
}

const FULL: Effort = {
  rounds: 7,
  roundTrips: 5_000,
  oneWay: 100_000,
  flood: 400_000,
  deaths: 40,
  hangs: 5,
  turns: 1_000,
  growth: { from: 300, to: 1_500, runs: 5 },
};
const SHORT: Effort = {
  ...FULL,
  rounds: 3,
  roundTrips: 2_000,
  oneWay: 40_000,
  deaths: 10,
  hangs: 1,
  turns: 300,
  growth: { from: 50, to: 250, runs: 1 },
};

const MEASUREMENTS: Readonly<Record<string, (effort: Effort) => Promise<Figure[]>>> = {
  "round-trips": async (effort) => [await measureRoundTrips(effort)],
  "one-way": async (effort) => [await measureOneWay(effort)],
  deaths: measureDeaths,
  "durable-turns": async (effort) => [await measureDurableTurns(effort)],
  flood: async (effort) => [await measureFlood(effort)],
  growth: async ({ growth }) => [await measureGrowth(growth)],
  size: async () => [await measureSize()],
};

const [name = "", effort] = Deno.args;
const measure = MEASUREMENTS[name];
if (measure === undefined) throw new Error(`There is no measurement ${JSON.stringify(name)}`);
tell(await measure(effort === "short" ? SHORT : FULL));
Deno.exit(0);
