/** Requests in, responses out; whatever they need is passed in. */

import type { Language } from "@/bot/texts/mod.ts";
import type { GameId } from "@/core/domain/market.ts";
import { ActorError, type ReplyOf } from "@/core/kernel/mod.ts";
import type { analysis } from "@/core/protocol/analysis.ts";
import { languageOf } from "@/core/protocol/languages.ts";
import { ACTIONS, type FilterWish, readJson, type ScanWish, type WatchWish } from "./actions.ts";
import { ASSETS } from "./assets.ts";
import { notFoundPage, page } from "./page.ts";
import { type ListQuery, parseQuery, parseText, parseTitle } from "./query.ts";
import { respond, respondError, respondJson } from "./respond.ts";
import { titlePage } from "./title_page.ts";

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

export type Row = Readonly<Record<string, unknown>>;

/** Where the answers come from. Rejections are {@link ActorError}s. */
export interface Sources {
  list(name: ListName, query: ListQuery): Promise<ListPage>;
  /** The body of GET /health. */
  health(): Promise<Row>;
  /** Every game at a glance. */
  markets(): Promise<readonly Row[]>;
  /** Titles worth watching, best first. */
  ideas(): Promise<readonly Row[]>;
  watches(): Promise<readonly Row[]>;
  /** Titles that a text means. */
  titles(text: string): Promise<readonly Row[]>;
  title(game: GameId, title: string): Promise<ReplyOf<typeof analysis, "Title">>;
  watch(wish: WatchWish): Promise<Row>;
  unwatch(wish: WatchWish): Promise<Row>;
  /** What is wanted of each game, and what may be. */
  filters(): Promise<readonly Row[]>;
  /** `problems`: why the filter stays as it was; empty when it is kept. */
  setFilter(wish: FilterWish): Promise<Row>;
  /** Starts a scan with the filter of its game, or joins one that waits or runs. */
  scan(wish: ScanWish): Promise<Row>;
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
  const spoken = { ...config, language: languageFor(request, config) };
  const { pathname } = new URL(request.url);
  const action = ACTIONS.get(pathname);
  if (method === "POST" && action !== undefined) {
    try {
      return respondJson(await action(sources, await readJson(request)));
    } catch (error) {
      return failed(error);
    }
  }
  if (method !== "GET" && method !== "HEAD") {
    const reason = `${method} is not served here, GET and HEAD are`;
    return respondError(405, reason, { headers: { allow: "GET, HEAD" } });
  }
  const response = await answer(request, sources, spoken);
  return method === "HEAD" ? new Response(null, response) : response;
}

/** The first language of the reader that there is. */
function languageFor({ headers }: Request, config: SiteConfig): Language {
  for (const part of (headers.get("accept-language") ?? "").slice(0, 200).split(",")) {
    const language = languageOf(part.split(";")[0]);
    if (language !== null) return language;
  }
  return config.language;
}

async function answer(request: Request, sources: Sources, config: SiteConfig): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  try {
    if (pathname === "/") return respond("html", await page(sources, config));
    if (pathname === "/title") {
      return respond("html", await titlePage(parseTitle(searchParams), sources, config));
    }
    if (pathname.startsWith(API)) {
      return await read(pathname.slice(API.length), searchParams, sources);
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

/** What is read whole, by the last part of its path. */
const GLANCES = ["markets", "ideas", "watches", "filters"] as const;

async function read(
  name: string,
  params: URLSearchParams,
  sources: Sources,
): Promise<Response> {
  if (Object.hasOwn(LISTS, name)) {
    const { items, next } = await sources.list(
      LISTS[name as keyof typeof LISTS],
      parseQuery(params),
    );
    return respondJson({ items, next });
  }
  const glance = GLANCES.find((one) => one === name);
  if (glance !== undefined) return respondJson({ items: await sources[glance](), next: null });
  if (name === "titles") {
    return respondJson({ items: await sources.titles(parseText(params)), next: null });
  }
  if (name === "title") {
    const { game, title } = parseTitle(params);
    return respondJson(await sources.title(game, title));
  }
  const known = [...Object.keys(LISTS), ...GLANCES, "titles", "title"].join(", ");
  return respondError(404, `There is no list ${JSON.stringify(name.slice(0, 60))}: ${known} are`);
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
