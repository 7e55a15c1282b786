import type { Host } from "@/core/kernel/host.ts";
import { processHost } from "@/core/hosts/process.ts";

/** Actors in processes that find their modules and nothing else. */
export function testProcessHost(maxHeapMB = 96, maxResidentMB = maxHeapMB + 200): Host {
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  const env = { PATH, HOME, ...(DENO_DIR === undefined ? {} : { DENO_DIR }) };
  return processHost({ maxHeapMB, maxResidentMB, env });
}
