/**
 * The guardian: this very program as a tiny parent process. It starts the daemon, passes signals
 * on, and starts the daemon again when it crashed or asked for it, because some failures only a new
 * process mends: a thread that cannot be ended, memory that ran out, a kill from outside. Where a
 * service manager or a container does that work there is none.
 *
 * It is imported before anything else is: what it imports costs memory for the daemon's whole life.
 */

import { tiedToParent } from "@/core/hosts/tie.ts";
import { type Clock, sleep, systemClock } from "@/core/kernel/clock.ts";
import { EXIT } from "./exit_codes.ts";
import { watchSignals } from "./signals.ts";

/** Set for the daemon: the process id of its guardian. */
export const GUARDED = "MARKETD_GUARDED";
/** Set by people: `on` or `off`; otherwise the surroundings decide. */
export const GUARDIAN = "MARKETD_GUARDIAN";

/**
 * For the C library of the daemon: every thread beyond two would get a heap of its own, which keeps
 * what modules took while they loaded. And it would raise this threshold, named here as it is at
 * first, with every large buffer that is freed: soon the largest would be cut out of the heaps, and
 * leave holes there. Whoever sets the variables knows better.
 */
export const ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_TRIM_THRESHOLD_: "131072",
};

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 30_000;
/** A run of this length ends a row of failures. */
const HEALTHY_MS = 60_000;
/** The daemon's own stop takes at most 10 s; one that is not gone by then never will be. */
const STOP_MS = 15_000;
/** After a second signal. */
const FORCE_MS = 1_000;

// ---- decisions ----------------------------------------------------------------------------------

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly parentPid: number;
  readonly isContainer: boolean;
}

/** Process id of the guardian that runs us; null when there is none. */
export function guardianOf({ env, parentPid }: Surroundings): number | null {
  // A variable that somebody else inherited names a process that is not the parent.
  return env[GUARDED] === String(parentPid) ? parentPid : null;
}

/**
 * Whether this process should become a guardian. Being somewhere below a service or inside a
 * container is not enough: a shell in a container and a terminal on a desktop restart nobody.
 */
export function needsGuardian(surroundings: Surroundings): boolean {
  if (guardianOf(surroundings) !== null) return false;
  const choice = surroundings.env[GUARDIAN];
  if (choice === "on" || choice === "off") return choice === "on";
  return !isService(surroundings) && !isContainerRoot(surroundings);
}

function isService({ env, pid, parentPid }: Surroundings): boolean {
  if (env.NOTIFY_SOCKET !== undefined) return true;
  if (env.INVOCATION_ID === undefined) return false;
  // Inherited by every process of the unit; systemd 248 and newer say which one they started.
  const started = env.SYSTEMD_EXEC_PID;
  return started === undefined || started === String(pid) || started === String(parentPid);
}

/** The first process of a container, or started by its init. */
function isContainerRoot({ pid, parentPid, isContainer }: Surroundings): boolean {
  return pid === 1 || isContainer && parentPid === 1;
}

/** How the daemon ended; `code` is 128 + n for signal n. */
export interface Ended {
  readonly code: number;
  readonly signal: string | null;
}

export type AfterEnd =
  | { readonly do: "exit"; readonly code: number }
  | { readonly do: "restart"; readonly delayMs: number; readonly inARow: number };

/** Ends that a new start would not change, and those that somebody wished. */
const FINAL: ReadonlySet<number> = new Set([
  EXIT.clean,
  EXIT.configuration,
  EXIT.leaseLost,
  EXIT.cutOff,
  EXIT.secondSignal,
  // SIGHUP and SIGTERM, sent to the daemon itself before it listens.
  129,
  143,
]);

/** What follows an end that no signal to the guardian asked for; `inARow` counts earlier failures. */
export function judgeEnd(code: number, ranForMs: number, inARow: number): AfterEnd {
  if (FINAL.has(code)) return { do: "exit", code };
  const before = ranForMs >= HEALTHY_MS ? 0 : inARow;
  const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** before);
  return { do: "restart", delayMs, inARow: before + 1 };
}

/** Exit code once a stop was asked for: a daemon that our signal met before it listened was clean. */
function codeOfStop({ code, signal }: Ended): number {
  return signal === "SIGTERM" || signal === "SIGINT" ? EXIT.clean : code;
}

// ---- keeping it running -------------------------------------------------------------------------

/** One run of the daemon. */
export interface Ward {
  /** Never rejects. */
  readonly ended: Promise<Ended>;
  /** Does nothing once it has ended. */
  kill(signal: Deno.Signal): void;
}

export interface GuardOptions {
  /** Throws where the program cannot be started at all. */
  readonly start: () => Ward;
  readonly clock: Clock;
  /** Hears of restarts, a line each. */
  readonly say: (line: string) => void;
  /** Starts passing signals to the listener; the returned function ends it. */
  readonly listen: (listener: SignalListener) => () => void;
}

export interface SignalListener {
  onStop(signal: Deno.Signal): void;
  /** A second signal, after the echoes of the first. */
  onForce(signal: Deno.Signal): void;
}

/** Runs until the daemon ends for good; resolves to the exit code. */
export async function keepRunning({ start, clock, say, listen }: GuardOptions): Promise<number> {
  const stopping = new AbortController();
  let ward: Ward | null = null;
  let killAt = Infinity;
  let cancel = () => {};
  const pass = (signal: Deno.Signal, patienceMs: number) => {
    const passedTo = ward;
    stopping.abort();
    passedTo?.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
    // Somebody who presses Ctrl-C again and again must not put it off.
    const dueAt = clock.monotonic() + patienceMs;
    if (dueAt >= killAt) return;
    killAt = dueAt;
    cancel();
    cancel = clock.after(patienceMs, () => passedTo?.kill("SIGKILL"));
  };
  const unlisten = listen({
    onStop: (signal) => pass(signal, STOP_MS),
    onForce: (signal) => pass(signal, FORCE_MS),
  });
  try {
    for (let inARow = 0;;) {
      const startedAt = clock.monotonic();
      ward = tryStart(start, say);
      const ended = await ward.ended;
      if (stopping.signal.aborted) return codeOfStop(ended);
      const next = judgeEnd(ended.code, clock.monotonic() - startedAt, inARow);
      if (next.do === "exit") return next.code;
      inARow = next.inARow;
      say(`marketd ended with ${describe(ended)} and starts again in ${next.delayMs} ms`);
      await sleep(clock, next.delayMs, stopping.signal);
      if (stopping.signal.aborted) return EXIT.clean;
    }
  } finally {
    cancel();
    unlisten();
  }
}

function describe({ code, signal }: Ended): string {
  return signal === null ? `exit code ${code}` : signal;
}

/** A program that cannot be started may be there again later, after an update for instance. */
function tryStart(start: () => Ward, say: (line: string) => void): Ward {
  try {
    return start();
  } catch (error) {
    say(`marketd cannot be started: ${error}`);
    return { ended: Promise.resolve({ code: EXIT.escalation, signal: null }), kill() {} };
  }
}

// ---- the real thing -----------------------------------------------------------------------------

/** What this process finds itself in. */
export function surroundings(): Surroundings {
  return {
    env: Deno.env.toObject(),
    pid: Deno.pid,
    parentPid: Deno.ppid,
    isContainer: exists("/.dockerenv") || exists("/run/.containerenv"),
  };
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Guards `command`, by default this process's own; resolves to the exit code when it is over. */
export async function guard(command: readonly string[] = ownCommand()): Promise<number> {
  const prefix = tiedToParent();
  return await keepRunning({
    start: () => startWard([...prefix, ...command]),
    clock: systemClock,
    say,
    listen: (listener) =>
      watchSignals({
        ...listener,
        monotonic: systemClock.monotonic,
        signals: ["SIGINT", "SIGTERM", "SIGHUP"],
      }),
  });
}

function say(line: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
  } catch {
    // A terminal or pipe that is gone must not take the daemon along.
  }
}

/** The very words this process was started with, options of the runtime included. */
function ownCommand(): string[] {
  const words = Deno.readTextFileSync("/proc/self/cmdline").split("\0").slice(1, -1);
  return [Deno.execPath(), ...words];
}

/** In a session of its own: a Ctrl-C on the terminal reaches the guardian alone. */
function startWard([program = "", ...args]: readonly string[]): Ward {
  const child = new Deno.Command(program, {
    args,
    env: { ...ALLOCATOR, ...Deno.env.toObject(), [GUARDED]: String(Deno.pid) },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    detached: true,
  }).spawn();
  return {
    ended: child.status,
    kill(signal) {
      try {
        child.kill(signal);
      } catch (error) {
        // It ended a moment ago.
        if (!(error instanceof TypeError)) throw error;
      }
    },
  };
}
