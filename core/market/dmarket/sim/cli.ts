/**
 * `simulate`: runs the simulated DMarket by itself, turns recordings into scenarios, and writes
 * generated markets out as scenarios.
 */

import { parseArgs } from "node:util";
import { systemClock } from "@/core/kernel/clock.ts";
import { exportScenario } from "./scenario_export.ts";
import { DEMO_KEYS } from "./demo_keys.ts";
import { generateMarket, MAX_DEPTH } from "./generate.ts";
import { importRecorded } from "./import_recorded.ts";
import { MAX_SPEED } from "./movement.ts";
import { printerTo } from "./print.ts";
import { parseScenario, ScenarioError } from "./scenario.ts";
import { startSimulator } from "./server.ts";
import { addSyntheticBooks } from "./synthetic_books.ts";
import { truthOf } from "./truth.ts";

const HELP = `simulate — the simulated DMarket

  simulate [--port N] [--scenario FILE] [--seed S] [--latency-ms L] [--skew-s D]
           [--titles T] [--depth D] [--speed X]
      Serves until SIGINT or SIGTERM.
      --port N         0 to 65535, 0 for any free one (default 8077)
      --scenario FILE  a marketd-scenario/1 file in place of a generated market
      --seed S         0 to 4294967295 (default 1); the same seed grows the same market
      --latency-ms L   0 to 60000, added to every answer (default 0)
      --skew-s D       0 to 86400 seconds its clock is ahead (default 0)
      --titles T       4 to 20000 titles in a generated market (default 4000)
      --depth D        0.01 to 40: listings per title relative to the default (default 1)
      --speed X        0 to 10000: market time per real time; 0 stands still (default 0)

  simulate import FILE... [--book synthetic [--seed S]] > scenario.json
      Turns recorded responses into one scenario: bodies of /exchange/v1/market/items,
      and price lists of live scans.
      --book synthetic adds drawn sales and bids, and says in truth what they are

  simulate export [--seed S] [--titles T] [--depth D] > scenario.json
      Writes a generated market as a scenario, with the truth about each title.
`;

const write = printerTo(Deno.stdout);

const EXIT_OK = 0;
const EXIT_USAGE = 2;

/** Something the user can put right; the message names the value and the rule. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Runs the command line; resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (args.includes("--help") || args.includes("-h")) write(HELP);
    else if (command === "import") runImport(rest);
    else if (command === "export") runExport(rest);
    else await serve(args);
    return EXIT_OK;
  } catch (error) {
    const known = error instanceof UsageError || error instanceof ScenarioError;
    if (!known) throw error;
    complain(error.message);
    return EXIT_USAGE;
  }
}

async function serve(args: readonly string[]): Promise<void> {
  const flags = flagsIn(args, [
    "port",
    "scenario",
    "seed",
    "latency-ms",
    "skew-s",
    "titles",
    "depth",
    "speed",
  ]);
  const port = wholeNumber("--port", flags.port ?? "8077", [0, 65_535]);
  const latencyMs = wholeNumber("--latency-ms", flags["latency-ms"] ?? "0", [0, 60_000]);
  const skewS = wholeNumber("--skew-s", flags["skew-s"] ?? "0", [0, 86_400]);
  const speed = wholeNumber("--speed", flags.speed ?? "0", [0, MAX_SPEED]);
  const size = sizeIn(flags);
  const scenario = flags.scenario === undefined ? undefined : readJson(flags.scenario);
  const simulator = await listening(port, { port, latencyMs, skewS, speed, ...size, scenario });
  const interruption = interrupted();
  const { table, titles } = simulator.market;
  write(
    `Simulated DMarket at ${simulator.url}\n` +
      `  ${table.live} offers of ${titles.length} titles, seed ${simulator.market.seed}\n` +
      `  accepts requests signed by the demo key ${DEMO_KEYS.publicKey}\n` +
      `  point marketd at it: DMARKET_API_URL=${simulator.url}\n`,
  );
  await interruption;
  await simulator.stop();
}

async function listening(
  port: number,
  options: Parameters<typeof startSimulator>[0],
): ReturnType<typeof startSimulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UsageError(`Port must be free: ${port} is in use`, { cause: error });
  }
}

function runImport(args: readonly string[]): void {
  const { positionals, values: { book, seed } } = parsed(args, ["book", "seed"], true);
  if (positionals.length === 0) throw new UsageError("Import needs at least one file");
  if (book !== undefined && book !== "synthetic") {
    throw new UsageError(`--book must be synthetic: current value is "${book}"`);
  }
  if (book === undefined && seed !== undefined) {
    throw new UsageError("--seed needs --book synthetic: nothing else is drawn here");
  }
  const files = positionals.map((name) => ({ name, content: readJson(name) }));
  const recorded = importRecorded(files);
  const scenario = book === undefined
    ? recorded
    : addSyntheticBooks(parseScenario(recorded), seedIn(seed));
  write(JSON.stringify(scenario) + "\n");
}

function runExport(args: readonly string[]): void {
  const nowS = Math.floor(systemClock.now() / 1_000);
  const market = generateMarket({ nowS, ...sizeIn(flagsIn(args, ["seed", "titles", "depth"])) });
  write(
    JSON.stringify(exportScenario(market, {
      nowS,
      truthOf: (book) => truthOf(market, book, { nowS }),
    })) + "\n",
  );
}

type Flags = Readonly<Record<string, string | undefined>>;

interface Size {
  readonly seed: number;
  readonly titles: number;
  readonly depth: number;
}

function sizeIn(flags: Flags): Size {
  const depth = flags.depth ?? "1";
  if (
    !/^\d{1,2}(\.\d{1,4})?$/.test(depth) || !(Number(depth) >= 0.01 && Number(depth) <= MAX_DEPTH)
  ) {
    throw new UsageError(`--depth must be 0.01 to ${MAX_DEPTH}: current value is "${depth}"`);
  }
  return {
    seed: seedIn(flags.seed),
    titles: wholeNumber("--titles", flags.titles ?? "4000", [4, 20_000]),
    depth: Number(depth),
  };
}

function seedIn(text: string | undefined): number {
  return wholeNumber("--seed", text ?? "1", [0, 4_294_967_295]);
}

function flagsIn(args: readonly string[], names: readonly string[]): Flags {
  return parsed(args, names, false).values;
}

interface Parsed {
  readonly values: Flags;
  readonly positionals: readonly string[];
}

function parsed(args: readonly string[], names: readonly string[], files: boolean): Parsed {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: files,
    });
    return { values: values as Flags, positionals };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason}\nRun with --help to see what exists`, { cause: error });
  }
}

function wholeNumber(name: string, text: string, [low, high]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= low && value <= high) return value;
  throw new UsageError(
    `${name} must be a whole number from ${low} to ${high}: current value is "${text}"`,
  );
}

function readJson(name: string): unknown {
  let text: string;
  try {
    text = Deno.readTextFileSync(name);
  } catch (error) {
    throw new UsageError(`File must be readable: "${name}" is not`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`File must be JSON: "${name}" is not (${reason})`, { cause: error });
  }
}

/**
 * Resolves at the first signal. Later ones change nothing: one Ctrl-C under `deno task` arrives
 * twice, and stopping takes no time.
 */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      // deno-lint-ignore marketd/no-ambient -- This is a program of its own, and its main thread.
      Deno.addSignalListener(signal, resolve);
    }
  });
}

function complain(text: string): void {
  printerTo(Deno.stderr)(`simulate: ${text}\n`);
}
