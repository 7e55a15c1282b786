/**
 * Figures of the walking product, measured in one run on the real start: real Postgres, real
 * workers, the simulated market. Medians of several runs where a run is short.
 */

import { sleep, systemClock } from "@/core/kernel/clock.ts";
import { App, withHome } from "@/tests/support/app.ts";
import { isAlive } from "@/tests/support/processes.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { type Simulator, startSimulator } from "@/core/market/dmarket/sim/server.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { healthOf } from "../integration/views.ts";
import { median } from "./kernel/figures.ts";
import { treeMemory } from "./process_tree.ts";

interface Figure {
  readonly what: string;
  readonly value: string;
  readonly aim: string;
}

const WARM_STARTS = 5;
const SCAN_TIMEOUT_MS = 600_000;
const SAMPLE_MS = 2_000;

interface ScanView {
  readonly scanId: string;
  readonly status: string;
  readonly processed: number;
  readonly pages: number;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function environment(simulator: Simulator): Record<string, string> {
  return {
    MARKETD_CHAOS: "1",
    MARKETD_LOG: "json",
    DMARKET_API_URL: simulator.url,
    DMARKET_PUBLIC_KEY: DEMO_KEYS.publicKey,
    DMARKET_SECRET_KEY: DEMO_KEYS.secretKey,
  };
}

async function timeStart(home: string, env: Record<string, string>): Promise<[App, number]> {
  const startedAt = performance.now();
  const app = await new App({ home, env }).ready();
  return [app, performance.now() - startedAt];
}

async function measureStarts(home: string): Promise<Figure[]> {
  const [first, coldMs] = await timeStart(home, {});
  await first.stop();
  const warm: number[] = [];
  for (let run = 0; run < WARM_STARTS; run++) {
    const [app, tookMs] = await timeStart(home, {});
    warm.push(tookMs);
    await app.stop();
  }
  return [
    { what: "start to ready, new home", value: ms(coldMs), aim: "" },
    {
      what: `start to ready, known home, median of ${WARM_STARTS}`,
      value: ms(median(warm)),
      aim: "≤ 2000 ms",
    },
  ];
}

/** Each actor once: a second failure in a row waits longer on purpose. */
async function measureCrashes(app: App): Promise<Figure[]> {
  const times: number[] = [];
  for (const [name, before] of Object.entries((await healthOf(app)).actors)) {
    const startedAt = performance.now();
    await app.post(`/debug/actors/${name}/throw`);
    await waitFor(`the next incarnation of ${name}`, async () => {
      const now = (await healthOf(app)).actors[name];
      return now !== undefined && now.incarnation > before.incarnation && now.status === "ready";
    });
    times.push(performance.now() - startedAt);
  }
  const what = `crash to ready, median of ${times.length} actors, with the pause of 50 ms`;
  return [{ what, value: `${ms(median(times))} (worst ${ms(Math.max(...times))})`, aim: "" }];
}

/** Whatever is scanned at the time: throughput and use of the request budget over the window. */
async function measureScan(app: App, simulator: Simulator): Promise<Figure[]> {
  const { body } = await app.post("/debug/scan", { game: "a8db", level: "standard" });
  const { scanId } = body as { scanId: string };
  const find = async () => {
    const { items } = await app.json<{ items: ScanView[] }>("/api/v1/scans?limit=200");
    return items.find((scan) => scan.scanId === scanId);
  };
  await waitFor("the scan to run", async () => (await find())?.pages ?? 0 > 0, SCAN_TIMEOUT_MS);
  const from = await find();
  const startedAt = performance.now();
  const seenBefore = simulator.requests().length;
  await waitFor(
    "the scan to end",
    async () => (await find())?.status === "completed",
    SCAN_TIMEOUT_MS,
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const to = await find();
  const requests = simulator.requests().slice(seenBefore);
  const offers = (to?.processed ?? 0) - (from?.processed ?? 0);
  const refused = requests.filter((request) => request.status === 429).length;
  const { classes } = await budget(app);
  return [
    { what: "offers judged", value: `${offers} in ${seconds.toFixed(1)} s`, aim: "" },
    {
      what: "time for 1,000 offers",
      value: `${(1_000 * seconds / offers).toFixed(1)} s`,
      aim: "< 300 s",
    },
    { what: "requests answered 429", value: String(refused), aim: "0" },
    ...classes.map(({ name, perSecond }) => {
      const sent = requests.filter(({ path }) => classOf(path) === name).length;
      const share = (100 * sent / (perSecond * seconds)).toFixed(0);
      return { what: `budget used, ${name} (${perSecond}/s)`, value: `${share} %`, aim: "" };
    }),
  ];
}

async function budget(app: App): Promise<{ classes: { name: string; perSecond: number }[] }> {
  const text = await (await app.get("/metrics")).text();
  const found = text.matchAll(/^marketd_market_budget_per_second\{class="([^"]+)"\} (\S+)/gm);
  return {
    classes: [...found].map(([, name = "", value]) => ({ name, perSecond: Number(value) })),
  };
}

/** As DMarket counts requests. */
function classOf(path: string): string {
  if (path === "/marketplace-api/v2/offers") return "market-items";
  if (path === "/trade-aggregator/v1/last-sales") return "last-sales";
  return path === "/exchange/v1/customized-fees" ? "fee" : "other";
}

/** Samples of the whole tree, Postgres included, until `work` is over. */
async function measureMemory(app: App, work: Promise<Figure[]>): Promise<Figure[]> {
  const over = new AbortController();
  const figures = work.finally(() => over.abort());
  const samples: (readonly [string, number])[][] = [];
  while (!over.signal.aborted) {
    const parts = Object.entries(await treeMemory(app.pid));
    samples.push(parts.map(([name, { anonBytes, fileBytes, sharedBytes }]) => {
      return [name, (anonBytes + fileBytes + sharedBytes) / 2 ** 20];
    }));
    await sleep(systemClock, SAMPLE_MS, over.signal);
  }
  const names = [...new Set(samples.flat().map(([name]) => name))];
  const sizeOf = (name: string) => median(samples.map((one) => new Map(one).get(name) ?? 0));
  const trees = samples.map((parts) => parts.reduce((sum, [, size]) => sum + size, 0));
  const what = "memory of the whole process tree with Postgres, while scanning (PSS)";
  const most = `most ${mb(Math.max(...trees))} of ${trees.length} samples`;
  return [
    ...await figures,
    { what, value: `${mb(median(trees))}, ${most}`, aim: "≤ 256 MB" },
    ...names.map((name) => ({ what: `of these ${name}`, value: mb(sizeOf(name)), aim: "" })),
  ];
}

function mb(size: number): string {
  return `${Math.round(size)} MB`;
}

function print(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map((figure) => figure.what.length));
  const lines = figures.map(({ what, value, aim }) =>
    `${what.padEnd(width)}  ${value}${aim === "" ? "" : `   (aim ${aim})`}\n`
  );
  Deno.stdout.writeSync(new TextEncoder().encode(lines.join("")));
}

await withHome(async (home) => print(await measureStarts(home)));
await withHome(async (home) => {
  const simulator = await startSimulator({ seed: 1, latencyMs: 20 });
  const [app] = await timeStart(home, environment(simulator));
  try {
    print(await measureCrashes(app));
    print(await measureMemory(app, measureScan(app, simulator)));
  } finally {
    await app.stop();
    await simulator.stop();
    await waitFor("the end of the process", () => !isAlive(app.pid));
  }
});
