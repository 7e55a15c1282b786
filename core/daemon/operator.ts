/**
 * What a person does to the running house: look at the actors, suspend, resume or restart one, and
 * look at what waits for a decision. Main answers, so that it helps when an actor does not.
 */

import { z } from "zod";
import { json } from "@/core/gateway/gateway.ts";
import { parse } from "@/core/kernel/check.ts";
import type { ParkedMessage, Supervisor } from "@/core/kernel/mod.ts";
import { orRefusal, readBody } from "./request.ts";

const PAGE = 100;

/** What became of an effect, as a person found it; `result` as the effect itself would have had. */
const decision = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("done"), result: z.unknown() }),
  z.strictObject({ outcome: z.literal("failed") }),
]);

const ACTIONS: Readonly<Record<string, (supervisor: Supervisor, actor: string) => unknown>> = {
  suspend: (supervisor, actor) => supervisor.find(actor)?.suspend(),
  resume: (supervisor, actor) => supervisor.find(actor)?.resume(),
  restart: (supervisor, actor) =>
    supervisor.find(actor)?.isRunning ? supervisor.recycle(actor) : supervisor.restart(actor),
};

/** Answers `/operator/…`; `path` is what follows. */
export function operatorRoute(
  supervisor: Supervisor,
  request: Request,
  path: readonly string[],
): Promise<Response> {
  const [what, which = "", action = ""] = path;
  const isReading = request.method !== "POST";
  return orRefusal(async () => {
    if (what === "actors") {
      if (isReading && path.length === 1) return json(200, supervisor.snapshot());
      if (!isReading && path.length === 3) return await act(supervisor, which, action);
    }
    if (what === "parked") {
      if (isReading && path.length === 1) return await listParked(supervisor, request);
      if (!isReading && path.length === 3) {
        return await decide(supervisor, { id: which, action, request });
      }
    }
    return noRoute();
  });
}

async function act(supervisor: Supervisor, actor: string, action: string): Promise<Response> {
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (run === undefined) return noRoute();
  const known = supervisor.children.map(({ name }) => name);
  if (!known.includes(actor)) {
    const error = `No actor is called ${JSON.stringify(actor)}; there are ${known.join(", ")}`;
    return json(404, { error });
  }
  await run(supervisor, actor);
  return json(202, { actor, action });
}

/** Newest first; `?before=ID` goes on behind the last one of a full page. */
async function listParked(supervisor: Supervisor, request: Request): Promise<Response> {
  const before = new URL(request.url).searchParams.get("before");
  if (before !== null && !isId(before)) {
    return json(400, { error: `before must be an id: ${JSON.stringify(before)} is none` });
  }
  const rows = await supervisor.parked(PAGE, before === null ? undefined : Number(before));
  return json(200, { parked: rows.map(shown), next: rows.length < PAGE ? null : rows.at(-1)?.id });
}

async function decide(
  supervisor: Supervisor,
  { id, action, request }: {
    readonly id: string;
    readonly action: string;
    readonly request: Request;
  },
): Promise<Response> {
  if (!isId(id)) return json(404, { error: `Nothing is parked under ${JSON.stringify(id)}` });
  if (action === "replay") {
    const found = await supervisor.replay(Number(id));
    return found
      ? json(202, { id: Number(id), action })
      : json(404, { error: `Nothing is parked under ${id}` });
  }
  if (action !== "resolve") return noRoute();
  const settlement = await readBody(request, decision);
  await resolve(supervisor, Number(id), settlement);
  return json(200, { id: Number(id), action, outcome: settlement.outcome });
}

/** Whoever decided the effect will read the result: one of another shape would be buried there. */
async function resolve(
  supervisor: Supervisor,
  id: number,
  decided: z.output<typeof decision>,
): Promise<void> {
  if (decided.outcome === "failed") {
    const error = { kind: "rejected" as const, code: "closed", message: "Closed by a person" };
    return await supervisor.resolve(id, { outcome: "failed", error });
  }
  const [row] = await supervisor.parked(1, id + 1);
  const spec = row?.id === id
    ? supervisor.find(row.target)?.spec.protocol.messages[row.type]
    : undefined;
  const { result } = decided;
  const checked = spec?.kind === "effect" ? parse(spec.reply, result, "The result") : result;
  await supervisor.resolve(id, { outcome: "done", result: checked });
}

function shown({ id, status, kind, from, target, type, attempts, crashes, ...row }: ParkedMessage) {
  const { error, body, trace, key } = row;
  return { id, status, kind, from, target, type, attempts, crashes, error, key, trace, body };
}

function isId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

function noRoute(): Response {
  const error = "There are GET /operator/actors, GET /operator/history, GET /operator/parked, " +
    "POST /operator/actors/NAME/{suspend,resume,restart} and " +
    "POST /operator/parked/ID/{replay,resolve}";
  return json(404, { error });
}
