/** Starts owner_program.ts and reads its first line. */

import { fileURLToPath } from "node:url";

export const PROGRAM = fileURLToPath(new URL("./owner_program.ts", import.meta.url));

export interface OwnerReport {
  readonly serverPid: number;
  /** How many starts of this home came before. */
  readonly rowsBefore: number;
  readonly uid: number;
}

export interface OwnerOptions {
  readonly home: string;
  /** Words before the command, such as `setpriv --reuid=1000`. */
  readonly prefix?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class Owner {
  readonly report: OwnerReport;
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, report: OwnerReport) {
    this.#child = child;
    this.report = report;
  }

  static async start({ home, prefix = [], env = {} }: OwnerOptions): Promise<Owner> {
    const [first = "", ...rest] = [
      ...prefix,
      ...[Deno.execPath(), "run", "-A", "--no-prompt", "--no-check", PROGRAM, home],
    ];
    const child = new Deno.Command(first, {
      args: rest,
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const line = await firstLine(child.stdout);
    if (line === null) {
      const { stderr } = await child.output();
      throw new Error(`The owner ended: ${new TextDecoder().decode(stderr)}`);
    }
    await child.stderr.cancel();
    return new Owner(child, JSON.parse(line));
  }

  get pid(): number {
    return this.#child.pid;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.stdin.close().catch(() => {});
    await this.#child.status;
  }

  /** Asks it to stop; resolves to its exit code. */
  async stop(): Promise<number> {
    await this.#child.stdin.close();
    return (await this.#child.status).code;
  }
}

async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string | null> {
  let text = "";
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) return null;
    text += value;
  }
  await reader.cancel();
  return text.slice(0, text.indexOf("\n"));
}
