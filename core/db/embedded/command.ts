/** Starting the server's programs. */

import { ActorError } from "@/core/kernel/errors.ts";
import type { Binaries } from "./binaries.ts";
import type { Launcher } from "./launcher.ts";

export interface CommandPlan {
  readonly binaries: Binaries;
  readonly launcher: Launcher;
  /** The program and its arguments. */
  readonly words: readonly string[];
}

const FALLBACK_PATH = "/usr/bin:/bin";
/** The C library's own to begin with; unnamed it grows, and sessions keep what they once needed. */
const TRIM_THRESHOLD_BYTES = "131072";

/** In a session of its own: Ctrl-C on the terminal must reach main alone. */
export function spawn(plan: CommandPlan, options: Deno.CommandOptions = {}): Deno.ChildProcess {
  const [program = "", ...args] = [...plan.launcher.prefix, ...plan.words];
  const command = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: {
      LD_LIBRARY_PATH: plan.binaries.libraryPath,
      PATH: Deno.env.get("PATH") ?? FALLBACK_PATH,
      LC_ALL: "C",
      MALLOC_TRIM_THRESHOLD_: TRIM_THRESHOLD_BYTES,
      TZ: "UTC",
    },
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    ...options,
  });
  try {
    return command.spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new ActorError(
      "fatal",
      "database-tools",
      `Cannot run the embedded database as ${program} is missing: install util-linux`,
      { cause: error },
    );
  }
}

/** Runs to the end, feeding `input`; resolves to null, or to what went wrong. */
export async function runToEnd(plan: CommandPlan, input = ""): Promise<string | null> {
  const child = spawn(plan, { stdin: "piped" });
  const writer = child.stdin.getWriter();
  // A program that ends before it has read everything says why on its own.
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, code, stderr } = await child.output();
  return success ? null : new TextDecoder().decode(stderr).trim() || `exit code ${code}`;
}
