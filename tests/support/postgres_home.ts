/** Homes for tests that run an embedded server of their own. */

import { EmbeddedPostgres } from "@/core/db/embedded.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { makeFastFolder } from "./fast_folder.ts";
import { quietLog } from "./postgres_server.ts";

export interface TestHome extends AsyncDisposable {
  readonly path: string;
  /** The folder around it, closed to other users; goes with everything in it. */
  readonly outside: string;
}

// Made once per file, before any test: making a database takes longer than most tests do.
const template = await makeTemplate();

/** A home that does not exist yet. */
export async function emptyHome(name = "home"): Promise<TestHome> {
  const outside = await makeFastFolder("marketd-home-");
  await Deno.chmod(outside, 0o700);
  return {
    path: `${outside}/${name}`,
    outside,
    [Symbol.asyncDispose]: () => Deno.remove(outside, { recursive: true }),
  };
}

/** A home whose database was made before, and stopped cleanly. */
export async function preparedHome(name = "home"): Promise<TestHome> {
  const home = await emptyHome(name);
  const copy = new Deno.Command("cp", { args: ["-a", "--reflink=auto", template, home.path] });
  const { success, stderr } = await copy.output();
  if (!success) throw new Error(`Cannot copy ${template}: ${new TextDecoder().decode(stderr)}`);
  return home;
}

async function makeTemplate(): Promise<string> {
  const { path, outside } = await emptyHome();
  globalThis.addEventListener("unload", () => Deno.removeSync(outside, { recursive: true }));
  const server = await EmbeddedPostgres.start({
    home: path,
    clock: systemClock,
    log: quietLog,
    durable: false,
  });
  await server.stop();
  return path;
}
