/**
 * The simulated market with a million offers, printed as one JSON object: seconds until it answers,
 * its memory, and how long pages of 100 listings take over HTTP, signature check included.
 *
 *   deno run -A --no-prompt tests/bench/sim/million.ts [--titles 20000] [--depth 8.3] [--pages 600] [--speed 0]
 */

import { parseArgs } from "node:util";
import { latencyOf } from "./latency.ts";
import { SignedClient } from "@/tests/core/market/dmarket/sim/signed_client.ts";

const { values } = parseArgs({
  options: {
    titles: { type: "string", default: "20000" },
    depth: { type: "string", default: "8.3" },
    pages: { type: "string", default: "600" },
    speed: { type: "string", default: "0" },
  },
});

interface Market {
  readonly url: string;
  readonly offers: number;
  readonly readySeconds: number;
  readonly process: Deno.ChildProcess;
}

async function openMarket(): Promise<Market> {
  const begunAtMs = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-prompt", "--no-check"],
      new URL("./million_market.ts", import.meta.url).pathname,
      ...[values.titles, values.depth, values.speed],
    ],
    stdout: "piped",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).values();
  const said = JSON.parse((await lines.next()).value ?? "{}") as Pick<Market, "url" | "offers">;
  return { ...said, process, readySeconds: (performance.now() - begunAtMs) / 1_000 };
}

/** Resident and most ever resident memory of a process, MB; Linux only. */
async function memoryMB(pid: number): Promise<Record<string, number>> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const of = (name: string) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1_024);
  return { rssMB: of("VmRSS"), peakMB: of("VmHWM") };
}

const BAND = { priceFrom: "300", priceTo: "999", orderBy: "price" };

type Ask = (query: Record<string, string>) => Promise<{ cursor: string; items: unknown[] }>;

/** Times of `pages` pages of one band, one after the other by cursor. */
async function walk(ask: Ask, band: Record<string, string>, pages: number): Promise<number[]> {
  const times: number[] = [];
  let cursor = "";
  for (let page = 0; page < pages; page++) {
    const begunAtMs = performance.now();
    const body = await ask({ ...band, cursor });
    times.push(performance.now() - begunAtMs);
    if (body.items.length === 0) throw new Error("A page is empty");
    // A query ends after 10,000 rows: then it begins again.
    cursor = body.cursor;
  }
  return times;
}

const market = await openMarket();
try {
  const client = new SignedClient(market.url);
  const ask: Ask = async (query) => {
    const params = new URLSearchParams({ gameId: "a8db", limit: "100", ...query });
    const { status, json } = await client.get(`/marketplace-api/v2/offers?${params}`);
    if (status !== 200) throw new Error(`The market answered ${status}`);
    return json;
  };
  const pages = Number(values.pages);
  const afterStart = await memoryMB(market.process.pid);
  const banded = await walk(ask, BAND, pages);
  const few = Math.min(pages, 100);
  const titled = await walk(ask, { orderBy: "price", title: "AK-47" }, few);
  const treeFilters = "exterior[]=field-tested,floatPart[]=FT-0";
  const filtered = await walk(ask, { ...BAND, treeFilters }, few);
  const figures = {
    offers: market.offers,
    readySeconds: Number(market.readySeconds.toFixed(2)),
    afterStart,
    afterPages: await memoryMB(market.process.pid),
    pageMs: latencyOf(banded),
    titledPageMs: latencyOf(titled),
    filteredPageMs: latencyOf(filtered),
  };
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(figures, null, 2)}\n`));
} finally {
  market.process.kill("SIGTERM");
  await market.process.status;
}
