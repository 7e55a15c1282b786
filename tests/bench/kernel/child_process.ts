/** Measures in a process of their own: what they leave behind must not touch the others. */

export interface Surroundings {
  readonly v8Flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one of the programs beside this file; resolves to the JSON it prints. */
export async function runChild<T>(
  program: string,
  args: readonly string[] = [],
  { v8Flags = [], env = {} }: Surroundings = {},
): Promise<T> {
  const flags = [...new Set(["--expose-gc", ...v8Flags])].join(",");
  const path = new URL(program, import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", `--v8-flags=${flags}`, path, ...args],
    env: { ...env },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${program} failed: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout)) as T;
}

/** What such a program prints before it ends. */
export function tell(report: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(report)));
}
