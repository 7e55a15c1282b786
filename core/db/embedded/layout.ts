/** Where the embedded server keeps its files under the home. */

import { ActorError } from "@/core/kernel/errors.ts";
import { lstatOrNull, removeAny } from "./files.ts";

export interface Layout {
  readonly home: string;
  /** Links to the libraries of the package. */
  readonly libraries: string;
  readonly data: string;
  /** Becomes `data` when it is complete. */
  readonly newData: string;
  readonly socketFolder: string;
}

/** The kernel's limit for a socket path is 107 bytes; the rest is `/.s.PGSQL.65535` and its `.lock`. */
const MAX_SOCKET_FOLDER = 85;
const OWNER_ONLY = 0o700;
const OTHERS = 0o077;

/** Makes the folders; `temporary` is the system's folder for temporary files. */
export async function layOut(home: string, temporary: string): Promise<Layout> {
  if (home.includes(":")) {
    throw new ActorError(
      "fatal",
      "home-path",
      `Cannot use home ${home} as library paths may not contain a colon`,
    );
  }
  const base = `${home}/postgres`;
  const libraries = `${base}/lib`;
  await Deno.mkdir(libraries, { recursive: true, mode: OWNER_ONLY });
  const fits = new TextEncoder().encode(base).length <= MAX_SOCKET_FOLDER;
  return {
    home,
    libraries,
    data: `${base}/data`,
    newData: `${base}/data.new`,
    socketFolder: fits ? base : await shortFolder(base, temporary),
  };
}

/** Removes a socket folder that lies outside of the home; the server must have ended. */
export async function cleanUpLayout(layout: Layout): Promise<void> {
  if (!layout.socketFolder.startsWith(layout.home)) await removeAny(layout.socketFolder);
}

/** A folder of our own with a short name, the same at every start. */
async function shortFolder(base: string, temporary: string): Promise<string> {
  const { ino } = await Deno.stat(base);
  const folder = `${temporary}/marketd-${Deno.uid()}-${ino}`;
  await Deno.mkdir(folder, { mode: OWNER_ONLY }).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  const found = await lstatOrNull(folder);
  const ours = found?.isDirectory === true && found.uid === Deno.uid() &&
    ((found.mode ?? OTHERS) & OTHERS) === 0;
  if (!ours) {
    throw new ActorError(
      "fatal",
      "socket-folder",
      `Cannot use ${folder} for the database's socket as it is not a folder of ours alone`,
    );
  }
  return folder;
}
