/** The repository's own files, for tests that read them. */

export const root = new URL("../../", import.meta.url);

export function text(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, root));
}
