/** Lets one actor loop for ever, says when it was declared hung and when it was replaced. */

import { child } from "@/core/kernel/house.ts";
import { HEARTBEAT_MS, mortal, mortalSpec } from "./actors.ts";
import { tell } from "./child_process.ts";
import { Stage } from "./stage.ts";

export interface HangReport {
  readonly heartbeatMs: number;
  readonly declaredMs: number;
  readonly replacedMs: number;
}

const MORTAL = child(mortalSpec, { config: () => ({}), backoff: { minMs: 0, maxMs: 0 } });

const stage = await Stage.start([MORTAL]);
const exit = stage.next("exit");
const ready = stage.next("ready");
stage.supervisor.ask(mortal, "Die", { how: "spin" }).catch(() => {});
const { event, atMs: declaredAt } = await exit;
if (event.exit.kind !== "hung") throw new Error(`It ended as ${event.exit.kind}`);
const diedAt = Number(stage.said("mortal").diedAtMs);
const report: HangReport = {
  heartbeatMs: HEARTBEAT_MS,
  declaredMs: declaredAt - diedAt,
  replacedMs: (await ready).atMs - diedAt,
};
tell(report);
Deno.exit(0);
