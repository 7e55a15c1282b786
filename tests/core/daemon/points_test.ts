import assert from "node:assert/strict";
import { lostPoints, marketPoints } from "@/core/daemon/points.ts";
import { renderPoints } from "@/core/observability/metrics.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";

function market(change: Partial<Parameters<typeof marketPoints>[0]["market"]> = {}) {
  return {
    breakers: {},
    requests: {},
    unknownFields: {},
    refusedRows: {},
    caches: [],
    skewMs: null,
    ...change,
  };
}

async function series(change: Parameters<typeof market>[0]): Promise<readonly string[]> {
  const text = await renderPoints(marketPoints({ market: market(change), budget: null }));
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

Deno.test("what was not understood is counted by operation and field", async () => {
  assert.deepEqual(
    await series({
      unknownFields: { "offers.attributes.cs2.gloss": 3, "user.shoe": 1 },
      refusedRows: { "last-sales.price": 20, "(others)": 1 },
    }),
    [
      'marketd_market_unknown_fields_total{operation="offers",field="attributes.cs2.gloss"} 3',
      'marketd_market_unknown_fields_total{operation="user",field="shoe"} 1',
      'marketd_market_refused_rows_total{operation="last-sales",field="price"} 20',
      'marketd_market_refused_rows_total{operation="(others)",field=""} 1',
    ],
  );
});

Deno.test("each cache has its hits, misses and stale answers", async () => {
  assert.deepEqual(
    await series({ caches: [{ name: "sales", hits: 5, misses: 2, stale: 1 }] }),
    [
      'marketd_market_cache_hits_total{cache="sales"} 5',
      'marketd_market_cache_misses_total{cache="sales"} 2',
      'marketd_market_cache_stale_total{cache="sales"} 1',
    ],
  );
});

Deno.test("as many fields as a client tells apart are told, and none is lost", async () => {
  const audit = new WireAudit();
  for (let i = 0; i < 300; i++) audit.countUnknown({ [`field${i}`]: 1 }, {}, "offers");
  const lines = await series({ unknownFields: audit.unknownFields });
  const counts = lines.map((line) => Number(line.split(" ").at(-1)));
  assert.equal(counts.reduce((sum, count) => sum + count, 0), 300);
});

Deno.test("messages that reached nobody are counted by reason", async () => {
  const text = await renderPoints(lostPoints({ full: 3, "given-up": 1 }));
  assert.match(text, /^marketd_messages_lost_total\{reason="full"\} 3$/m);
  assert.match(text, /^marketd_messages_lost_total\{reason="given-up"\} 1$/m);
});
