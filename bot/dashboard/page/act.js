// deno-lint-ignore-file marketd/no-ambient -- runs in the browser, which is the edge
// @ts-check
/// <reference lib="dom" />
/** Buttons: what they ask for, and what they say when it was not done. */

import { reasonOf } from "./html.js";

const PATHS = { watch: "/api/v1/watches", unwatch: "/api/v1/watches/remove" };
const TIMEOUT_MS = 10_000;

/**
 * @param {HTMLButtonElement} button
 * @param {import("./html.js").Texts} texts
 * @param {() => unknown} after
 */
export async function act(button, texts, after) {
  const { do: action = "", game, title, priority } = button.dataset;
  button.disabled = true;
  const trouble = await ask(PATHS[/** @type {keyof typeof PATHS} */ (action)], {
    game,
    title,
    priority: priority ?? "",
  }, texts);
  button.disabled = false;
  if (trouble === null) button.classList.add("done");
  else show(button, trouble);
  await after();
}

/**
 * Null when it was done, otherwise why not.
 * @param {string} path @param {object} body @param {import("./html.js").Texts} texts
 */
async function ask(path, body, texts) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.json();
    if (!response.ok) return String(answer.error ?? response.status);
    return answer.accepted === false ? reasonOf(answer, texts) : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @param {Element} button @param {string} trouble */
function show(button, trouble) {
  const line = document.getElementById("trouble");
  if (line === null) return;
  line.textContent = `${button.textContent}: ${trouble}`;
}
