/** `run.json` in the home: how others find the running daemon; gone after a clean stop. */

export interface RunFile {
  /** The process that takes the signals. */
  readonly pid: number;
  readonly http: string;
  readonly startedAt: string;
  /** Where the database is, without secrets. */
  readonly postgres: string;
}

export function runFilePath(home: string): string {
  return `${home}/run.json`;
}

/** Replaces the file in one step, so that nobody reads half of it. */
export async function writeRunFile(home: string, run: RunFile): Promise<void> {
  const path = runFilePath(home);
  await Deno.writeTextFile(`${path}.new`, `${JSON.stringify(run)}\n`);
  await Deno.rename(`${path}.new`, path);
}

export async function removeRunFile(home: string): Promise<void> {
  try {
    await Deno.remove(runFilePath(home));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
