import { z } from "zod";
import { serviceActor } from "@/core/kernel/mod.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { resourceMonitor, resources } from "@/core/protocol/resources.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { signer } from "@/core/protocol/signer.ts";

/** Samples through main, for a worker may not read /proc; touches nothing itself. */
export const resourceMonitorSpec = serviceActor({
  protocol: resourceMonitor,
  uses: [resources, signer, scanner, notifier],
  config: z.object({ intervalMs: z.int().min(10).max(3_600_000).default(30_000) }),
  worker: import.meta.resolve("./worker.ts"),
});
