import assert from "node:assert/strict";
import { ALERT_COOLDOWN_MS } from "@/actors/notifier/alerts.ts";
import { MAX_ALERTS } from "@/actors/notifier/state.ts";
import { Bench, OWNER, START_MS } from "./bench.ts";

function alert(change: { key?: string; severity?: "info" | "warning" | "critical" } = {}) {
  return { key: "breaker:dmarket", severity: "warning" as const, text: "It is open", ...change };
}

Deno.test("an alert is said once an hour, with how often it came", () => {
  const bench = new Bench([OWNER, 0]);
  bench.take("Alert", alert());
  assert.deepEqual(
    bench.heard(),
    Array(2).fill({
      type: "alert",
      severity: "warning",
      text: "It is open",
      times: 1,
      sinceMs: START_MS,
    }),
  );
  for (let at = 0; at < 4; at++) bench.take("Alert", alert());
  assert.deepEqual(bench.heard(), []);
  bench.restart();
  bench.nowMs += ALERT_COOLDOWN_MS;
  bench.take("Alert", alert());
  const [again] = bench.heard();
  assert.ok(again?.type === "alert");
  assert.deepEqual([again.times, again.sinceMs], [5, START_MS]);
  bench.nowMs += 2 * ALERT_COOLDOWN_MS;
  bench.take("Alert", alert());
  const [later] = bench.heard();
  assert.ok(later?.type === "alert");
  assert.deepEqual([later.times, later.sinceMs], [1, bench.nowMs]);
});

Deno.test("a worse alert does not wait, and only the critical one rings", () => {
  const bench = new Bench();
  for (const severity of ["info", "warning", "critical", "warning"] as const) {
    bench.take("Alert", alert({ severity }));
  }
  const said = bench.says.map(({ notice, silent }) =>
    [notice.type === "alert" && notice.severity, silent] as const
  );
  assert.deepEqual(said, [["info", true], ["warning", true], ["critical", false]]);
  assert.equal(new Set(bench.says.map(({ key }) => key)).size, 3);
});

Deno.test("alerts with other keys are other alerts, and their memory is bounded", () => {
  const bench = new Bench();
  for (let at = 0; at < MAX_ALERTS + 20; at++) {
    bench.nowMs += 1;
    bench.take("Alert", alert({ key: `${at}` }));
  }
  assert.equal(bench.heard().length, MAX_ALERTS + 20);
  assert.equal(Object.keys(bench.state.alerts).length, MAX_ALERTS);
  assert.ok(`${MAX_ALERTS + 19}` in bench.state.alerts);
  assert.ok(!("0" in bench.state.alerts));
});
