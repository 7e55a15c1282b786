/** The data folder: made once, complete or not at all. */

import { ActorError } from "@/core/kernel/errors.ts";
import type { Binaries } from "./binaries.ts";
import { runToEnd } from "./command.ts";
import { lstatOrNull, readTextOr, removeAny } from "./files.ts";
import type { Launcher } from "./launcher.ts";
import type { Layout } from "./layout.ts";

/** The role and the database the application works with. */
export const APPLICATION = "marketd";

const SUPERUSER = "postgres";
const MAJOR_VERSION = "18";

/**
 * The application logs in as the owner of its database, never as a superuser: as root's nobody the
 * server may read every file, and only SQL's own rights keep a statement from asking it to. Who may
 * reach the socket at all is decided by its folder, which is ours alone.
 */
const ACCESS_RULES = `local ${APPLICATION} ${APPLICATION} trust\n`;
/**
 * The database that initdb makes becomes the application's: making another takes four times as
 * long. In single-user mode a statement ends with an empty line.
 */
const HAND_OVER = `create role ${APPLICATION} login createrole;

alter database postgres owner to ${APPLICATION};

alter database postgres rename to ${APPLICATION};

`;

export interface ClusterPlan {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly launchers: readonly Launcher[];
  /** Off only where a test can afford to lose it all. */
  readonly durable: boolean;
}

/** The user that owns the data folder; null before the first start. */
export async function dataOwner(layout: Layout): Promise<number | null> {
  return (await lstatOrNull(layout.data))?.uid ?? null;
}

/** Makes the data folder if there is none; resolves to the launcher that works on this machine. */
export async function prepareCluster(plan: ClusterPlan): Promise<Launcher> {
  const [first, ...others] = plan.launchers;
  if (first === undefined) throw new Error("Cannot prepare a cluster without a launcher");
  if (await dataOwner(plan.layout) !== null) {
    await checkVersion(plan.layout);
    return first;
  }
  const failures: string[] = [];
  for (const launcher of [first, ...others]) {
    const failure = await create(plan, launcher);
    if (failure === null) return launcher;
    failures.push(`${launcher.name}: ${failure}`);
  }
  throw new ActorError(
    "fatal",
    "database-init",
    `Cannot create the embedded database in ${plan.layout.home}: ${failures.join("; ")}`,
  );
}

async function create(plan: ClusterPlan, launcher: Launcher): Promise<string | null> {
  const { layout, binaries } = plan;
  await removeAny(layout.newData);
  await Deno.mkdir(layout.newData, { mode: 0o700 });
  if (launcher.ownerUid !== Deno.uid()) {
    await Deno.chown(layout.newData, launcher.ownerUid, launcher.ownerUid);
  }
  const failure = await initialise(plan, launcher) ??
    await runToEnd({ binaries, launcher, words: singleUser(plan) }, HAND_OVER);
  if (failure !== null) return failure;
  await Deno.writeTextFile(`${layout.newData}/pg_hba.conf`, ACCESS_RULES);
  await Deno.rename(layout.newData, layout.data);
  if (plan.durable) await syncFolder(layout.data.slice(0, layout.data.lastIndexOf("/")));
  return null;
}

function initialise(plan: ClusterPlan, launcher: Launcher): Promise<string | null> {
  const words = [
    plan.binaries.initdb,
    ...["-D", plan.layout.newData, "-U", SUPERUSER, "--auth=trust", "--no-instructions"],
    ...["-EUTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    ...(plan.durable ? [] : ["--no-sync"]),
  ];
  return runToEnd({ binaries: plan.binaries, launcher, words });
}

function singleUser(plan: ClusterPlan): string[] {
  const sync = plan.durable ? "on" : "off";
  return [
    plan.binaries.postgres,
    ...["--single", "-j", "-D", plan.layout.newData],
    ...["-c", `fsync=${sync}`, "-c", "exit_on_error=on"],
    "template1",
  ];
}

async function checkVersion(layout: Layout): Promise<void> {
  const version = (await readTextOr(`${layout.data}/PG_VERSION`, "none")).trim();
  if (version === MAJOR_VERSION) return;
  throw new ActorError(
    "fatal",
    "database-version",
    `Cannot open ${layout.data} with Postgres ${MAJOR_VERSION}: its version is ${version}`,
  );
}

/** Makes the rename itself survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  using folder = await Deno.open(path);
  await folder.sync();
}
