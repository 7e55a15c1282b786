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
  const path = PATHS[/** @type {keyof typeof PATHS} */ (action)];
  const answer = await post(path, { game, title, priority: priority ?? "" });
  button.disabled = false;
  const refused = answer.accepted === false
    ? reasonOf(answer.said, answer.reason, texts)
    : answer.error;
  if (refused === undefined) button.classList.add("done");
  trouble(refused === undefined ? "" : `${button.textContent}: ${refused}`);
  await after();
}

/**
 * The answer; `error` says why there is none.
 * @param {string} path @param {object} body @returns {Promise<any>}
 */
export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.json();
    return response.ok ? answer : { error: String(answer.error ?? response.status) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Says what was not done, and why; nothing when it was. @param {string} text */
export function trouble(text) {
  const line = document.getElementById("trouble");
  if (line !== null) line.textContent = text;
}
