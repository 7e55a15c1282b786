import assert from "node:assert/strict";
import { collectOnceStarted } from "@/core/thread/heap.ts";
import meta from "../../../deno.json" with { type: "json" };
import { ManualClock } from "../../support/manual_clock.ts";

Deno.test("what loading left is collected once, when the start is over", async () => {
  const clock = new ManualClock();
  const collections: unknown[] = [];
  const exposed = globalThis as { gc?: (options: unknown) => void };
  exposed.gc = (options) => collections.push(options);
  try {
    collectOnceStarted(clock);
    assert.deepEqual(collections, []);
    await clock.advance(60_000);
    await clock.advance(60_000);
  } finally {
    delete exposed.gc;
  }
  assert.deepEqual(collections, [{ type: "major", flavor: "last-resort" }]);
});

Deno.test("with the flags of the start task the garbage of the start is given back", async () => {
  const words = meta.tasks.start.command.split(" ");
  const flags = words.find((word) => word.startsWith("--v8-flags=")) ?? "";
  const [given, kept] = await Promise.all([
    heapAfterStart(flags),
    heapAfterStart(flags.replace("--expose-gc,", "")),
  ]);
  assert.ok(given < kept - 1_000_000, `${given} bytes of heap beside ${kept}`);
});

const PROGRAM = `
  import { collectOnceStarted } from "@/core/thread/heap.ts";
  globalThis.loaded = Array.from({ length: 100_000 }, () => ({}));
  globalThis.loaded = null;
  collectOnceStarted({ after: (_, run) => run() });
  console.log(Deno.memoryUsage().heapUsed);`;

async function heapAfterStart(flags: string): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", flags, PROGRAM],
    cwd: new URL("../../../", import.meta.url),
  }).output();
  const bytes = Number(new TextDecoder().decode(stdout));
  assert.ok(bytes > 0);
  return bytes;
}
