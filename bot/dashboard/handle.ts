/** Requests in, responses out; whatever they need is passed in. */

import type { Language } from "@/bot/texts/mod.ts";
import { ActorError } from "@/core/kernel/mod.ts";
import { ASSETS } from "./assets.ts";
import { notFoundPage, page } from "./page.ts";
import { type ListQuery, parseQuery } from "./query.ts";
import { respond, respondError, respondJson } from "./respond.ts";

/** The lists of the read API, by the last part of their path. */
export const LISTS = {
  opportunities: "Opportunities",
  scans: "Scans",
  targets: "Targets",
} as const;
export type ListName = typeof LISTS[keyof typeof LISTS];

export interface ListPage {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next: string | null;
}

/** Where the answers come from. Rejections are {@link ActorError}s. */
export interface Sources {
  list(name: ListName, query: ListQuery): Promise<ListPage>;
  /** The body of GET /health. */
  health(): Promise<Readonly<Record<string, unknown>>>;
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export interface SiteConfig {
  readonly mode: "dry";
  readonly language: Language;
}

const API = "/api/v1/";

/** Never rejects. */
export async function handle(
  request: Request,
  sources: Sources,
  config: SiteConfig,
): Promise<Response> {
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") {
    const reason = `${method} is not served here, GET and HEAD are`;
    return respondError(405, reason, { headers: { allow: "GET, HEAD" } });
  }
  const response = await answer(request, sources, config);
  return method === "HEAD" ? new Response(null, response) : response;
}

async function answer(request: Request, sources: Sources, config: SiteConfig): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  try {
    if (pathname === "/") return respond("html", await page(sources, config));
    if (pathname.startsWith(API)) {
      return await list(pathname.slice(API.length), searchParams, sources);
    }
    const asset = ASSETS.get(pathname);
    if (asset !== undefined) {
      return respond(asset.type, asset.body, { headers: { "cache-control": "no-cache" } });
    }
    return notFound(request, pathname, config);
  } catch (error) {
    return failed(error);
  }
}

async function list(
  name: string,
  params: URLSearchParams,
  sources: Sources,
): Promise<Response> {
  if (!Object.hasOwn(LISTS, name)) {
    const known = Object.keys(LISTS).join(", ");
    return respondError(404, `There is no list ${JSON.stringify(name.slice(0, 60))}: ${known} are`);
  }
  const { items, next } = await sources.list(
    LISTS[name as keyof typeof LISTS],
    parseQuery(params),
  );
  return respondJson({ items, next });
}

function notFound(request: Request, pathname: string, config: SiteConfig): Response {
  const wantsHtml = request.headers.get("accept")?.includes("text/html") ?? false;
  if (wantsHtml) return respond("html", notFoundPage(config), { status: 404 });
  return respondError(404, `Nothing is at ${JSON.stringify(pathname.slice(0, 100))}`);
}

/** A wrong question is the asker's; everything else passes by itself, for actors are restarted. */
function failed(error: unknown): Response {
  if (error instanceof ActorError && error.kind === "rejected") {
    return respondError(400, error.message);
  }
  const reason = error instanceof ActorError ? error.message : "The page could not be made";
  return respondError(503, reason, { headers: { "retry-after": "1" } });
}
