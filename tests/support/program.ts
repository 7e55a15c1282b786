/** Runs a program of the tests in a process of its own, for what must not happen in ours. */

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `path` from the root of the repository. Killed, and then failed, after `timeoutMs`. */
export async function runProgram(
  path: string,
  args: readonly string[] = [],
  { timeoutMs = 60_000, flags = [] as readonly string[] } = {},
): Promise<Ran> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", ...flags, path, ...args],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const ran = { code, stdout: text(stdout), stderr: text(stderr) };
  if (isLate) throw new Error(`${path} did not end within ${timeoutMs} ms: ${ran.stderr}`);
  return ran;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
