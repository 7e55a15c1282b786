import assert from "node:assert/strict";
import { child, group, supervise, type SuperviseOptions } from "@/core/kernel/mod.ts";
import { counter, counterSpec } from "@/tests/support/actors/counter.ts";
import definition from "@/tests/support/actors/counter_actor.ts";
import { testProcessEnv } from "@/tests/support/process_host.ts";

/** What the counter of a house says that has nothing else. */
async function count(
  host: "worker" | "process",
  options: Omit<SuperviseOptions, "random"> = {},
): Promise<number> {
  const children = [child(counterSpec, { host, config: () => ({ step: 1 }) })];
  const root = group("root", { intensity: { max: 0, withinMs: 60_000 }, children });
  const house = await supervise(root, { random: () => 0.5, ...options });
  await house.start();
  try {
    return (await house.ask(counter, "AddNow", { amount: 3 })).count;
  } finally {
    await house.stop(5_000);
  }
}

Deno.test("supervise() runs actors in workers, and keeps their state in memory", async () => {
  assert.equal(await count("worker"), 3);
});

Deno.test("supervise() runs an actor in a process where it is told how", async () => {
  assert.equal(await count("process", { processes: { maxHeapMB: 96, env: testProcessEnv() } }), 3);
});

Deno.test("supervise() refuses an actor in a process where it is not", async () => {
  await assert.rejects(count("process"), /^ActorError: Cannot place an actor in a process/);
});

Deno.test("supervise() runs actors in the caller's thread where it has their behaviours", async () => {
  const nowhere = { ...definition, spec: { ...counterSpec, worker: "nowhere:" } };
  assert.equal(await count("worker", { definitions: [nowhere] }), 3);
});

Deno.test("the kernel's door neither speaks nor takes a lock in a thread that is no actor's", async () => {
  const door = import.meta.resolve("@/core/kernel/mod.ts");
  const code = `
    import ${JSON.stringify(door)};
    const { held } = await navigator.locks.query();
    postMessage(held.map(({ name }) => name));
  `;
  const url = `data:application/typescript,${encodeURIComponent(code)}`;
  const worker = new Worker(url, { type: "module", name: "bystander" });
  const first = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
  worker.terminate();
  assert.deepEqual((first as string[]).filter((name) => name.includes("bystander")), []);
});
