/**
 * As whom the server runs. Postgres refuses to run as root, and giving up root also gives up the
 * right to pass folders that are closed to others, such as root's own home. Two ways keep it.
 */

import { ActorError } from "@/core/kernel/errors.ts";

export interface Launcher {
  /** For messages. */
  readonly name: string;
  /** The user the data belongs to on disk. */
  readonly ownerUid: number;
  /** The words before the command. */
  readonly prefix: readonly string[];
}

export interface Situation {
  readonly uid: number;
  /** Who owns an existing data folder; null before the first start. */
  readonly dataOwner: number | null;
}

const ROOT = 0;
/** The overflow id, by custom nobody's. */
const NOBODY = 65534;

/** The ways to try, best first. Rejects (kind `fatal`) where the data belongs to somebody else. */
export function launchers({ uid, dataOwner }: Situation): readonly Launcher[] {
  if (uid !== ROOT) {
    if (dataOwner !== null && dataOwner !== uid) {
      throw new ActorError(
        "fatal",
        "database-owner",
        `Cannot open the database files as they belong to user ${dataOwner}: current user is ${uid}`,
      );
    }
    return [{ name: "directly", ownerUid: uid, prefix: [] }];
  }
  if (dataOwner === null) return [asUser(NOBODY), mapped()];
  return [dataOwner === ROOT ? mapped() : asUser(dataOwner)];
}

/**
 * Another user that may still pass closed folders. The secure bit matters: without it access(2),
 * with which Postgres looks for its own files, forgets the capability.
 */
function asUser(uid: number): Launcher {
  return {
    name: `as user ${uid}`,
    ownerUid: uid,
    prefix: [
      "setpriv",
      `--reuid=${uid}`,
      `--regid=${uid}`,
      "--clear-groups",
      "--inh-caps=+dac_override",
      "--ambient-caps=+dac_override",
      "--securebits=+no_setuid_fixup",
      "--",
    ],
  };
}

/** Root outside, nobody inside; where user namespaces are allowed. */
function mapped(): Launcher {
  return {
    name: "in a user namespace",
    ownerUid: ROOT,
    prefix: ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, "--"],
  };
}

/**
 * The kernel interrupts the command when the thread that started it ends; must stand last, because
 * a change of identity clears the setting.
 */
export const DIES_WITH_PARENT: readonly string[] = ["setpriv", "--pdeathsig=INT", "--"];
