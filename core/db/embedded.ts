/**
 * A real Postgres with nothing to install: made under the home at the first start, reached through
 * a socket that is ours alone, restarted when it dies, and gone when this process is gone.
 */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { Address } from "./address.ts";
import { linkBinaries } from "./embedded/binaries.ts";
import { APPLICATION, dataOwner, prepareCluster } from "./embedded/cluster.ts";
import { type HomeLock, lockHome } from "./embedded/home_lock.ts";
import { launchers } from "./embedded/launcher.ts";
import { cleanUpLayout, layOut } from "./embedded/layout.ts";
import { clearPredecessor } from "./embedded/predecessor.ts";
import { Server, type ServerPlan } from "./embedded/server.ts";

export interface EmbeddedOptions {
  /** Folder that holds everything; made if missing. */
  readonly home: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Names the socket; a TCP port only where `settings` say listen_addresses. */
  readonly port?: number;
  /** Over the defaults in embedded/server.ts. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Off only where a test can afford to lose it all. */
  readonly durable?: boolean;
  /**
   * A server that runs and answers nobody for so long is killed and started again; default 30 s,
   * null: never.
   */
  readonly silentMs?: number | null;
}

const DEFAULT_PORT = 5432;
const FIRST_RESTART_MS = 50;
const LONGEST_RESTART_MS = 5_000;
/** Longer than a disk may stall; what was accepted waits meanwhile. */
const SILENT_MS = 30_000;

export class EmbeddedPostgres {
  readonly address: Address;
  readonly #plan: ServerPlan;
  readonly #lock: HomeLock;
  readonly #stopping = new AbortController();
  readonly #kept: Promise<void>;
  #server: Server;

  private constructor(plan: ServerPlan, server: Server, lock: HomeLock) {
    this.#plan = plan;
    this.#server = server;
    this.#lock = lock;
    this.address = plan.address;
    this.#kept = this.#keepRunning();
  }

  /**
   * Rejects with a kind `fatal` error that says what to do: `home-in-use`, `database-platform`,
   * `database-owner`, `database-init`, `database-start`, …
   */
  static async start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    const { clock, log } = options;
    await Deno.mkdir(options.home, { recursive: true, mode: 0o700 });
    const home = await Deno.realPath(options.home);
    const lock = await lockHome(home, new Date(clock.now()).toISOString());
    try {
      const plan = await prepare(home, options);
      const server = await Server.start(plan);
      log.debug("Embedded database is ready", { home, launcher: plan.launcher.name });
      return new EmbeddedPostgres(plan, server, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Process id of the server, for people and tests. */
  get pid(): number {
    return this.#server.pid;
  }

  /** Ends open transactions, stops the server and gives the home back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#server.stop();
    await this.#kept;
    await cleanUpLayout(this.#plan.layout);
    this.#lock.release();
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      const why = await this.#server.ended;
      if (signal.aborted) return;
      this.#plan.log.error("Embedded database died", { why });
      await this.#restart(signal);
      if (signal.aborted) return await this.#server.stop();
    }
  }

  async #restart(signal: AbortSignal): Promise<void> {
    for (let delayMs = FIRST_RESTART_MS; !signal.aborted; delayMs = longer(delayMs)) {
      await sleep(this.#plan.clock, delayMs, signal);
      if (signal.aborted) return;
      try {
        await clearPredecessor(this.#plan.layout, this.#plan.port, this.#plan.clock);
        this.#server = await Server.start(this.#plan);
        this.#plan.log.warn("Embedded database is back");
        return;
      } catch (error) {
        this.#plan.log.error("Embedded database does not start", { error });
      }
    }
  }
}

async function prepare(home: string, options: EmbeddedOptions): Promise<ServerPlan> {
  const { clock, log, durable = true, port = DEFAULT_PORT, silentMs = SILENT_MS } = options;
  const layout = await layOut(home, Deno.env.get("TMPDIR") ?? "/tmp");
  const binaries = await linkBinaries(layout);
  const ways = launchers({ uid: Deno.uid() ?? 0, dataOwner: await dataOwner(layout) });
  const launcher = await prepareCluster({ layout, binaries, launchers: ways, durable });
  const leftover = await clearPredecessor(layout, port, clock);
  if (leftover !== "none") log.warn("An earlier database was cleared away", { leftover });
  const settings = { ...(durable ? {} : CARELESS), ...options.settings };
  const address = socketAddress(`${layout.socketFolder}/.s.PGSQL.${port}`, port);
  return { layout, binaries, launcher, clock, log, settings, port, address, silentMs };
}

/** Shared memory in files of the data folder goes with it, however the server ended. */
const CARELESS = { fsync: "off", full_page_writes: "off", dynamic_shared_memory_type: "mmap" };

function longer(delayMs: number): number {
  return Math.min(delayMs * 2, LONGEST_RESTART_MS);
}

function socketAddress(socketPath: string, port: number): Address {
  return {
    socketPath,
    host: "localhost",
    port,
    user: APPLICATION,
    password: "",
    database: APPLICATION,
    tls: "disable",
    rootCertificates: null,
    serverOptions: null,
    applicationName: "marketd",
  };
}
