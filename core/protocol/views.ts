/** Read-only views, served by main from its database and its supervisor. */

import { z } from "zod";
import { protocol, request } from "@/core/kernel/mod.ts";

const page = z.object({
  limit: z.int().min(1).max(500),
  cursor: z.string().max(200).nullable(),
});
const rows = z.object({
  /** Rows ready to be shown as JSON; newest first. */
  items: z.array(z.record(z.string(), z.unknown())).max(500),
  next: z.string().nullable(),
});

export const views = protocol("views", {
  Opportunities: request({ body: page, reply: rows }),
  Scans: request({ body: page, reply: rows }),
  Targets: request({ body: page, reply: rows }),
});

/** The body of GET /health; its shape is fixed in docs and checked where it is made. */
export const health = protocol("health", {
  Snapshot: request({ body: z.object({}), reply: z.record(z.string(), z.unknown()) }),
});
