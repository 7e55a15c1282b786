import assert from "node:assert/strict";
import { CATALOGUE, type MetricName, type MetricPoint } from "@/core/observability/catalogue.ts";
import {
  createMetrics,
  MAX_SERIES_PER_METRIC,
  renderPoints,
} from "@/core/observability/metrics.ts";

const names = Object.keys(CATALOGUE) as MetricName[];

Deno.test("renderPoints() writes values with prefix, help and labels", async () => {
  const text = await renderPoints([
    { name: "actor_restarts_total", labels: { actor: 'a"b\n' }, value: 2 },
    { name: "zombie_actors", value: 0 },
  ]);
  assert.match(text, /^# HELP marketd_actor_restarts_total Restarts of the actor/m);
  assert.match(text, /^# TYPE marketd_actor_restarts_total counter$/m);
  assert.match(text, /^marketd_actor_restarts_total\{actor="a\\"b\\n"\} 2$/m);
  assert.match(text, /^marketd_zombie_actors 0$/m);
});

Deno.test("renderPoints() says nothing about what nobody measured", async () => {
  assert.equal((await renderPoints([])).trim(), "");
  const text = await renderPoints([{ name: "uptime_seconds", value: NaN }]);
  assert.equal(text.trim(), "");
});

Deno.test("renderPoints() bounds the series of a metric and takes each once", async () => {
  const points = Array.from({ length: 500 }, (_, index): MetricPoint => ({
    name: "actor_up",
    labels: { actor: `a${index}` },
    value: 1,
  }));
  const twice: MetricPoint = { name: "dead_letters_total", value: 5 };
  const text = await renderPoints([...points, twice, twice]);
  assert.equal(text.match(/^marketd_actor_up\{/gm)?.length, MAX_SERIES_PER_METRIC);
  assert.match(text, /^marketd_dead_letters_total 5$/m);
});

Deno.test("every metric of the catalogue keeps the naming rules", () => {
  for (const name of names) {
    const { type, help, labels } = CATALOGUE[name];
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.ok(!/_(?:ms|milliseconds|mb|kb|percent|cents)(?:_|$)/.test(name), name);
    assert.ok(help.length > 0 && !help.endsWith("."), name);
    for (const label of labels) assert.ok(!["id", "title", "url", "user"].includes(label), name);
  }
});

Deno.test("createMetrics() adds the metrics of the process, read anew at each scrape", async () => {
  let value = 1;
  const metrics = createMetrics(() => [{ name: "lease_epoch", value }]);
  assert.match(await metrics.text(), /^marketd_lease_epoch 1$/m);
  value = 2;
  const text = await metrics.text();
  assert.match(text, /^marketd_lease_epoch 2$/m);
  assert.match(text, /^marketd_process_resident_memory_bytes \d+$/m);
  const series = text.split("\n").filter((row) => row !== "" && !row.startsWith("#"));
  assert.ok(series.length < 400, `${series.length} series`);
});

Deno.test("createMetrics() leaves out what Deno makes up for Node's sake", async () => {
  const text = await createMetrics(() => []).text();
  const names = new Set(Array.from(text.matchAll(/^marketd_nodejs_\w+/gm), ([name]) => name));
  assert.deepEqual([...names].sort(), [
    "marketd_nodejs_external_memory_bytes",
    "marketd_nodejs_heap_size_total_bytes",
    "marketd_nodejs_heap_size_used_bytes",
  ]);
  for (const [, name, value] of text.matchAll(/^(\w+)(?:\{.*\})? (.+)$/gm)) {
    assert.ok(Number.isFinite(Number(value)), `${name} ${value}`);
  }
});
