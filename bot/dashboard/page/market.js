// @ts-check
/**
 * Games at a glance, titles worth watching, and watched ones.
 *
 * @typedef {import("./html.js").Row} Row
 * @typedef {import("./html.js").Texts} Texts
 * @typedef {import("./html.js").Piece} Piece
 */

import {
  ago,
  amount,
  counted,
  dollars,
  formOf,
  gained,
  isRow,
  markup,
  note,
  number,
  piece,
  place,
  share,
  shared,
  sold7d,
  span,
  string,
  UNKNOWN,
  usd,
} from "./html.js";

/** Where a title is analysed. @param {Row} row */
export function titleUrl(row) {
  const query = new URLSearchParams({ game: string(row, "game"), title: string(row, "title") });
  return `/title?${query}`;
}

/** A link to a title's analysis. @param {Row} row */
function titleLink(row) {
  return markup`<a class="name" href="${titleUrl(row)}">${string(row, "title")}</a>`;
}

/** @param {Row} row @param {string} action @param {string} label @param {string} priority */
function button(row, action, label, priority = "") {
  return markup`<button type="button" data-do="${action}" data-game="${
    string(row, "game")
  }" data-title="${string(row, "title")}" data-priority="${priority}">${label}</button>`;
}

/** @param {string} name @param {unknown} value */
function figure(name, value) {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/**
 * @param {{ readonly markets: readonly Row[] | null, readonly nowMs: number }} facts
 * @param {Texts} texts @returns {readonly Piece[]}
 */
export function markets({ markets, nowMs }, texts) {
  if (markets === null) return note(texts.unavailable);
  return markets.map((row) => {
    const sinceMs = number(row, "sinceMs");
    const head = markup`<header><b>${place(row, texts)}</b></header>`;
    const body = sinceMs === null
      ? markup`<p class="dim">${texts.noMarket}</p>`
      : markup`<p><b>${amount(row, "titles")}</b> ${
        formOf(number(row, "titles") ?? 0, texts.titles)
      }, ${amount(row, "twoSided")} ${texts.twoSided}</p><dl>${[
        figure(texts.medianOffer, usd(row, "medianAskCents")),
        figure(texts.medianSpread, share(row, "medianSpreadBps", 10_000)),
        figure(texts.crossed, amount(row, "crossed")),
      ]}</dl><p class="dim">${ago(sinceMs, nowMs, texts)}</p>`;
    return piece(string(row, "game"), markup`<article class="market">${head}${body}</article>`);
  });
}

/**
 * @param {{ readonly ideas: readonly Row[] | null, readonly watches: readonly Row[] | null }} facts
 * @param {Texts} texts @returns {readonly Piece[]}
 */
export function ideas({ ideas, watches }, texts) {
  if (ideas === null) return note(texts.unavailable);
  if (ideas.length === 0) return note(texts.noIdeas);
  const watched = new Set((watches ?? []).map(keyOf));
  return [
    ...ideas.map((row) => ideaPiece(row, watched.has(keyOf(row)), texts)),
    piece("meaning", markup`<p class="dim meaning-line">${texts.ideasMeaning}</p>`),
  ];
}

/** @param {Row} row */
function keyOf(row) {
  return `${string(row, "game")}/${string(row, "title")}`;
}

/** @param {Row} row @param {boolean} isWatched @param {Texts} texts @returns {Piece} */
function ideaPiece(row, isWatched, texts) {
  const sales = number(row, "sales7d");
  const liquidity = number(row, "liquidity");
  const why = [
    sales === null ? texts.salesUnread : `${texts.sales7d}: ${sold7d(row)}`,
    liquidity === null ? "" : `${texts.liquidity}: ${counted(liquidity)}`,
    `${texts.crowd}: ${amount(row, "bidCount")} / ${amount(row, "askCount")}`,
  ].filter((text) => text !== "").join(" · ");
  const trip = markup`<p>${texts.target} ${usd(row, "bidCents")} → ${texts.resell} ${
    usd(row, "sellCents")
  } · <b class="good">${gained(number(row, "profitCents") ?? 0)}</b> · ${
    share(row, "roiBps", 10_000)
  }</p>`;
  const head = markup`<header>${titleLink(row)}<span class="tag" title="${texts.score}">${
    amount(row, "score")
  }</span></header>`;
  const action = isWatched ? "" : button(row, "watch", texts.watch);
  const foot = markup`<footer><span class="dim">${
    place(row, texts)
  } · ${why}</span>${action}</footer>`;
  return piece(keyOf(row), markup`<article class="idea">${head}${trip}${foot}</article>`);
}

/**
 * @param {{ readonly watches: readonly Row[] | null, readonly nowMs: number }} facts
 * @param {Texts} texts @returns {readonly Piece[]}
 */
export function watches({ watches, nowMs }, texts) {
  if (watches === null) return note(texts.unavailable);
  const polled = piece("polled", markup`<p class="dim meaning-line">${texts.polled}</p>`);
  if (watches.length === 0) return [...note(texts.noWatches), polled];
  return [...watches.map((row) => watchPiece(row, nowMs, texts)), polled];
}

const PRIORITIES = /** @type {const} */ (["high", "normal", "low"]);

/** @param {Row} row @param {number} nowMs @param {Texts} texts @returns {Piece} */
function watchPiece(row, nowMs, texts) {
  const readAtMs = number(row, "readAtMs");
  const failures = number(row, "failures") ?? 0;
  const every = texts.every.replace("{time}", span(number(row, "intervalMs") ?? 0, texts));
  const head = markup`<header>${titleLink(row)}<span class="dim">${
    place(row, texts)
  }</span></header>`;
  const figures = readAtMs === null ? markup`<p class="dim">${texts.unread}</p>` : markup`<dl>${[
    figure(texts.offer, usd(row, "askCents")),
    figure(texts.bid, usd(row, "bidCents")),
    figure(texts.lastChange, changed(row, nowMs, texts)),
  ]}</dl>`;
  const trouble = failures === 0
    ? ""
    : markup`<p class="alarm">${counted(failures)} ${formOf(failures, texts.failing)}</p>`;
  const present = string(row, "priority");
  const choices = PRIORITIES.map((one) =>
    one === present
      ? markup`<b class="tag running">${texts.priority[one]}</b>`
      : button(row, "watch", texts.priority[one], one)
  );
  const foot =
    markup`<footer><span class="choices">${choices}</span><span class="dim">${every}</span>${
      button(row, "unwatch", texts.unwatch)
    }</footer>`;
  return piece(
    keyOf(row),
    markup`<article class="watch">${head}${figures}${trouble}${foot}</article>`,
  );
}

/** The move told last. @param {Row} row @param {number} nowMs @param {Texts} texts */
function changed(row, nowMs, texts) {
  const change = row["lastChange"];
  if (!isRow(change)) return markup`<span class="dim">${texts.noChange}</span>`;
  const from = number(change, "fromCents");
  const to = number(change, "toCents");
  const side = string(change, "side") === "ask" ? texts.offer : texts.bid;
  const ratio = from === null || to === null || from === 0 ? null : (to - from) / from;
  const look = ratio === null ? "dim" : ratio > 0 ? "good" : "bad";
  const move = ratio === null ? "" : ` (${ratio > 0 ? "+" : ""}${shared(ratio)})`;
  return markup`${side} ${from === null ? UNKNOWN : dollars(from)} → <b class="${look}">${
    to === null ? UNKNOWN : dollars(to)
  }${move}</b> <span class="dim">${ago(number(change, "atMs"), nowMs, texts)}</span>`;
}
