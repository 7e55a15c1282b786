/**
 * What `deno task start` runs: the daemon under its guardian, or the daemon itself where a service
 * manager or a container keeps it running. The daemon is loaded only where it is wanted, because a
 * guardian lives as long and should cost little.
 */

import { guard, needsGuardian, surroundings } from "./guardian.ts";

const MAIN = new URL("../../main.ts", import.meta.url).href;

if (needsGuardian(surroundings())) Deno.exit(await guard());
const { main } = await import(MAIN) as { main(args: readonly string[]): Promise<number> };
Deno.exit(await main(Deno.args));
