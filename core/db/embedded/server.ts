/** One run of the server: started, ready, stopped or dead. */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { Address } from "../address.ts";
import { type CommandPlan, spawn } from "./command.ts";
import { killFamily } from "./family.ts";
import { readTextOr } from "./files.ts";
import { DIES_WITH_PARENT } from "./launcher.ts";
import type { Layout } from "./layout.ts";
import { LastLines } from "./last_lines.ts";
import { answers, isSilent } from "./watchdog.ts";

export interface ServerPlan extends Omit<CommandPlan, "words"> {
  readonly layout: Layout;
  readonly port: number;
  readonly address: Address;
  readonly settings: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Silent for so long, it is killed; null: never. */
  readonly silentMs: number | null;
}

/** Sized for one trader on 1 core and 1 GB; all that makes commits durable stays at its default. */
export const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  shared_buffers: "8MB",
  max_connections: "30",
  wal_level: "minimal",
  max_wal_senders: "0",
  io_method: "sync",
  max_logical_replication_workers: "0",
  max_worker_processes: "0",
  max_parallel_workers: "0",
  autovacuum_max_workers: "1",
  jit: "off",
  min_wal_size: "32MB",
  max_wal_size: "256MB",
  // One call instead of one per file after a kill: the same guarantee, a fifth of the time.
  recovery_init_sync_method: "syncfs",
  huge_pages: "off",
  // What the server says about itself, never the text of a statement.
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_checkpoints: "off",
  timezone: "UTC",
  log_timezone: "UTC",
};

const POLL_MS = 3;
/** Recovery after a power cut reads up to `max_wal_size` again. */
const START_MS = 60_000;
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;
/** A child of the server may outlive it for a moment, and holds its error stream. */
const LAST_WORDS_MS = 500;
const READY_LINE = 7;

export class Server {
  readonly pid: number;
  /** Resolves with the last words of the server when it has ended, for whatever reason. */
  readonly ended: Promise<string>;
  readonly #child: Deno.ChildProcess;
  readonly #plan: ServerPlan;
  readonly #lastLines: LastLines;
  readonly #over = new AbortController();
  #guarding: Promise<void> = Promise.resolve();

  private constructor(plan: ServerPlan) {
    this.#plan = plan;
    this.#child = spawn({ ...plan, words: words(plan) });
    this.pid = this.#child.pid;
    this.#lastLines = new LastLines(this.#child.stderr);
    this.ended = this.#watch();
  }

  /** Resolves when the server accepts connections; rejects with its own last words. */
  static async start(plan: ServerPlan): Promise<Server> {
    const server = new Server(plan);
    const until = plan.clock.monotonic() + START_MS;
    while (!await server.#isReady(plan.layout)) {
      if (!server.#isRunning) throw failed(`it ended: ${await server.ended}`);
      if (plan.clock.monotonic() > until) {
        await server.stop();
        throw failed(`it was not ready after ${START_MS} ms: ${server.#lastLines.text}`);
      }
      await sleep(plan.clock, POLL_MS);
    }
    server.#guarding = server.#guard();
    return server;
  }

  /** Ends open transactions, writes a last checkpoint, and is gone. */
  async stop(): Promise<void> {
    const { clock } = this.#plan;
    this.#signal("SIGINT");
    const harder = clock.after(FAST_STOP_MS, () => this.#signal("SIGQUIT"));
    const hardest = clock.after(FAST_STOP_MS + IMMEDIATE_STOP_MS, () => void this.#kill());
    await this.ended;
    harder();
    hardest();
    await this.#guarding;
  }

  get #isRunning(): boolean {
    return !this.#over.signal.aborted;
  }

  /** Ends it when it lives and answers nobody. */
  async #guard(): Promise<void> {
    const { address, clock, log, silentMs } = this.#plan;
    if (silentMs === null) return;
    const asks = (timeoutMs: number) => answers(address, { clock, timeoutMs });
    if (!await isSilent({ clock, asks, silentMs, signal: this.#over.signal })) return;
    log.error("Embedded database is frozen and will be killed", { pid: this.pid, silentMs });
    await this.#kill();
  }

  async #watch(): Promise<string> {
    const status = await this.#child.status;
    this.#over.abort();
    const giveUp = this.#plan.clock.after(LAST_WORDS_MS, () => void this.#lastLines.giveUp());
    await this.#lastLines.closed;
    giveUp();
    const how = status.signal === null ? `exit code ${status.code}` : status.signal;
    return [how, this.#lastLines.text].filter((part) => part !== "").join(", ");
  }

  async #kill(): Promise<void> {
    if (this.#isRunning) await killFamily(this.pid);
  }

  #signal(signal: Deno.Signal): void {
    if (!this.#isRunning) return;
    try {
      this.#child.kill(signal);
    } catch (error) {
      // Ended between the check and the signal.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async #isReady(layout: Layout): Promise<boolean> {
    const lines = (await readTextOr(`${layout.data}/postmaster.pid`, "")).split("\n");
    return Number(lines[0]) === this.pid && lines[READY_LINE]?.trim() === "ready";
  }
}

function words(plan: ServerPlan): string[] {
  const { binaries, layout, port } = plan;
  const settings = { ...SETTINGS, ...plan.settings };
  return [
    ...DIES_WITH_PARENT,
    ...[binaries.postgres, "-D", layout.data, "-k", layout.socketFolder, "-p", String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

function failed(why: string): ActorError {
  return new ActorError("fatal", "database-start", `Cannot start the embedded database: ${why}`);
}
