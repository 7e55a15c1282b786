/** Where tests keep folders full of small files: in memory if there is room, for speed alone. */

import { statfs } from "node:fs/promises";

const MEMORY = "/dev/shm";
const ROOM_BYTES = 4 * 1024 ** 3;

/** A new folder; the caller removes it. */
export async function makeFastFolder(prefix: string): Promise<string> {
  const dir = await hasRoom(MEMORY) ? { dir: MEMORY } : {};
  return await Deno.makeTempDir({ prefix, ...dir });
}

async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize > ROOM_BYTES;
  } catch {
    return false;
  }
}
