import { z } from "zod";
import { LANGUAGES } from "@/core/protocol/languages.ts";
import { serviceActor } from "@/core/kernel/mod.ts";
import { analysis } from "@/core/protocol/analysis.ts";
import { health, views } from "@/core/protocol/views.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { marketWatcher } from "@/core/protocol/watcher.ts";
import { web } from "@/core/protocol/web.ts";

/** Listens on a free loopback port, which it reports; main streams requests to it. */
export const webSpec = serviceActor({
  protocol: web,
  uses: [views, health, analysis, marketWatcher, scanner],
  config: z.object({
    mode: z.enum(["dry"]),
    language: z.enum(LANGUAGES).default("en"),
    /** Whose filters the page shows: the one person the bot obeys, or 0 for whoever reads it. */
    reader: z.int().min(0).default(0),
  }),
  worker: import.meta.resolve("./worker.ts"),
  permissions: () => ({ net: ["127.0.0.1:0"] }),
});
