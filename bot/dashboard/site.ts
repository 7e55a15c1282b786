/** The server: a loopback port, a bound on what it does at once, and an orderly end. */

import type { ServiceContext } from "@/core/kernel/mod.ts";
import { handle } from "./handle.ts";
import { respondError } from "./respond.ts";
import { sourcesOf } from "./sources.ts";
import type { webSpec } from "./spec.ts";

export interface Site {
  /** Resolves when the server has ended. */
  readonly finished: Promise<void>;
  close(): Promise<void>;
}

/** Requests in the works; every one may keep main's database busy. */
const MAX_IN_FLIGHT = 64;

export function openSite(context: ServiceContext<typeof webSpec>): Site {
  const sources = sourcesOf(context);
  let inFlight = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (inFlight >= MAX_IN_FLIGHT) {
        const reason = `More than ${MAX_IN_FLIGHT} requests at once; try again in a moment`;
        return respondError(503, reason, { headers: { "retry-after": "1" } });
      }
      inFlight += 1;
      try {
        return await handle(request, sources, context.config);
      } finally {
        inFlight -= 1;
      }
    },
  );
  context.report({ port: server.addr.port });
  // Main's kept-alive connections would hold a shutdown open: the actor's stop ends it.
  context.signal.addEventListener("abort", () => void server.shutdown(), { once: true });
  return { finished: server.finished, close: () => server.finished };
}
