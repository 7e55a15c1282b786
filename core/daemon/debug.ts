/** The debug routes: break an actor, look what it may do, ask for a scan. Only with MARKETD_CHAOS. */

import { z } from "zod";
import { json } from "@/core/gateway/gateway.ts";
import type { Supervisor } from "@/core/kernel/mod.ts";
import { CHAOS, type Chaos } from "@/core/kernel/wire.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { gameId, levelId } from "@/core/protocol/schemas.ts";
import { orRefusal, readBody } from "./request.ts";

const scanBody = z.strictObject({
  game: gameId,
  level: levelId,
  filter: z.record(z.string(), z.unknown()).optional(),
});
const probeBody = z.strictObject({ canaries: z.array(z.string().min(4).max(500)).max(20) });
const PROBE_TIMEOUT_MS = 5_000;

/** Answers `/debug/…`; `path` is what follows. */
export function debugRoute(
  supervisor: Supervisor,
  request: Request,
  path: readonly string[],
): Promise<Response> {
  return orRefusal(() => answer(supervisor, request, path));
}

async function answer(
  supervisor: Supervisor,
  request: Request,
  path: readonly string[],
): Promise<Response> {
  const [what, name = "", action = ""] = path;
  if (what === "scan" && path.length === 1) return await startScan(supervisor, request);
  if (what !== "actors" || path.length !== 3) return json(404, { error: "No such debug route" });
  const child = supervisor.find(name);
  if (child === undefined) {
    const known = supervisor.children.map((one) => one.name).join(", ");
    return json(404, { error: `No actor is called ${JSON.stringify(name)}; there are ${known}` });
  }
  if (!child.isReady) return json(409, { error: `${name} is ${child.status}` });
  if (action === "probe") {
    const { canaries } = await readBody(request, probeBody);
    return json(200, await child.probe(canaries, PROBE_TIMEOUT_MS));
  }
  if (!isChaos(action)) {
    return json(404, { error: `No way to break an actor is called ${JSON.stringify(action)}` });
  }
  child.chaos(action);
  return json(202, { actor: name, incarnation: child.incarnation, action });
}

async function startScan(supervisor: Supervisor, request: Request): Promise<Response> {
  const wanted = await readBody(request, scanBody);
  const body = { ...wanted, scanId: crypto.randomUUID(), requestedBy: "debug" };
  return json(202, await supervisor.ask(scanner, "StartScan", body));
}

function isChaos(text: string): text is Chaos {
  return (CHAOS as readonly string[]).includes(text);
}
