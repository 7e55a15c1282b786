import type { Host } from "@/core/kernel/host.ts";
import { processHost } from "@/core/hosts/process.ts";

/** What a process needs to find its modules, and nothing else. */
export function testProcessEnv(): Readonly<Record<string, string>> {
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  return { PATH, HOME, ...(DENO_DIR === undefined ? {} : { DENO_DIR }) };
}

export function testProcessHost(maxHeapMB = 96, maxResidentMB = maxHeapMB + 200): Host {
  return processHost({ maxHeapMB, maxResidentMB, env: testProcessEnv() });
}
