/** Starts `house_program.ts` over a simulated market and reads what it says of itself. */

import meta from "../../../deno.json" with { type: "json" };
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { ALLOCATOR } from "@/core/process/guardian.ts";
import { withHome } from "@/tests/support/app.ts";

const ROOT = new URL("../../../", import.meta.url);
/** The flags of the daemon itself. */
const FLAGS = meta.tasks.start.command.split(" ").slice(1, -1);

export interface BenchHouse {
  readonly pid: number;
  text(path: string): Promise<string>;
  json<T>(path: string): Promise<T>;
}

export interface BenchOptions {
  readonly marketUrl: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `work` beside the daemon, in a home of its own that is removed afterwards. */
export async function withBenchHouse(
  { marketUrl, env = {} }: BenchOptions,
  work: (house: BenchHouse) => Promise<void>,
): Promise<void> {
  await withHome(async (home) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: [...FLAGS, "tests/bench/scan/house_program.ts"],
      cwd: ROOT,
      env: {
        ...ALLOCATOR,
        ...env,
        MARKETD_HOME: home,
        MARKETD_HTTP: "127.0.0.1:0",
        MARKETD_LOG: "json",
        DMARKET_API_URL: marketUrl,
        DMARKET_PUBLIC_KEY: DEMO_KEYS.publicKey,
        DMARKET_SECRET_KEY: DEMO_KEYS.secretKey,
      },
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    try {
      const http = await waitFor("run.json", async () => {
        const run = JSON.parse(await Deno.readTextFile(`${home}/run.json`));
        return String(run.http);
      }, 60_000);
      await waitFor("readiness", async () => (await fetch(`${http}/ready`)).ok, 60_000);
      await work({
        pid: child.pid,
        text: async (path) => await (await fetch(http + path)).text(),
        json: async (path) => await (await fetch(http + path)).json(),
      });
    } finally {
      child.kill("SIGTERM");
      await child.status;
    }
  });
}
