/** The page as it is before any script runs: complete, so that it also works without one. */

import { type Catalogue, catalogue } from "@/bot/texts/mod.ts";
import type { ListName, SiteConfig, Sources } from "./handle.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { DEFAULT_SCAN } from "@/core/protocol/notices.ts";
import { escapeHtml } from "./page/html.js";
import { parts } from "./page/view.js";

const SHOWN: Readonly<Record<ListName, number>> = { Opportunities: 100, Scans: 20, Targets: 50 };

/** Never rejects: what cannot be read is shown as such. */
export async function page(sources: Sources, config: SiteConfig): Promise<string> {
  const texts = catalogue(config.language);
  const [health, opportunities, scans, targets, markets, ideas, watches] = await Promise.all([
    sources.health().catch(() => null),
    rowsOf(sources, "Opportunities"),
    rowsOf(sources, "Scans"),
    rowsOf(sources, "Targets"),
    sources.markets().catch(() => null),
    sources.ideas().catch(() => null),
    sources.watches().catch(() => null),
  ]);
  const lists = { opportunities, scans, targets, markets, ideas, watches };
  const facts = { health, ...lists, nowMs: sources.now() };
  const pieces = parts(facts, texts.page);
  const part = (id: string) =>
    (pieces[id] ?? []).map(({ key, html }) =>
      html.replace(/^<\w+/, (tag) => `${tag} data-key="${escapeHtml(key)}"`)
    ).join("\n");
  const section = (id: string, title: string, before = "") =>
    `<section aria-labelledby="${id}-title"><h2 id="${id}-title">${escapeHtml(title)}</h2>
${before}<div id="${id}" class="${id}">${part(id)}</div></section>`;
  const { page: labels } = texts;
  return layout(
    texts,
    config,
    `${navigation(labels)}
<div id="summary" class="summary">${part("summary")}</div>
${search(labels)}
<main id="main">
${section("scans", labels.scansTitle, scanForm(labels))}
${section("opportunities", labels.opportunitiesTitle)}
${section("watches", labels.watchesTitle)}
${section("ideas", labels.ideasTitle)}
${section("markets", labels.marketTitle)}
${section("targets", labels.targetsTitle)}
${section("actors", labels.actorsTitle)}
</main>
${scripts(labels)}`,
  );
}

/** A phone shows one section at a time: these lead to each. */
function navigation(labels: Catalogue["page"]): string {
  const places = [
    ["scans", labels.scansTitle],
    ["opportunities", labels.opportunitiesTitle],
    ["watches", labels.watchesTitle],
    ["ideas", labels.ideasTitle],
    ["markets", labels.marketTitle],
    ["targets", labels.targetsTitle],
    ["actors", labels.actorsTitle],
  ] as const;
  const links = places.map(([id, title]) => `<a href="#${id}-title">${escapeHtml(title)}</a>`);
  return `<nav class="places">${links.join("\n")}</nav>`;
}

/** Hits of the search are links, so that the keyboard reaches them. */
function search({ search, searchNothing }: Catalogue["page"]): string {
  const label = escapeHtml(search);
  return `<search class="search"><input id="search" type="search" autocomplete="off" maxlength="100"
 placeholder="${label}" aria-label="${label}" aria-controls="hits"><ul id="hits" class="hits"
 data-nothing="${escapeHtml(searchNothing)}" aria-live="polite"></ul></search>`;
}

/** Shown by the script that it needs; which fields a filter has depends on the game. */
function scanForm(labels: Catalogue["page"]): string {
  const { games, scanNow, game, level, filterTitle, filterUse } = labels;
  const choice = (name: string, label: string, options: readonly string[]) =>
    `<select name="${name}" aria-label="${escapeHtml(label)}">${options.join("")}</select>`;
  const gameOptions = GAMES.map((one) =>
    `<option value="${one}">${escapeHtml(games[one])}</option>`
  );
  const levelOptions = LEVELS.map((one) =>
    `<option${one === DEFAULT_SCAN.level ? " selected" : ""}>${one}</option>`
  );
  return `<form id="scan" class="scan-form" hidden>${choice("game", game, gameOptions)}
${choice("level", level, levelOptions)}
<button type="submit" class="main">${escapeHtml(scanNow)}</button>
<details><summary>${escapeHtml(filterTitle)}: <span></span></summary>
<div class="filter"></div><p class="dim">${escapeHtml(filterUse)}</p></details></form>
`;
}

export function notFoundPage(config: SiteConfig): string {
  const texts = catalogue(config.language);
  const { notFound, back } = texts.page;
  const body = `<main><p class="note">${escapeHtml(notFound)}</p>
<p><a href="/">${escapeHtml(back)}</a></p></main>`;
  return layout(texts, config, body);
}

/** The page's program, and the words it speaks. */
export function scripts(labels: Catalogue["page"]): string {
  return `<script type="application/json" id="texts">${jsonForHtml(labels)}</script>
<script type="module" src="/assets/app.js"></script>`;
}

/** A whole page around `body`. */
export function layout(texts: Catalogue, { mode }: SiteConfig, body: string): string {
  const meaning = escapeHtml(texts.modeMeaning[mode]);
  return `<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>marketd</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<header class="top">
<img src="/assets/icon.svg" alt="" width="28" height="28">
<h1><a href="/">marketd</a></h1>
<span class="mode" title="${meaning}">${escapeHtml(texts.modeBadge[mode])}</span>
<span class="meaning">${meaning}</span>
<span id="lamp" class="lamp" role="status"></span>
</header>
<p id="trouble" class="alarm" role="alert"></p>
${body}
</body>
</html>
`;
}

async function rowsOf(
  sources: Sources,
  name: ListName,
): Promise<readonly Readonly<Record<string, unknown>>[] | null> {
  try {
    return (await sources.list(name, { limit: SHOWN[name], cursor: null })).items;
  } catch {
    return null;
  }
}

/** JSON that cannot end the script element it stands in. */
function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
