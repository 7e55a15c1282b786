import { z } from "zod";
import { turnActor } from "@/core/kernel/mod.ts";
import { analysis } from "@/core/protocol/analysis.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { resourceMonitor } from "@/core/protocol/resources.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { telegram } from "@/core/protocol/telegram.ts";
import { health, views } from "@/core/protocol/views.ts";
import { marketWatcher } from "@/core/protocol/watcher.ts";

export const notifierSpec = turnActor({
  protocol: notifier,
  uses: [telegram, scanner, resourceMonitor, views, health, analysis, marketWatcher],
  config: z.object({
    mode: z.enum(["dry"]),
    /** Chats that hear the news: ids of people, or 0 for the terminal. */
    recipients: z.array(z.int().min(0)).max(50),
  }),
  worker: import.meta.resolve("./worker.ts"),
});
