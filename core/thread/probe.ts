/**
 * Tries what an actor should not be able to do, from inside it, and tells what happened. Used by
 * the proof that permissions hold; reachable only with MARKETD_CHAOS on.
 */

import type { Findings } from "@/core/kernel/up.ts";

const ATTEMPTS: Readonly<Record<string, () => Promise<unknown> | unknown>> = {
  net: async () => (await Deno.connect({ hostname: "192.0.2.1", port: 9 })).close(),
  listen: () => Deno.listen({ hostname: "127.0.0.1", port: 65_000 }).close(),
  read: () => Deno.readTextFile("/etc/hostname"),
  write: () => Deno.writeTextFile("/tmp/marketd-probe", ""),
  env: () => Deno.env.get("HOME"),
  envAll: () => Deno.env.toObject(),
  run: () => new Deno.Command("true").output(),
  ffi: () => Deno.dlopen("libc.so.6", {}),
  sys: () => Deno.hostname(),
};

/** Runs every attempt and searches the actor's configuration for the canaries. */
export async function probe(config: unknown, canaries: readonly string[]): Promise<Findings> {
  const operations: Record<string, string> = {};
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    try {
      await attempt();
      operations[name] = "allowed";
    } catch (error) {
      operations[name] = error instanceof Error ? error.name : String(error);
    }
  }
  const held = JSON.stringify(config) ?? "";
  return { operations, canariesHeld: canaries.filter((canary) => held.includes(canary)) };
}
