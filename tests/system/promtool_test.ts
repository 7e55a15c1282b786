import assert from "node:assert/strict";
import { CATALOGUE, type MetricName, type MetricPoint } from "@/core/observability/catalogue.ts";
import { createMetrics } from "@/core/observability/metrics.ts";

/** One point of every metric. */
function everyPoint(): readonly MetricPoint[] {
  return (Object.keys(CATALOGUE) as MetricName[]).map((name) => {
    const labels = Object.fromEntries(CATALOGUE[name].labels.map((label) => [label, "x"]));
    return { name, value: 1, labels } as MetricPoint;
  });
}

Deno.test("promtool accepts every metric without a word", async () => {
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(await createMetrics(everyPoint).text()));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(said, "");
  assert.equal(code, 0);
});
