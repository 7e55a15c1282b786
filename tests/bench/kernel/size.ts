/** How much kernel there is to read. */

import type { Figure } from "./figures.ts";

const KERNEL = new URL("../../../core/kernel/", import.meta.url);
const MAX_LINES = 3_000;
const MAX_FILE_LINES = 400;

export async function measureSize(): Promise<Figure> {
  const files: { readonly name: string; readonly lines: number; readonly code: number }[] = [];
  for await (const { name } of Deno.readDir(KERNEL)) {
    if (!name.endsWith(".ts")) continue;
    const lines = (await Deno.readTextFile(new URL(name, KERNEL))).trimEnd().split("\n");
    files.push({ name, lines: lines.length, code: lines.filter(isCode).length });
  }
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const code = files.reduce((sum, file) => sum + file.code, 0);
  const longest = Math.max(...files.map((file) => file.lines));
  return {
    what: "kernel size",
    reach: "≤ 3,000 lines, no file over 400",
    got: `${lines} lines, longest file ${longest}`,
    met: lines <= MAX_LINES && longest <= MAX_FILE_LINES,
    values: { lines, longestFileLines: longest, codeLines: code, files: files.length },
  };
}

/** Neither blank nor nothing but a comment. */
function isCode(line: string): boolean {
  const text = line.trim();
  return text !== "" && !/^(?:\/\/|\/\*|\*)/.test(text);
}
