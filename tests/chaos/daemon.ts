/** The real daemon under test: started, broken in every way, and waited for. */

import { childrenOf } from "@/core/db/embedded/family.ts";
import { sleep, systemClock } from "@/core/kernel/clock.ts";
import { App, postmasterPid } from "@/tests/support/app.ts";
import { freeze, isAlive } from "@/tests/support/processes.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { isHandled, sessionPid } from "./evidence.ts";
import { ALONE, type FatalDeath, type Kill } from "./plan.ts";

interface ActorView {
  readonly status: string;
  readonly incarnation: number;
  /** ISO 8601. */
  readonly lastExit: { readonly at: string } | null;
}
interface HealthView {
  readonly zombies: number;
  readonly actors: Readonly<Record<string, ActorView>>;
}

/** How a kill was survived. */
export interface Recovery {
  /** From the blow to readiness: of the actor, or of the whole. */
  readonly ms: number;
  /** From SIGTERM to the end, where there was one. */
  readonly stopMs?: number;
}

const RECOVERY_TIMEOUT_MS = 60_000;
/** One thread too many, and the process ends within this; otherwise it goes on. */
const ORDERLY_END_MS = 10_000;
/** Long enough that calls to the server are under way, shorter than the lease. */
const FREEZE_MS = 1_500;

export class Daemon {
  readonly home: string;
  readonly #env: Readonly<Record<string, string>>;
  #app: App | null = null;
  #ended = false;

  /** `env` fixes the port, so that a start by the guardian is found where the last one was. */
  constructor(home: string, env: Readonly<Record<string, string>>) {
    this.home = home;
    this.#env = env;
  }

  get app(): App {
    if (this.#app === null) throw new Error("The daemon was not started");
    return this.#app;
  }

  async start(): Promise<void> {
    const app = new App({ home: this.home, env: this.#env, through: "task" });
    this.#app = app;
    this.#ended = false;
    app.exited.then(() => {
      if (this.#app === app) this.#ended = true;
    });
    await app.ready();
  }

  async stop(): Promise<number> {
    return await this.app.stop();
  }

  /** Leaves nothing running. */
  async kill(): Promise<void> {
    if (!this.#ended) await this.app.killAll();
  }

  /** Names of the actors that can be broken. */
  async actors(): Promise<string[]> {
    return Object.keys((await this.#health()).actors);
  }

  /**
   * Strikes, waits until everything works again, and says how long that took. `command` says
   * something to the daemon and returns the id of the message.
   */
  async suffer({ kind, actor }: Kill, command: () => number): Promise<Recovery> {
    switch (kind) {
      case "everything":
        return await this.#afterDeath(() => this.app.killAll());
      case "daemon":
        return await this.#afterDeath((pid) => Deno.kill(pid, "SIGKILL"));
      case "postgres":
        return await this.#afterServerDeath(command);
      case "backend":
        return await this.#afterSessionDeath(command);
      case "freeze":
        return await this.#afterFreeze(command);
      case "term":
        return await this.#afterTerm();
      case "hang":
      case "oom":
        return await (actor === ALONE ? this.#afterLonely(kind) : this.#afterFatal(actor, kind));
      case "child":
        return await this.#afterActorDeath(actor, () => this.#killChild());
      default:
        return await this.#afterActorDeath(actor, (name) => this.#break(name, kind));
    }
  }

  async #break(actor: string | null, how: string): Promise<void> {
    const { status } = await this.app.post(`/debug/actors/${actor}/${how}`);
    if (status !== 202) throw new Error(`Breaking ${actor} by ${how} was answered ${status}`);
  }

  async #afterDeath(strike: (pid: number) => Promise<void> | void): Promise<Recovery> {
    const pid = await wardOf(this.app.pid);
    const startedAt = performance.now();
    await strike(pid);
    await this.#startedAgain(pid);
    return { ms: performance.now() - startedAt };
  }

  /**
   * Some threads that cannot be ended are tolerated, so the actor is struck again each time it was
   * replaced, until the process ends. Each verdict has its own patience: what counts here is what
   * follows the end. Memory may last longer than the patience; then it is a hang as well.
   */
  async #afterFatal(actor: string | null, how: FatalDeath): Promise<Recovery> {
    const pid = await wardOf(this.app.pid);
    const ended = () => !isAlive(pid);
    while (!ended()) {
      await this.#strikeFatally(actor ?? "", how, ended).catch((error) => {
        if (!ended()) throw error;
      });
    }
    const startedAt = performance.now();
    await this.#startedAgain(pid);
    return { ms: performance.now() - startedAt };
  }

  async #strikeFatally(name: string, how: FatalDeath, ended: () => boolean): Promise<void> {
    await waitFor(`${name} to be ready`, async () => {
      return ended() || (await this.#health()).actors[name]?.status === "ready";
    }, RECOVERY_TIMEOUT_MS);
    if (ended()) return;
    const { zombies } = await this.#health();
    await this.#break(name, how);
    await waitFor("the count of threads that cannot be ended", async () => {
      return ended() || (await this.#health()).zombies > zombies;
    }, RECOVERY_TIMEOUT_MS);
    await waitFor("the end of the process", ended, ORDERLY_END_MS).catch(() => {});
  }

  /** By its guardian, or by us where that died too. */
  async #startedAgain(dead: number): Promise<void> {
    await waitFor("the end of the process", () => !isAlive(dead), RECOVERY_TIMEOUT_MS);
    const { app } = this;
    if (this.#ended) return await this.start();
    await app.until("readiness", () => this.#isReady(), RECOVERY_TIMEOUT_MS);
  }

  async #afterTerm(): Promise<Recovery> {
    const signalledAt = performance.now();
    const code = await this.app.stop();
    if (code !== 0) throw new Error(`SIGTERM ended the daemon with ${code}`);
    const startedAt = performance.now();
    await this.start();
    return { ms: performance.now() - startedAt, stopMs: startedAt - signalledAt };
  }

  async #afterActorDeath(
    actor: string | null,
    strike: (name: string) => Promise<void>,
  ): Promise<Recovery> {
    const name = actor ?? "";
    const before = await this.#untilReady(name);
    const startedAt = performance.now();
    await strike(name);
    await this.app.until(`${name} after its death`, async () => {
      const now = (await this.#health()).actors[name];
      return now !== undefined && now.status === "ready" && now.incarnation > before.incarnation;
    }, RECOVERY_TIMEOUT_MS);
    return { ms: performance.now() - startedAt };
  }

  /** What ends the whole daemon elsewhere ends this one actor; counted from that end. */
  async #afterLonely(how: FatalDeath): Promise<Recovery> {
    await this.#afterActorDeath(ALONE, (name) => this.#break(name, how));
    const { lastExit } = (await this.#health()).actors[ALONE] ?? {};
    return { ms: Date.now() - Date.parse(lastExit?.at ?? "") };
  }

  async #killChild(): Promise<void> {
    const child = await childWith(await wardOf(this.app.pid), "process_entry.ts");
    if (child === null) throw new Error("No actor has a process to itself");
    Deno.kill(child, "SIGKILL");
  }

  async #afterServerDeath(command: () => number): Promise<Recovery> {
    const server = await this.#server();
    const startedAt = performance.now();
    Deno.kill(server, "SIGKILL");
    return await this.#handled(command(), startedAt);
  }

  /** The server takes it for a broken memory, ends all sessions and recovers. */
  async #afterSessionDeath(command: () => number): Promise<Recovery> {
    const session = await sessionPid(this.home);
    const startedAt = performance.now();
    Deno.kill(session, "SIGKILL");
    return await this.#handled(command(), startedAt);
  }

  /** What counts is what follows the waking. */
  async #afterFreeze(command: () => number): Promise<Recovery> {
    const server = await this.#server();
    const wake = await freeze(server);
    const id = command();
    try {
      await sleep(systemClock, FREEZE_MS);
    } finally {
      wake();
    }
    return await this.#handled(id, performance.now());
  }

  async #untilReady(name: string): Promise<ActorView> {
    return await this.app.until(`${name} to be ready`, async () => {
      const now = (await this.#health()).actors[name];
      return now?.status === "ready" && now;
    });
  }

  async #server(): Promise<number> {
    const pid = await postmasterPid(this.home);
    if (pid === null) throw new Error("There is no database to strike");
    return pid;
  }

  /** Back when the turn on a command that was said after the blow is stored. */
  async #handled(command: number, startedAt: number): Promise<Recovery> {
    await this.app.until(
      "a turn after the blow",
      () => isHandled(this.home, command),
      RECOVERY_TIMEOUT_MS,
    );
    return { ms: performance.now() - startedAt };
  }

  async #isReady(): Promise<boolean> {
    return (await this.app.get("/ready")).ok;
  }

  async #health(): Promise<HealthView> {
    return await this.app.json<HealthView>("/health");
  }
}

/** The daemon under the guardian `pid`. */
export function wardOf(pid: number): Promise<number> {
  return waitFor("the daemon", () => childWith(pid, "guarded.ts"));
}

/** The child of `pid` that runs `program`; null where there is none. */
async function childWith(pid: number, program: string): Promise<number | null> {
  for (const child of await childrenOf(pid)) {
    const words = await Deno.readTextFile(`/proc/${child}/cmdline`).catch(() => "");
    // Between fork and exec it still has the words of its parent's helper.
    if (words.includes(program) && !words.startsWith("setpriv")) return child;
  }
  return null;
}
