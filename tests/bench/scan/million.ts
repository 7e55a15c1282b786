/**
 * A market of a million offers scanned whole by the real daemon, every level of every game: pages,
 * offers a second, and the memory of the daemon's tree (Postgres included) while it goes on, by
 * program and by heap, over tenths of the time, and how it grows with the offers at the end.
 *
 *   deno run -A --no-prompt tests/bench/scan/million.ts [--titles 20000] [--depth 8.3]
 *     [--parallel P] [--rate R] [--every SECONDS]
 *
 * Rates are raised to R requests per second, so that it ends within minutes. What lies outside every
 * level (below $0.50, from $1,000) is not scanned.
 */

import { parseArgs } from "node:util";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { SignedClient } from "@/tests/core/market/dmarket/sim/signed_client.ts";
import { median, medianSlope, rounded } from "../kernel/figures.ts";
import { treeCpuSeconds, treeMemory } from "../process_tree.ts";
import { type BenchHouse, withBenchHouse } from "./bench_house.ts";

const { values } = parseArgs({
  options: {
    titles: { type: "string", default: "20000" },
    depth: { type: "string", default: "8.3" },
    parallel: { type: "string", default: "4" },
    rate: { type: "string", default: "1000" },
    every: { type: "string", default: "10" },
  },
});

interface Market {
  readonly url: string;
  readonly offers: number;
  readonly process: Deno.ChildProcess;
}

/** In a process of its own, so that its memory is not the daemon's. */
async function openMarket(): Promise<Market> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-prompt", "--no-check"],
      new URL("../sim/million_market.ts", import.meta.url).pathname,
      ...[values.titles, values.depth],
    ],
    stdout: "piped",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).values();
  const said = JSON.parse((await lines.next()).value ?? "{}") as Omit<Market, "process">;
  return { ...said, process };
}

/** Listings that lie in a level, as the market counts them. */
async function countInLevels({ url }: Market): Promise<number> {
  const client = new SignedClient(url);
  let count = 0;
  for (const gameId of GAMES) {
    for (const { fromCents, toCents } of LEVELS.map((level) => LEVEL_RULES[level])) {
      const band = { priceFrom: String(fromCents), priceTo: String(toCents - 1) };
      const params = new URLSearchParams({ gameId, limit: "1", ...band });
      const { json } = await client.get(`/marketplace-api/v2/offers?${params}`);
      count += Number(json.total);
    }
  }
  return count;
}

interface ScanRow {
  readonly status: string;
  readonly processed: number;
  readonly pages: number;
  readonly accepted: number;
}

/** MB by name: the tree, each kind of program in it, each actor's heap, main's heap. */
type Memory = Readonly<Record<string, number>>;

interface Sample {
  readonly seconds: number;
  readonly offers: number;
  readonly pages: number;
  readonly ended: number;
  readonly failed: number;
  readonly memory: Memory;
}

async function sample(house: BenchHouse, startedAt: number): Promise<Sample> {
  const { items } = await house.json<{ items: readonly ScanRow[] }>("/api/v1/scans?limit=200");
  const sum = (of: (row: ScanRow) => number) => items.reduce((all, row) => all + of(row), 0);
  return {
    seconds: Math.round((performance.now() - startedAt) / 1_000),
    offers: sum(({ processed }) => processed),
    pages: sum(({ pages }) => pages),
    ended: items.filter(({ status }) => status === "completed").length,
    failed: items.filter(({ status }) => status === "failed" || status === "stopped").length,
    memory: await memoryOf(house),
  };
}

async function memoryOf(house: BenchHouse): Promise<Memory> {
  const memory: Record<string, number> = { tree: 0 };
  for (const [program, shares] of Object.entries(await treeMemory(house.pid))) {
    for (const [kind, bytes] of Object.entries(shares)) {
      if (bytes === 0) continue;
      memory[`${program} ${kind.replace("Bytes", "")}`] = bytes / MB;
      memory["tree"] = (memory["tree"] ?? 0) + bytes / MB;
    }
  }
  const metrics = await house.text("/metrics");
  for (const [, actor = "", bytes] of metrics.matchAll(ACTOR_HEAP)) {
    memory[`heap of ${actor}`] = Number(bytes) / MB;
  }
  const [, main] = MAIN_HEAP.exec(metrics) ?? [];
  if (main !== undefined) memory["heap of main"] = Number(main) / MB;
  return memory;
}

const MB = 2 ** 20;
const ACTOR_HEAP = /^marketd_actor_memory_bytes\{actor="([^"]+)"\} (\S+)/gm;
const MAIN_HEAP = /^marketd_nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)/m;

async function watch(house: BenchHouse): Promise<readonly Sample[]> {
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const all = GAMES.length * LEVELS.length;
  for (let over = 0; over < all;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000 * Number(values.every)));
    const seen = await sample(house, startedAt);
    samples.push(seen);
    over = seen.ended + seen.failed;
    print(`${JSON.stringify({ ...seen, memory: shown(seen.memory) })}\n`);
  }
  return samples;
}

function shown(memory: Memory): Memory {
  return Object.fromEntries(Object.entries(memory).map(([name, size]) => [name, rounded(size)]));
}

/** For each name how it grows in the second half of the samples: the median slope. */
function growth(samples: readonly Sample[]): Memory {
  const later = samples.slice(Math.floor(samples.length / 2));
  const points = later.filter(({ offers }, at) => offers !== later[at - 1]?.offers);
  const slope = (name: string) =>
    medianSlope(points.map(({ offers, memory }) => [offers / 100_000, memory[name] ?? 0]));
  return shown(Object.fromEntries(namesIn(samples).map((name) => [name, slope(name)])));
}

function namesIn(samples: readonly Sample[]): readonly string[] {
  return [...new Set(samples.flatMap(({ memory }) => Object.keys(memory)))];
}

/** For each name the medians over tenths of the samples; fewer samples make fewer parts. */
function byTenths(samples: readonly Sample[]): Readonly<Record<string, readonly number[]>> {
  const parts = Math.min(10, samples.length);
  return Object.fromEntries(
    namesIn(samples).map((name) => {
      const medians = Array.from({ length: parts }, (_, part) => {
        const [from, to] = [part, part + 1].map((at) => Math.round(at * samples.length / parts));
        return Math.round(median(samples.slice(from, to).map(({ memory }) => memory[name] ?? 0)));
      });
      return [name, medians];
    }),
  );
}

function summary(samples: readonly Sample[], market: Market, inLevels: number) {
  const last = samples.at(-1);
  return {
    offersInMarket: market.offers,
    offersInLevels: inLevels,
    offersJudged: last?.offers,
    scansCompleted: last?.ended,
    pages: last?.pages,
    seconds: last?.seconds,
    offersPerSecond: Math.round((last?.offers ?? 0) / (last?.seconds ?? 1)),
    mostTreeMB: Math.round(Math.max(...samples.map(({ memory }) => memory["tree"] ?? 0))),
    memoryMB: byTenths(samples),
    growthMBPer100000Offers: growth(samples),
  };
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

const market = await openMarket();
try {
  const fast = { ratePerSecond: Number(values.rate), burst: 10 };
  const classes = { "market-items": fast, "last-sales": fast, fee: fast, other: fast, write: fast };
  const inLevels = await countInLevels(market);
  await withBenchHouse({
    marketUrl: market.url,
    env: {
      BENCH_RATES: JSON.stringify({ classes, overall: fast }),
      BENCH_PARALLEL: values.parallel,
    },
  }, async (house) => {
    const samples = await watch(house);
    const cpuSeconds = Math.round(await treeCpuSeconds(house.pid));
    const figures = { ...summary(samples, market, inLevels), cpuSeconds };
    print(`${JSON.stringify(figures, null, 2)}\n`);
  });
} finally {
  market.process.kill("SIGKILL");
  await market.process.status;
}
