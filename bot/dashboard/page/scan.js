// deno-lint-ignore-file marketd/no-ambient -- runs in the browser, which is the edge
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Starting a scan, and the filter it takes: what is chosen is kept at once.
 *
 * @typedef {import("./html.js").Texts} Texts
 * @typedef {import("./filter.js").Kept} Kept
 */

import { post, trouble } from "./act.js";
import { fields, problemText, wanted, wantsText } from "./filter.js";

/** @param {HTMLElement | null} form @param {Texts} texts @param {() => unknown} after */
export async function scanForm(form, texts, after) {
  if (!(form instanceof HTMLFormElement)) return;
  const game = /** @type {HTMLSelectElement} */ (form.elements.namedItem("game"));
  const level = /** @type {HTMLSelectElement} */ (form.elements.namedItem("level"));
  const box = form.querySelector(".filter");
  const line = form.querySelector("summary span");
  /** @type {readonly Kept[]} */
  let filters = [];

  const mine = () => filters.find((one) => one.game === game.value);
  const show = () => {
    const filter = mine();
    if (box !== null && filter !== undefined) box.innerHTML = fields(filter, texts);
    say();
  };
  const say = () => {
    if (line !== null) line.textContent = wantsText(mine()?.wants ?? {}, texts);
  };
  game.addEventListener("change", show);
  box?.addEventListener("change", async () => {
    const wants = wanted(new FormData(form));
    const answer = await post("/api/v1/filters", { game: game.value, wants });
    const [problem] = answer.problems ?? [];
    trouble(problem === undefined ? answer.error ?? "" : problemText(problem, mine(), texts));
    filters = await kept();
    // What was refused stays in its field, to be mended.
    if (problem === undefined) say();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button?.setAttribute("disabled", "");
    const answer = await post("/api/v1/scans", { game: game.value, level: level.value });
    button?.removeAttribute("disabled");
    trouble(answer.error ?? "");
    await after();
  });
  // A scan can be started while the filters are still being asked for.
  form.hidden = false;
  filters = await kept();
  show();
}

/** @returns {Promise<readonly Kept[]>} */
async function kept() {
  try {
    const response = await fetch("/api/v1/filters");
    return (await response.json()).items ?? [];
  } catch {
    return [];
  }
}
