/** A real Postgres for tests: fast because it forgets everything, and gone with its process. */

import { EmbeddedPostgres } from "@/core/db/embedded.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import type { Log } from "@/core/kernel/log.ts";
import { makeFastFolder } from "./fast_folder.ts";

/** Names the shared server to the tests; without it every test file starts its own. */
export const TEST_DATABASE_URL = "MARKETD_TEST_DATABASE_URL";

export interface SharedTestServer {
  /** For {@link TEST_DATABASE_URL}. */
  readonly url: string;
  readonly pid: number;
  readonly home: string;
  stop(): Promise<void>;
}

export const quietLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

/** One server for a whole test run; nothing of it survives `stop`. */
export async function startSharedTestServer(): Promise<SharedTestServer> {
  const home = await makeFastFolder("marketd-test-");
  const server = await EmbeddedPostgres.start({
    home,
    clock: systemClock,
    log: quietLog,
    durable: false,
    // Its questions would be taken for leaks of whichever test is running.
    silentMs: null,
    settings: { max_connections: "400", shared_buffers: "64MB", synchronous_commit: "on" },
  });
  return {
    url: socketUrl(server),
    pid: server.pid,
    home,
    stop: async () => {
      await server.stop();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** The URL of an embedded server, as `DATABASE_URL` takes it. */
export function socketUrl({ address }: EmbeddedPostgres): string {
  const folder = address.socketPath?.replace(/\/[^/]*$/, "") ?? "";
  return `postgres://${address.user}@localhost/${address.database}?host=${
    encodeURIComponent(folder)
  }`;
}
