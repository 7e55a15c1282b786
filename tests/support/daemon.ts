/** Runs the real daemon over puppets and breaks them until it ends by itself. */

import type { Chaos } from "@/core/kernel/wire.ts";
import type { Ran } from "./program.ts";

export async function daemonBrokenBy(
  actors: readonly string[],
  what: Chaos,
  databaseUrl: string,
): Promise<Ran> {
  const home = await Deno.makeTempDir({ prefix: "marketd-daemon-" });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", "tests/support/daemon_program.ts"],
    cwd: new URL("../../", import.meta.url),
    env: {
      DATABASE_URL: databaseUrl,
      MARKETD_HOME: home,
      MARKETD_HTTP: "127.0.0.1:0",
      MARKETD_CHAOS: "1",
      MARKETD_LOG: "json",
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = new AbortController();
  const output = child.output().finally(() => ended.abort());
  const tooLong = setTimeout(() => child.kill("SIGKILL"), 60_000);
  while (!ended.signal.aborted) {
    for (const actor of actors) await breakOne(home, `${actor}/${what}`, ended.signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  clearTimeout(tooLong);
  const { code, stdout, stderr } = await output;
  await Deno.remove(home, { recursive: true });
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function breakOne(home: string, fault: string, signal: AbortSignal): Promise<void> {
  try {
    const { http } = JSON.parse(await Deno.readTextFile(`${home}/run.json`));
    const response = await fetch(`${http}/debug/actors/${fault}`, { method: "POST", signal });
    await response.body?.cancel();
  } catch {
    // It has not started, or is ending.
  }
}
