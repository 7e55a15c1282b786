// deno-lint-ignore-file marketd/no-ambient -- runs in the browser, which is the edge
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Keeps the page fresh: asks every two seconds while somebody looks, and changes what changed. */

import { act } from "./act.js";
import { scanForm } from "./scan.js";
import { search } from "./search.js";
import { parts } from "./view.js";

const EVERY_MS = 2_000;
const TIMEOUT_MS = 10_000;
const SLOW_MS = 20_000;

const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");
const lamp = document.getElementById("lamp");
/** The overview; the page of a title has none. */
const main = document.getElementById("main");

/** The HTML that each element was made from. @type {WeakMap<Element, string>} */
const sources = new WeakMap();

/**
 * Null when there is no readable answer.
 * @param {string} path @param {(body: any) => any} pick @returns {Promise<any>}
 */
async function read(path, pick) {
  try {
    const response = await fetch(path, {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return pick(await response.json()) ?? null;
  } catch {
    return null;
  }
}

/** @param {any} body */
const items = (body) => body.items;

/** What does not change with every scanned page, as it was read last. @type {Record<string, any>} */
let slow = { markets: null, ideas: null };
let slowDueMs = 0;

async function refreshSlow() {
  if (Date.now() < slowDueMs) return;
  slowDueMs = Date.now() + SLOW_MS;
  const [markets, ideas] = await Promise.all([
    read("/api/v1/markets", items),
    read("/api/v1/ideas", items),
  ]);
  slow = { markets, ideas };
}

async function refresh() {
  const [health, opportunities, scans, targets, watches] = await Promise.all([
    read("/health", (body) => body),
    read("/api/v1/opportunities?limit=100", items),
    read("/api/v1/scans?limit=20", items),
    read("/api/v1/targets?limit=50", items),
    read("/api/v1/watches", items),
    refreshSlow(),
  ]);
  const live = health !== null;
  lamp?.classList.toggle("lost", !live);
  if (lamp !== null) lamp.textContent = live ? texts.live : texts.lost;
  if (!live) return;
  const lists = { opportunities, scans, targets, watches, ...slow };
  const facts = { health, ...lists, nowMs: Date.now() };
  for (const [id, pieces] of Object.entries(parts(/** @type {any} */ (facts), texts))) {
    const container = document.getElementById(id);
    if (container !== null) patch(container, pieces);
  }
}

/**
 * Makes the container show the pieces, touching only what differs, so that what is open stays open
 * and what is being read stays where it is.
 * @param {Element} container
 * @param {readonly { key: string, html: string }[]} pieces
 */
function patch(container, pieces) {
  const known = new Map(
    [...container.children].map((child) => [child.getAttribute("data-key"), child]),
  );
  pieces.forEach(({ key, html }, at) => {
    const old = known.get(key);
    known.delete(key);
    const element = old !== undefined && sources.get(old) === html ? old : make(key, html, old);
    if (element !== old) old?.replaceWith(element);
    if (container.children[at] !== element) {
      container.insertBefore(element, container.children[at] ?? null);
    }
  });
  for (const gone of known.values()) gone.remove();
}

/** @param {string} key @param {string} html @param {Element | undefined} old */
function make(key, html, old) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const element = template.content.firstElementChild ?? document.createElement("p");
  element.setAttribute("data-key", key);
  if (old?.hasAttribute("open")) element.setAttribute("open", "");
  sources.set(element, html);
  return element;
}

async function loop() {
  if (main !== null && !document.hidden) await refresh();
  setTimeout(loop, EVERY_MS);
}

document.addEventListener("visibilitychange", () => {
  if (main !== null && !document.hidden) refresh();
});
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-do]") : null;
  if (button instanceof HTMLButtonElement) act(button, texts, main === null ? () => {} : refresh);
});
search(document.getElementById("search"), document.getElementById("hits"));
scanForm(document.getElementById("scan"), texts, refresh);
if (main !== null) loop();
