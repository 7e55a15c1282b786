import assert from "node:assert/strict";
import { simulatorSpec } from "@/actors/simulator/spec.ts";
import { child } from "@/core/kernel/house.ts";
import { inHouse } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const children = [
  child(simulatorSpec, {
    config: (factsOf) => ({ seed: 1, port: Number(factsOf("simulator").port ?? 0) }),
    backoff: { minMs: 1 },
  }),
];

async function answers(port: unknown): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/marketplace-api/v2/offers?gameId=a8db`);
  await response.body?.cancel();
  return response.status;
}

Deno.test("the simulator serves on loopback and comes back on the same port", () =>
  inHouse(async ({ supervisor }) => {
    const port = supervisor.find("simulator")?.facts.port;
    assert.equal(await answers(port), 401, "unsigned");
    supervisor.find("simulator")?.chaos("exit");
    await waitFor("the restart", () => supervisor.find("simulator")?.restarts === 1);
    await waitFor("readiness", () => supervisor.find("simulator")?.isReady);
    assert.equal(supervisor.find("simulator")?.facts.port, port);
    assert.equal(await answers(port), 401);
  }, { children }));
