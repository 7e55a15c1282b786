/** One request from arrival to answer: route, signature, limit, fault, handler, log. */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ADMIN_PREFIX, answerAdmin } from "./admin.ts";
import { decodedPath, type SignatureCheck, type SignedRequest } from "./auth.ts";
import type { Fault, Faults } from "./faults.ts";
import { limitHeaders, type Permit, type RateLimiter } from "./rate_limits.ts";
import { errorReply, Refusal, type Reply, THROTTLED, UNAUTHORIZED } from "./replies.ts";
import type { RequestLog } from "./request_log.ts";
import { isRetired, type Match, matchRoute, type World } from "./routes.ts";
import { spoiledPage } from "./spoiled_pages.ts";

/** Larger request bodies are refused with 413. */
const MAX_BODY_BYTES = 2_000_000;

/** Everything a request meets on its way. */
export interface Stage {
  readonly world: World;
  readonly signatures: SignatureCheck;
  readonly limiter: RateLimiter;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly clock: Clock;
  readonly latencyMs: number;
  /** Brings the market up to the present. */
  readonly move: (nowMs: number) => void;
  /** Aborts when the simulator stops: what sleeps or stalls ends. */
  readonly stopping: AbortSignal;
}

interface Arrived extends SignedRequest {
  readonly path: string | null;
  readonly text: string;
  readonly signal: AbortSignal;
}

/** An answer with what the log should know about it. */
interface Outcome {
  readonly reply: Reply;
  readonly route: string;
  readonly account: string | null;
  readonly reason: string | null;
  readonly fault: Fault | null;
  readonly permit: Permit | null;
}

const NO_OUTCOME = { route: "-", account: null, reason: null, fault: null, permit: null } as const;

/** Answers one request; throws only on a defect of the simulator. */
export async function dispatch(stage: Stage, request: Request): Promise<Response> {
  const arrived = await arrive(request);
  if (arrived === null) return new Response(null, { status: 413 });
  const { path } = arrived;
  if (path?.startsWith(ADMIN_PREFIX)) return administer(stage, arrived, path);
  const outcome = await judge(stage, arrived);
  const atMs = stage.clock.now();
  stage.log.add({
    atMs,
    method: arrived.method,
    path: path ?? arrived.rawPath,
    query: arrived.rawQuery,
    body: arrived.text,
    route: outcome.route,
    status: outcome.reply.status,
    account: outcome.account,
    reason: outcome.reason,
    fault: outcome.fault?.kind ?? null,
  });
  await sleep(stage.clock, stage.latencyMs, stage.stopping);
  return respond(stage, outcome, arrived.signal);
}

async function arrive(request: Request): Promise<Arrived | null> {
  const start = request.url.indexOf("/", request.url.indexOf("//") + 2);
  const target = start === -1 ? "/" : request.url.slice(start);
  const mark = target.indexOf("?");
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return null;
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > MAX_BODY_BYTES) return null;
  return {
    method: request.method,
    rawPath,
    rawQuery: mark === -1 ? "" : target.slice(mark + 1),
    path: decodedPath(rawPath),
    body,
    text: new TextDecoder().decode(body),
    headers: request.headers,
    signal: request.signal,
  };
}

async function judge(stage: Stage, arrived: Arrived): Promise<Outcome> {
  if (arrived.path !== null && isRetired(arrived.path)) {
    return { ...NO_OUTCOME, reply: { status: 410, body: null }, reason: "retired" };
  }
  const match = arrived.path === null ? null : matchRoute(arrived.method, arrived.path);
  if (match === null) {
    const refusal = new Refusal(404, "NotFound", `No route ${arrived.method} ${arrived.rawPath}`);
    return { ...NO_OUTCOME, reply: errorReply("exchange", refusal), reason: "no route" };
  }
  const nowMs = stage.clock.now();
  const nowS = Math.floor(nowMs / 1_000);
  const { account, reason } = await stage.signatures.check(arrived, nowS);
  const permit = stage.limiter.take(match.route.class, account, nowS);
  const seen = { ...NO_OUTCOME, route: match.route.name, account, permit };
  if (!permit.granted) return { ...seen, reply: THROTTLED, reason: "rate limit" };
  if (account === null) return { ...seen, reply: UNAUTHORIZED, reason };
  const fault = stage.faults.draw(match.route.name);
  stage.move(nowMs);
  if (fault === null) {
    return { ...seen, reply: handle(stage.world, match, { arrived, account, nowS }) };
  }
  const honest = takesEffect(fault) ? handle(stage.world, match, { arrived, account, nowS }) : null;
  const reply = honest !== null && leavesAnswer(fault)
    ? spoiledPage(fault.kind, honest, {
      params: new URLSearchParams(arrived.rawQuery),
      body: arrived.text,
    })
    : failing(fault, match);
  return { ...seen, fault, reply };
}

/** Half an answer and a late one are answers; all else can also mean that nothing was done. */
function takesEffect({ kind, when }: Fault): boolean {
  return when === "after" || ["truncate", "delay", "duplicate", "repeat"].includes(kind);
}

/** Faults of the way back or of single fields: the answer itself is the route's own. */
function leavesAnswer({ kind }: Fault): boolean {
  return ["stall", "truncate", "reset", "delay", "duplicate", "repeat"].includes(kind);
}

function failing(fault: Fault, { route }: Match): Reply {
  switch (fault.kind) {
    case "throttle":
      return THROTTLED;
    case "unauthorized":
      return UNAUTHORIZED;
    case "html":
      return { status: 200, body: null };
    default:
      return errorReply(
        route.family,
        new Refusal(fault.status, "InternalServerError", "Simulated fault"),
      );
  }
}

interface Heard {
  readonly arrived: Arrived;
  readonly account: string;
  readonly nowS: number;
}

function handle(world: World, { route, path }: Match, heard: Heard): Reply {
  const { arrived, account, nowS } = heard;
  const params = new URLSearchParams(arrived.rawQuery);
  try {
    return route.answer(world, { path, params, body: arrived.text, account, nowS });
  } catch (error) {
    if (error instanceof Refusal) return errorReply(route.family, error);
    throw error;
  }
}

function administer(stage: Stage, { method, text, rawQuery }: Arrived, path: string): Response {
  const { world: { market }, log, faults } = stage;
  const reply = answerAdmin({ market, log, faults }, {
    method,
    path: path.slice(ADMIN_PREFIX.length),
    params: new URLSearchParams(rawQuery),
    body: text,
  });
  return Response.json(reply.body, { status: reply.status });
}

async function respond(stage: Stage, outcome: Outcome, gone: AbortSignal): Promise<Response> {
  const { reply: { status, body }, fault, permit } = outcome;
  const headers = new Headers({
    Date: new Date(stage.clock.now()).toUTCString(),
    Server: "marketd-simulator",
    ...(permit === null ? {} : limitHeaders(permit)),
  });
  if (body !== null) headers.set("Content-Type", "application/json");
  if (fault?.kind === "throttle") headers.set("Retry-After", String(fault.retryAfterS));
  const text = body === null ? null : JSON.stringify(body);
  if (fault === null) return new Response(text, { status, headers });
  return await spoiled(stage, { fault, text, status, headers, gone });
}

interface Spoiling {
  readonly fault: Fault;
  readonly text: string | null;
  readonly status: number;
  readonly headers: Headers;
  readonly gone: AbortSignal;
}

async function spoiled(stage: Stage, spoiling: Spoiling): Promise<Response> {
  const { fault, text, status, headers, gone } = spoiling;
  switch (fault.kind) {
    case "html":
      headers.set("Content-Type", "text/html; charset=utf-8");
      return new Response("<!doctype html><title>Just a moment</title>", { headers });
    case "stall":
      await ended(AbortSignal.any([stage.stopping, gone]));
      return new Response(null, { status: 503 });
    case "truncate":
      return new Response(text?.slice(0, Math.floor(text.length / 2)) ?? null, { status, headers });
    case "reset":
      return new Response(brokenBody(text ?? ""), { status, headers });
    case "delay":
      await sleep(stage.clock, fault.delayMs, AbortSignal.any([stage.stopping, gone]));
      return new Response(text, { status, headers });
    default:
      return new Response(text, { status, headers });
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Half of the body, then an error: the server closes the connection in mid-air. */
function brokenBody(text: string): ReadableStream<Uint8Array> {
  const half = new TextEncoder().encode(text.slice(0, Math.floor(text.length / 2)));
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new Error("Simulated reset"));
      sent = true;
      controller.enqueue(half);
    },
  });
}
