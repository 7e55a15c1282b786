// deno-lint-ignore-file no-console -- this program talks to people
import { child, group, supervise } from "@/core/kernel/mod.ts";
import { counter, counterSpec } from "./counter.ts";

const restarted = Promise.withResolvers<void>();
const children = [child(counterSpec, { config: () => ({}) })];
const root = group("root", { intensity: { max: 3, withinMs: 60_000 }, children });
const house = await supervise(root, {
  random: Math.random,
  onEvent: (event) => event.is === "ready" && event.incarnation === 2 && restarted.resolve(),
});
await house.start();
console.log(await house.ask(counter, "Add", { amount: 5 })); // { total: 5, life: 1 }
house.find("counter")?.chaos("throw"); // the thread dies, the state does not
await restarted.promise;
console.log(await house.ask(counter, "Add", { amount: 2 })); // { total: 7, life: 2 }
await house.stop(5_000);
