/** What happens to the server when its owner dies, shown on real processes. */

import assert from "node:assert/strict";
import { dirname } from "node:path";
import { ActorError } from "@/core/kernel/errors.ts";
import { openDatabase } from "@/core/db/database.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { makeFastFolder } from "@/tests/support/fast_folder.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { isAlive } from "@/tests/support/processes.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { Owner, PROGRAM } from "./owner.ts";

const ORDINARY_UID = 1_000;

async function closedFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await makeFastFolder("marketd-kill-");
  await Deno.chmod(path, 0o700);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("kill -9 of the owner takes the server along, and the next start works at once", async () => {
  await using folder = await closedFolder();
  const home = `${folder.path}/home`;
  for (let round = 0; round < 3; round++) {
    const owner = await Owner.start({ home });
    assert.equal(owner.report.rowsBefore, round);
    await owner.kill();
    // No waiting here: the next start must cope with a server that is still going down.
  }
  const last = await Owner.start({ home });
  assert.equal(last.report.rowsBefore, 3);
  await last.kill();
  await waitFor("the server to end", () => !isAlive(last.report.serverPid));
});

Deno.test("kill -9 of owner and server together loses nothing that was acknowledged", async () => {
  await using folder = await closedFolder();
  const home = `${folder.path}/home`;
  const owner = await Owner.start({ home });
  Deno.kill(owner.report.serverPid, "SIGKILL");
  await owner.kill();
  const next = await Owner.start({ home });
  assert.equal(next.report.rowsBefore, 1);
  assert.equal(await next.stop(), 0);
});

Deno.test("another process on the same home is refused while the owner lives, not after", async () => {
  await using folder = await closedFolder();
  const home = `${folder.path}/home`;
  const owner = await Owner.start({ home });
  const open = () => openDatabase({ url: null, home, clock: systemClock, log: quietLog });
  await assert.rejects(open(), (error) => {
    assert.ok(error instanceof ActorError);
    assert.equal(error.code, "home-in-use");
    assert.match(error.message, new RegExp(`process ${owner.pid} holds it`));
    return true;
  });
  await owner.kill();
  const db = await open();
  await db.stop();
});

Deno.test({
  name: "an ordinary user runs it below folders closed to others, with a home of 120 characters",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using folder = await closedFolder();
    const home = `${folder.path}/${"h".repeat(120)}`;
    const cache = await copyOfCache(folder.path);
    await Deno.chown(folder.path, ORDINARY_UID, ORDINARY_UID);
    const options = {
      home,
      prefix: [
        "setpriv",
        `--reuid=${ORDINARY_UID}`,
        `--regid=${ORDINARY_UID}`,
        "--clear-groups",
        "--",
      ],
      env: { DENO_DIR: cache, HOME: folder.path, TMPDIR: folder.path },
    };
    const first = await Owner.start(options);
    assert.equal(first.report.uid, ORDINARY_UID);
    assert.equal((await Deno.stat(`${home}/postgres/data`)).uid, ORDINARY_UID);
    await first.kill();
    const second = await Owner.start(options);
    assert.equal(second.report.rowsBefore, 1);
    assert.equal(await second.stop(), 0);
  },
});

/**
 * The ordinary user may not enter our own cache, so it gets its own, with the packages the program
 * needs: hard links where the file system allows them.
 */
async function copyOfCache(folder: string): Promise<string> {
  const info = await denoInfo(PROGRAM);
  const names = new Set(Object.values(info.npmPackages).map(({ name }) => name));
  const cache = `${folder}/cache`;
  for await (const { name: registry } of Deno.readDir(info.npmCache)) {
    for (const name of names) {
      const from = `${info.npmCache}/${registry}/${name}`;
      const to = `${cache}/npm/${registry}/${name}`;
      await Deno.mkdir(dirname(to), { recursive: true });
      if (await isFolder(from)) await copyFolder(from, to);
    }
  }
  await Deno.chown(cache, ORDINARY_UID, ORDINARY_UID);
  return cache;
}

interface Info {
  readonly npmCache: string;
  readonly npmPackages: Readonly<Record<string, { readonly name: string }>>;
}

async function denoInfo(program: string): Promise<Info> {
  const info = async (...args: readonly string[]) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", ...args],
    }).output();
    return JSON.parse(new TextDecoder().decode(stdout));
  };
  const [{ npmCache }, { npmPackages }] = await Promise.all([info(), info(program)]);
  return { npmCache, npmPackages };
}

async function copyFolder(from: string, to: string): Promise<void> {
  for (const flags of ["-al", "-a"]) {
    const { success } = await new Deno.Command("cp", { args: [flags, from, to] }).output();
    if (success) return;
    await Deno.remove(to, { recursive: true });
  }
  throw new Error(`Cannot copy ${from} to ${to}`);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}
