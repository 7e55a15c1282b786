/** The kernel's own answers to the questions that its alternatives are asked. */

import { child } from "@/core/kernel/house.ts";
import {
  ledger,
  ledgerSpec,
  mortal,
  mortalSpec,
  ping,
  pingSpec,
  pong,
  pongSpec,
  prisoner,
  prisonerSpec,
  sample,
} from "./actors.ts";
import { answer, flooding, FOREIGN_FILE, medianMicros, noticing, ORDERED } from "./rivals/trial.ts";
import { Stage } from "./stage.ts";

const config = () => ({});
const backoff = { minMs: 0, maxMs: 0 };

async function mortalStage(): Promise<Stage> {
  return await Stage.start([child(mortalSpec, { config, backoff })]);
}

/** Dies of `how`; the call that asked for it is nobody's concern. */
function die(stage: Stage, how: "close" | "spin"): void {
  stage.supervisor.ask(mortal, "Die", { how }).catch(() => {});
}

await answer({
  async roundTrip() {
    const { supervisor } = await Stage.start([child(pongSpec, { config })]);
    return await medianMicros((id) => supervisor.ask(pong, "Echo", sample(id)));
  },
  async pending() {
    const { supervisor } = await mortalStage();
    return await noticing(supervisor.ask(mortal, "Die", { how: "close" }));
  },
  async crash() {
    const stage = await Stage.start([child(ledgerSpec, { config, backoff })]);
    const turn = async () => (await stage.supervisor.ask(ledger, "Turn", sample(1))).count;
    await turn();
    const stateBefore = await turn();
    const again = noticing(stage.next("ready"));
    stage.supervisor.find("ledger")?.chaos("throw");
    return { ...await again, stateBefore, stateAfter: await turn() - 1 };
  },
  async exit() {
    const stage = await mortalStage();
    const noticed = noticing(stage.next("exit"));
    die(stage, "close");
    return await noticed;
  },
  async hang() {
    const stage = await mortalStage();
    const noticed = noticing(stage.next("exit"));
    die(stage, "spin");
    return await noticed;
  },
  async order() {
    const { supervisor } = await Stage.start([
      child(pongSpec, { config }),
      child(pingSpec, { config }),
    ]);
    await supervisor.ask(ping, "OneWay", { count: ORDERED });
    const { inOrder, count } = await supervisor.ask(pong, "Taken", {});
    return { inOrder: inOrder && count === ORDERED };
  },
  async malformed() {
    const { supervisor } = await Stage.start([child(pongSpec, { config })]);
    const body = { ...sample(1), priceCents: "a lot" } as unknown as ReturnType<typeof sample>;
    return { keptOut: await supervisor.ask(pong, "Echo", body).then(() => false, () => true) };
  },
  async flood() {
    const { supervisor } = await Stage.start([child(prisonerSpec, { config })]);
    return await flooding((id) => supervisor.ask(prisoner, "Never", sample(id)));
  },
  async permissions() {
    const { supervisor } = await Stage.start([child(prisonerSpec, { config })]);
    const { isRead } = await supervisor.ask(prisoner, "Read", { path: FOREIGN_FILE });
    return { readsFiles: isRead };
  },
});
