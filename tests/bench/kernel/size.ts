/** How much kernel there is to read. */

import type { Figure } from "./figures.ts";

const CORE = new URL("../../../core/", import.meta.url);
/** The kernel, and the rooms that are built on it: what runs actors and keeps their messages. */
const ROOMS = ["kernel", "supervision", "thread", "outbox", "hosts"] as const;
const MAX_LINES = 3_000;
const MAX_FILE_LINES = 400;

interface Room {
  readonly files: number;
  readonly lines: number;
  readonly codeLines: number;
  readonly longestFileLines: number;
}

export async function measureSize(): Promise<Figure> {
  const rooms = await Promise.all(ROOMS.map((name) => sizeOf(new URL(`${name}/`, CORE))));
  const sum = (of: (room: Room) => number) => rooms.reduce((total, room) => total + of(room), 0);
  const lines = sum((room) => room.lines);
  const longest = Math.max(...rooms.map((room) => room.longestFileLines));
  const inKernel = rooms[0]?.lines ?? NaN;
  const built = ROOMS.slice(1);
  return {
    what: "kernel size (core/kernel)",
    reach: "≤ 3,000 lines, no file over 400",
    got: `${inKernel} lines, ${lines} with ${built.join(", ")}; longest file ${longest}`,
    met: inKernel <= MAX_LINES && longest <= MAX_FILE_LINES,
    values: {
      lines,
      longestFileLines: longest,
      codeLines: sum((room) => room.codeLines),
      files: sum((room) => room.files),
      ...Object.fromEntries(ROOMS.map((name, at) => [`${name}.lines`, rooms[at]?.lines ?? NaN])),
    },
  };
}

async function sizeOf(folder: URL): Promise<Room> {
  const files: { readonly lines: number; readonly code: number }[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".ts")) continue;
    const lines = (await Deno.readTextFile(new URL(name, folder))).trimEnd().split("\n");
    files.push({ lines: lines.length, code: lines.filter(isCode).length });
  }
  return {
    files: files.length,
    lines: files.reduce((sum, file) => sum + file.lines, 0),
    codeLines: files.reduce((sum, file) => sum + file.code, 0),
    longestFileLines: Math.max(...files.map((file) => file.lines)),
  };
}

/** Neither blank nor nothing but a comment. */
function isCode(line: string): boolean {
  const text = line.trim();
  return text !== "" && !/^(?:\/\/|\/\*|\*)/.test(text);
}
