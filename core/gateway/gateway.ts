/**
 * Main's own HTTP: liveness, readiness, health and metrics from memory, so that they answer
 * whatever an actor does. Everything else is streamed to the web actor's loopback port.
 */

import type { Clock } from "@/core/kernel/clock.ts";
import { type AccessRules, judgeAccess, TOKEN_COOKIE } from "./access.ts";
import type { Health } from "./health.ts";

export interface GatewayOptions {
  readonly hostname: string;
  readonly port: number;
  readonly rules: AccessRules;
  /** True while main's loop turns; anything that answers at all is alive. */
  readonly ready: () => { readonly ready: boolean; readonly reason: string };
  readonly health: () => Health;
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
  /** Port of the web actor; null while it is down. */
  readonly webPort: () => number | null;
  /** Debug routes; only reached when the rules allow it. */
  readonly debug: Route;
  /** What a person does to the house. */
  readonly operator: Route;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** Answers what lies below a first segment; `path` is the rest of the address. */
type Route = (request: Request, path: readonly string[]) => Promise<Response>;

export interface Gateway {
  readonly url: string;
  stop(): Promise<void>;
}

/** Longer than the market is given to answer for a title that somebody looks at. */
const PROXY_TIMEOUT_MS = 30_000;
const STOP_WITHIN_MS = 1_000;

/** Binds the port; rejects when it is taken. */
export function openGateway(options: GatewayOptions): Gateway {
  const { hostname, port } = options;
  const server = Deno.serve(
    { hostname, port, onListen: () => {} },
    (request, info) => handle(options, request, isLoopback(info.remoteAddr)),
  );
  const bound = server.addr as Deno.NetAddr;
  const host = bound.hostname.includes(":") ? `[${bound.hostname}]` : bound.hostname;
  return {
    url: `http://${host}:${bound.port}`,
    async stop() {
      // Streams to browsers may stay open for ever: a moment of grace, then they are left behind.
      const grace = Promise.withResolvers<void>();
      const cancel = options.clock.after(STOP_WITHIN_MS, () => grace.resolve());
      await Promise.race([server.shutdown(), grace.promise]);
      cancel();
    },
  };
}

/** Answers one request. */
export async function handle(
  options: GatewayOptions,
  request: Request,
  fromLoopback: boolean,
): Promise<Response> {
  const url = new URL(request.url);
  const { method, headers } = request;
  const access = judgeAccess({ method, url, headers, isLoopback: fromLoopback }, options.rules);
  if (!access.allowed) {
    return json(access.status, { error: access.reason }, "application/json", access.headers);
  }
  if (options.rules.token !== null && url.searchParams.has("token")) return keepToken(url);
  switch (url.pathname) {
    case "/live":
      return json(200, { status: "alive" });
    case "/ready": {
      const { ready, reason } = options.ready();
      return json(ready ? 200 : 503, ready ? { status: "ready" } : { status: "not ready", reason });
    }
    case "/health": {
      const health = options.health();
      return json(health.status === "fail" ? 503 : 200, health, "application/health+json");
    }
    case "/metrics": {
      const { text, contentType } = await options.metrics();
      return new Response(text, { headers: { "content-type": contentType } });
    }
  }
  const [, first, ...rest] = url.pathname.split("/");
  if (first === "debug") return await options.debug(request, rest);
  if (first === "operator") return await options.operator(request, rest);
  return await toWeb(options, request, url);
}

/** Trades the token in the address for a cookie, so that it does not stay in the history. */
function keepToken(url: URL): Response {
  const token = url.searchParams.get("token") ?? "";
  url.searchParams.delete("token");
  const cookie = `${TOKEN_COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000`;
  const location = `${url.pathname}${url.search}`;
  return new Response(null, { status: 303, headers: { location, "set-cookie": cookie } });
}

async function toWeb(options: GatewayOptions, request: Request, url: URL): Promise<Response> {
  const port = options.webPort();
  if (port === null) return webDown();
  try {
    return await options.fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, {
      method: request.method,
      headers: passedOn(request.headers),
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(PROXY_TIMEOUT_MS)]),
    });
  } catch (error) {
    return error instanceof DOMException && error.name === "TimeoutError" ? webSlow() : webDown();
  }
}

/** What the page may know of who asks: never a token or a cookie. */
const PASSED_ON = ["accept", "accept-language", "content-type"];

function passedOn(headers: Headers): Headers {
  const known = new Headers();
  for (const name of PASSED_ON) {
    const value = headers.get(name);
    if (value !== null) known.set(name, value);
  }
  return known;
}

function webSlow(): Response {
  const error = `The page took longer than ${PROXY_TIMEOUT_MS / 1_000} s; try again in a moment`;
  return json(504, { error }, "application/json", { "retry-after": "5" });
}

function webDown(): Response {
  const error = "The web actor is restarting; /health tells more. Try again in a moment";
  return json(503, { error }, "application/json", { "retry-after": "1" });
}

export function json(
  status: number,
  body: unknown,
  contentType = "application/json",
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { "content-type": contentType, "cache-control": "no-store", ...headers },
  });
}

function isLoopback(address: Deno.Addr): boolean {
  if (address.transport !== "tcp") return false;
  const { hostname } = address;
  return hostname === "::1" || hostname.startsWith("127.") || hostname.startsWith("::ffff:127.");
}
