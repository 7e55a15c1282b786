/** One run of the server: started, ready, stopped or dead. */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { type CommandPlan, spawn } from "./command.ts";
import { readTextOr } from "./files.ts";
import { DIES_WITH_PARENT } from "./launcher.ts";
import type { Layout } from "./layout.ts";
import { LastLines } from "./last_lines.ts";

export interface ServerPlan extends Omit<CommandPlan, "words"> {
  readonly layout: Layout;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** Sized for one trader on 1 core and 1 GB; all that makes commits durable stays at its default. */
export const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  shared_buffers: "16MB",
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
/** A child of the server may outlive it for a moment, and holds its error stream. */
const LAST_WORDS_MS = 500;
const READY_LINE = 7;

export class Server {
  readonly pid: number;
  /** Resolves with the last words of the server when it has ended, for whatever reason. */
  readonly ended: Promise<string>;
  readonly #child: Deno.ChildProcess;
  readonly #clock: Clock;
  readonly #lastLines: LastLines;
  #running = true;

  private constructor(plan: ServerPlan) {
    this.#clock = plan.clock;
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
      if (!server.#running) throw failed(`it ended: ${await server.ended}`);
      if (plan.clock.monotonic() > until) {
        await server.stop();
        throw failed(`it was not ready after ${START_MS} ms: ${server.#lastLines.text}`);
      }
      await sleep(plan.clock, POLL_MS);
    }
    return server;
  }

  /** Ends open transactions, writes a last checkpoint, and is gone. */
  async stop(): Promise<void> {
    this.#signal("SIGINT");
    const harder = this.#clock.after(FAST_STOP_MS, () => this.#signal("SIGQUIT"));
    await this.ended;
    harder();
  }

  async #watch(): Promise<string> {
    const status = await this.#child.status;
    this.#running = false;
    const giveUp = this.#clock.after(LAST_WORDS_MS, () => void this.#lastLines.giveUp());
    await this.#lastLines.closed;
    giveUp();
    const how = status.signal === null ? `exit code ${status.code}` : status.signal;
    return [how, this.#lastLines.text].filter((part) => part !== "").join(", ");
  }

  #signal(signal: Deno.Signal): void {
    if (!this.#running) return;
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
