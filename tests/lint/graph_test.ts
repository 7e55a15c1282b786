import assert from "node:assert/strict";
import { findCycle, importGraph, type Imports, loadedBy, sourceFiles } from "./graph.ts";
import { importFault, roomOf } from "./rooms.ts";

const sources = await sourceFiles("core", "actors", "bot");
const [graph] = await Promise.allSettled([importGraph(sources)]);

/** The graph, or the reason why there is none, as the failure of each test that needs it. */
function wholeGraph(): ReadonlyMap<string, Imports> {
  if (graph.status === "rejected") throw graph.reason;
  return graph.value;
}

const workers = sources.filter((path) => path.endsWith("/worker.ts") && !path.startsWith("core/"));

Deno.test("the graph holds every source file", () => {
  const graph = wholeGraph();
  for (const path of sources) assert.ok(graph.has(path), path);
});

Deno.test("every file lies in a room and imports only what its room may", () => {
  for (const [path, { files, packages }] of wholeGraph()) {
    for (const target of files.keys()) assert.equal(importFault(path, target, true), null);
    for (const target of packages.keys()) assert.equal(importFault(path, target, false), null);
  }
});

Deno.test("no two rooms import each other, directly or around corners", () => {
  const rooms = new Map<string, Set<string>>();
  for (const [path, { files }] of wholeGraph()) {
    const from = roomOf(path)?.at ?? path;
    const targets = rooms.get(from) ?? new Set();
    for (const target of files.keys()) {
      const to = roomOf(target)?.at ?? target;
      if (to !== from) targets.add(to);
    }
    rooms.set(from, targets);
  }
  assert.equal(findCycle(rooms), null);
});

Deno.test("no two files need each other to run", () => {
  const edges = new Map(
    Array.from(wholeGraph(), ([path, { files }]) => {
      return [path, [...files].filter(([, isCode]) => isCode).map(([target]) => target)];
    }),
  );
  assert.equal(findCycle(edges), null);
});

/** Packages an actor's worker may load; whatever else it loads costs memory and trust. */
const WORKER_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "bot/telegram/worker.ts": ["grammy", "zod"],
};
const USUAL_PACKAGES = ["zod"];

/** Rooms and files that only main may load. */
const MAIN_ONLY = [
  "core/config",
  "core/daemon",
  "core/db",
  "core/gateway",
  "core/hosts",
  "core/outbox",
  "core/process",
  "core/supervision",
];

for (const worker of workers) {
  Deno.test(`${worker} loads only what it needs`, () => {
    const graph = wholeGraph();
    const allowed = WORKER_PACKAGES[worker] ?? USUAL_PACKAGES;
    const home = roomOf(worker)?.at ?? worker;
    for (const path of loadedBy(worker, graph)) {
      for (const [name, isCode] of graph.get(path)?.packages ?? []) {
        const fine = !isCode || allowed.includes(name) || name.startsWith("node:");
        assert.ok(fine, `${name} through ${path}`);
      }
      const room = roomOf(path)?.at ?? path;
      assert.ok(!MAIN_ONLY.includes(room) && !MAIN_ONLY.includes(path), path);
      const isForeign = /^(?:actors|bot)\//.test(room) && room !== home && room !== "bot/texts";
      assert.ok(!isForeign, `${path} belongs to another actor`);
    }
  });
}

Deno.test("findCycle() names the stations of a cycle", () => {
  const edges = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]], ["d", []]]);
  assert.deepEqual(findCycle(edges), ["b", "c", "b"]);
  assert.equal(findCycle(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), null);
});
