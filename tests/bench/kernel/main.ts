/**
 * `deno task bench:kernel [--json] [--short] [--only NAME,…]`: the kernel beside the bare runtime
 * and beside what one would use instead, measured in the same run. Every measurement has a process
 * of its own, so that none lives on what another left behind.
 */

import { compare, type Comparison, renderComparison } from "./alternatives.ts";
import { runChild } from "./child_process.ts";
import { type Figure, renderFigures, rounded } from "./figures.ts";

const MEASUREMENTS = [
  "round-trips",
  "one-way",
  "deaths",
  "durable-turns",
  "flood",
  "growth",
  "size",
];
const ALTERNATIVES = "alternatives";
const USAGE = "Usage: deno task bench:kernel [--json] [--short] [--only NAME,…]; names are " +
  [...MEASUREMENTS, ALTERNATIVES].join(", ");

interface Options {
  readonly json: boolean;
  readonly short: boolean;
  readonly names: readonly string[];
}

function parseOptions(args: readonly string[]): Options | null {
  let names: readonly string[] = [...MEASUREMENTS, ALTERNATIVES];
  const flags = new Set<string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--only") names = (args[++at] ?? "").split(",");
    else if (arg === "--json" || arg === "--short") flags.add(arg);
    else return null;
  }
  const known = names.every((name) => [...MEASUREMENTS, ALTERNATIVES].includes(name));
  return known ? { json: flags.has("--json"), short: flags.has("--short"), names } : null;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

/** What else the machine did tells how much the absolute numbers are worth. */
function machine(): Readonly<Record<string, string | number>> {
  return {
    deno: Deno.version.deno,
    platform: `${Deno.build.os} ${Deno.build.arch}`,
    cores: navigator.hardwareConcurrency,
    loadAverage: rounded(Deno.loadavg()[0] ?? NaN),
  };
}

function toJson(
  before: Readonly<Record<string, string | number>>,
  figures: readonly Figure[],
  alternatives: Comparison | null,
): string {
  const rows = figures.map(({ what, values, ...rest }) => [
    what,
    {
      ...rest,
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)])),
    },
  ]);
  const report = {
    machine: { ...before, loadAverageAfter: machine().loadAverage },
    figures: Object.fromEntries(rows),
    ...(alternatives === null ? {} : { alternatives }),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

async function run({ json, short, names }: Options): Promise<number> {
  const before = machine();
  if (!json) print(`${JSON.stringify(before)}\n`);
  const figures: Figure[] = [];
  for (const name of names.filter((one) => one !== ALTERNATIVES)) {
    const args = short ? [name, "short"] : [name];
    const measured = await runChild<Figure[]>("measure.ts", args);
    if (!json) print(renderFigures(measured));
    figures.push(...measured);
  }
  const alternatives = names.includes(ALTERNATIVES) ? await compare() : null;
  if (json) print(toJson(before, figures, alternatives));
  else if (alternatives !== null) print(`\n${renderComparison(alternatives)}`);
  if (!json) print("lost and doubled under 1,000 kills: deno task chaos --kills 1000 --seed 1\n");
  return 0;
}

const options = parseOptions(Deno.args);
if (options === null) {
  Deno.stderr.writeSync(new TextEncoder().encode(`${USAGE}\n`));
  Deno.exit(2);
}
Deno.exit(await run(options));
