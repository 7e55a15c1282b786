// deno-lint-ignore-file marketd/no-ambient -- runs in the browser, which is the edge
// @ts-check
/// <reference lib="dom" />
/** Finds titles while somebody types; `/` goes to the field, Enter to the first hit. */

import { titleUrl } from "./market.js";

const WAIT_MS = 200;

/** @param {HTMLElement | null} field @param {HTMLElement | null} hits */
export function search(field, hits) {
  if (!(field instanceof HTMLInputElement) || hits === null) return;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const text = field.value.trim();
      asked = text;
      const found = text === "" ? [] : await titles(text);
      // A later question was asked while this one was on its way.
      if (asked === text) show(hits, text, found);
    }, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") hits.querySelector("a")?.click();
    if (event.key === "Escape") field.blur();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || document.activeElement === field) return;
    event.preventDefault();
    field.focus();
  });
}

/** @param {string} text @returns {Promise<readonly { game: string, title: string }[]>} */
async function titles(text) {
  try {
    const response = await fetch(`/api/v1/titles?${new URLSearchParams({ text })}`);
    return (await response.json()).items ?? [];
  } catch {
    return [];
  }
}

/** @param {HTMLElement} hits @param {string} text @param {readonly { game: string, title: string }[]} found */
function show(hits, text, found) {
  const lines = found.map((row) => {
    const link = document.createElement("a");
    link.href = titleUrl(row);
    link.textContent = row.title;
    return link;
  });
  const nothing = text !== "" && lines.length === 0 ? [hits.dataset.nothing ?? ""] : [];
  hits.replaceChildren(...[...lines, ...nothing].map((line) => {
    const item = document.createElement("li");
    item.append(line);
    return item;
  }));
}
