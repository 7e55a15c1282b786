/** Starts the real main.ts as a child process, the way a person would, and watches it. */

import meta from "../../deno.json" with { type: "json" };
import { ALLOCATOR } from "@/core/process/guardian.ts";
import { isAlive } from "./processes.ts";
import { waitFor } from "./wait.ts";

const ROOT = new URL("../../", import.meta.url);
/** What `deno task start` runs, flags included, without the guardian. */
const BARE = meta.tasks.start.command.replace("core/process/guarded.ts", "main.ts");
const START_TIMEOUT_MS = 30_000;

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly category?: string;
  readonly actor?: string;
  readonly [name: string]: unknown;
}

export interface AppOptions {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `task`: through `deno task start`, as the README says; default: main.ts itself. */
  readonly through?: "task" | "main";
}

/** A running daemon; `output` is everything it printed. */
export class App {
  readonly home: string;
  readonly child: Deno.ChildProcess;
  readonly exited: Promise<Deno.CommandStatus>;
  stdout = "";
  stderr = "";
  #http: string | null = null;
  #pid: number | null = null;
  readonly #drained: Promise<void>[];

  constructor(options: AppOptions) {
    this.home = options.home;
    const args = options.through === "task" ? ["task", "start"] : BARE.split(" ").slice(1);
    this.child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      clearEnv: true,
      env: {
        ...ALLOCATOR,
        ...inherited(),
        MARKETD_HOME: this.home,
        MARKETD_HTTP: "127.0.0.1:0",
        ...options.env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // An own process group, so that a Ctrl-C can be sent to all of it and to nobody else.
      detached: true,
    }).spawn();
    this.#drained = [
      drain(this.child.stdout, (text) => this.stdout += text),
      drain(this.child.stderr, (text) => this.stderr += text),
    ];
    this.exited = this.child.status.then(async (status) => {
      await Promise.all(this.#drained);
      return status;
    });
  }

  get output(): string {
    return `${this.stdout}\n${this.stderr}`;
  }
  get lines(): readonly LogLine[] {
    return this.stdout.split("\n").flatMap((line) => {
      try {
        return [JSON.parse(line) as LogLine];
      } catch {
        return [];
      }
    });
  }
  /** The process that takes the signals. */
  get pid(): number {
    if (this.#pid === null) throw new Error("The app has not started");
    return this.#pid;
  }
  get url(): string {
    if (this.#http === null) throw new Error("The app has not started");
    return this.#http;
  }

  /** Resolves when `/ready` says so. */
  async ready(): Promise<this> {
    await this.listening();
    await this.until("readiness", async () => (await this.get("/ready")).ok);
    return this;
  }

  /** Resolves when a daemon that its guardian started anew is ready, wherever it listens now. */
  async reopen(): Promise<this> {
    await this.until("the next daemon", async () => {
      const run = JSON.parse(await Deno.readTextFile(`${this.home}/run.json`));
      if (run.http === this.#http) return false;
      this.#http = run.http;
      return true;
    });
    return await this.ready();
  }

  /** Resolves when run.json names this very process. */
  async listening(): Promise<this> {
    await this.until("run.json", async () => {
      const run = JSON.parse(await Deno.readTextFile(`${this.home}/run.json`));
      if (this.#isStale(run.pid)) return false;
      this.#http = run.http;
      this.#pid = run.pid;
      return true;
    });
    return this;
  }

  /** Waits for a condition; fails at once, with the output, when the app ends before it. */
  async until<T>(
    what: string,
    probe: () => T | Promise<T>,
    timeoutMs = START_TIMEOUT_MS,
  ): Promise<NonNullable<Exclude<T, false>>> {
    let ended: Deno.CommandStatus | null = null;
    this.exited.then((status) => ended = status);
    try {
      return await waitFor(what, () => {
        if (ended !== null) return Promise.resolve("ended" as never);
        return probe();
      }, timeoutMs).then((value) => {
        if (ended !== null && (value as unknown) === "ended") {
          throw new Error(`The app ended with ${JSON.stringify(ended)} before ${what}`);
        }
        return value;
      });
    } catch (cause) {
      throw new Error(`No ${what}. The app printed:\n${this.output.slice(-6_000)}`, { cause });
    }
  }

  async get(path: string, init: RequestInit = {}): Promise<Response & { body: never }> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    return new Response(text, response) as Response & { body: never };
  }
  async json<T = Record<string, unknown>>(path: string, init: RequestInit = {}): Promise<T> {
    return await (await fetch(this.url + path, init)).json() as T;
  }
  async post(path: string, body: unknown = {}): Promise<{ status: number; body: unknown }> {
    const init = { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(this.url + path, init);
    return { status: response.status, body: await response.json() };
  }

  signal(signal: Deno.Signal): void {
    Deno.kill(this.pid, signal);
  }
  /** To the whole process group, as a terminal does. */
  signalGroup(signal: Deno.Signal): void {
    Deno.kill(-this.child.pid, signal);
  }

  /** Kills everything at once: the app's group and the database, which has a group of its own. */
  async killAll(): Promise<void> {
    const postmaster = await postmasterPid(this.home);
    // It may have ended a moment ago, and its group with it.
    killQuietly(-this.child.pid);
    if (postmaster !== null) killQuietly(postmaster);
    await this.exited;
  }

  /** Stops in good order and returns the exit code. */
  async stop(): Promise<number> {
    if (this.#pid === null) this.signalGroup("SIGKILL");
    else killQuietly(this.#pid, "SIGTERM");
    return (await this.exited).code;
  }

  #isStale(pid: unknown): boolean {
    // Through `deno task` the program is a child of the one we started.
    return typeof pid !== "number" || !isAlive(pid);
  }
}

/** A new home for one test, removed afterwards together with whatever still runs there. */
export async function withHome(test: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "marketd-test-" });
  try {
    await test(home);
  } finally {
    const postmaster = await postmasterPid(home);
    if (postmaster !== null) killQuietly(postmaster);
    await waitFor("the home to be removed", async () => {
      await Deno.remove(home, { recursive: true });
      return true;
    });
  }
}

/** Runs `test` with a started app and makes sure that nothing of it is left. */
export async function withApp(
  options: AppOptions,
  test: (app: App) => Promise<void>,
): Promise<void> {
  const app = new App(options);
  let ended = false;
  app.exited.then(() => ended = true);
  try {
    await test(app);
  } finally {
    if (!ended) await app.killAll();
    await app.exited;
  }
}

export async function postmasterPid(home: string): Promise<number | null> {
  for await (const path of postmasterFiles(home)) {
    const pid = Number((await Deno.readTextFile(path)).split("\n")[0]);
    if (pid > 1 && isAlive(pid)) return pid;
  }
  return null;
}

async function* postmasterFiles(folder: string, depth = 0): AsyncGenerator<string> {
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.name === "postmaster.pid") yield path;
      else if (entry.isDirectory && depth < 2) yield* postmasterFiles(path, depth + 1);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function killQuietly(pid: number, signal: Deno.Signal = "SIGKILL"): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function inherited(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ["PATH", "HOME", "DENO_DIR", "TMPDIR", "DENO_COVERAGE_DIR"]) {
    const value = Deno.env.get(name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

async function drain(
  stream: ReadableStream<Uint8Array>,
  take: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }));
}
