/** One process per home: a lock the system takes back from a dead holder, however it died. */

import { ActorError } from "@/core/kernel/errors.ts";
import { readTextOr } from "./files.ts";

export interface HomeLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/** Rejects (kind `fatal`, code `home-in-use`) with a sentence that names the process that holds it. */
export async function lockHome(home: string, startedAt: string): Promise<HomeLock> {
  const path = `${home}/home.lock`;
  const file = await Deno.open(path, { create: true, read: true, write: true });
  if (!await file.tryLock(true)) {
    file.close();
    throw new ActorError("fatal", "home-in-use", await whoHolds(home, path));
  }
  const holder: Holder = { pid: Deno.pid, startedAt };
  await file.truncate(0);
  await file.write(new TextEncoder().encode(JSON.stringify(holder)));
  return { release: () => file.close() };
}

async function whoHolds(home: string, path: string): Promise<string> {
  const holder = parse(await readTextOr(path, ""));
  const running = parse(await readTextOr(`${home}/run.json`, ""));
  const who = holder === null ? "another process" : `process ${holder.pid}`;
  const since = holder?.startedAt === undefined ? "" : `, started ${holder.startedAt}`;
  const page = running?.http !== undefined && running.pid === holder?.pid
    ? `, serving ${running.http}`
    : "";
  return `Cannot use home ${home} as ${who} holds it${since}${page}: ` +
    "stop that one or set MARKETD_HOME to another folder";
}

interface Known {
  readonly pid: number;
  readonly startedAt?: string;
  readonly http?: string;
}

/** The files are written by this program; anything else in them is simply not told. */
function parse(text: string): Known | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("pid" in value)) return null;
    if (typeof value.pid !== "number") return null;
    return {
      pid: value.pid,
      ...("startedAt" in value && typeof value.startedAt === "string"
        ? { startedAt: value.startedAt }
        : {}),
      ...("http" in value && typeof value.http === "string" ? { http: value.http } : {}),
    };
  } catch {
    return null;
  }
}
