// @ts-check
/**
 * The page's pieces as HTML, made by the server for the first look and by the browser from then
 * on.
 *
 * @typedef {import("./html.js").Row} Row
 * @typedef {import("./html.js").Texts} Texts
 * @typedef {import("./html.js").Piece} Piece
 * @typedef {import("./html.js").Markup} Markup
 * @typedef {object} Facts What the page shows; null where it could not be read.
 * @property {Row | null} health
 * @property {readonly Row[] | null} opportunities
 * @property {readonly Row[] | null} scans
 * @property {readonly Row[] | null} targets
 * @property {readonly Row[] | null} markets
 * @property {readonly Row[] | null} ideas
 * @property {readonly Row[] | null} watches
 * @property {number} nowMs
 */

import {
  ago,
  amount,
  counted,
  formOf,
  gained,
  isRow,
  markup,
  note,
  number,
  piece,
  place,
  reasonOf,
  rows,
  share,
  sold7d,
  span,
  speak,
  stateOf,
  string,
  UNKNOWN,
  usd,
} from "./html.js";
import { ideas, markets, titleUrl, watches } from "./market.js";

/**
 * Every part of the page by the id of its container.
 * @param {Facts} facts @param {Texts} texts
 * @returns {Readonly<Record<string, readonly Piece[]>>}
 */
export function parts(facts, texts) {
  speak(texts.locale);
  return {
    summary: summary(facts, texts),
    watches: watches(facts, texts),
    scans: scans(facts, texts),
    ideas: ideas(facts, texts),
    markets: markets(facts, texts),
    opportunities: opportunities(facts, texts),
    targets: targets(facts, texts),
    actors: actors(facts, texts),
  };
}

const MAX_NOTES = 5;

/** @param {Facts} facts @param {Texts} texts @returns {readonly Piece[]} */
function summary({ health }, texts) {
  if (health === null) {
    return [piece("status", markup`<span class="pill fail">${texts.noHealth}</span>`)];
  }
  const status = string(health, "status");
  const known = status === "pass" || status === "warn" || status === "fail" ? status : "fail";
  const notes = rows(health, "notes").slice(0, MAX_NOTES)
    .map((note) => reasonOf(note["said"], string(note, "reason"), texts));
  const market = string(health, "market");
  const uptime = number(health, "uptimeSeconds");
  return [
    piece("status", markup`<span class="pill ${known}">${texts.health[known]}</span>`),
    piece(
      "facts",
      markup`<span class="facts">${
        [
          uptime === null ? "" : texts.up.replace("{time}", span(uptime * 1_000, texts)),
          market === "simulated" ? texts.simulated : market,
          string(health, "version"),
        ].filter((text) => text !== "").join(" · ")
      }</span>`,
    ),
    ...notes.map((text, at) => piece(`note${at}`, markup`<p class="alarm">${text}</p>`)),
  ];
}

const RECENT_SCANS = 6;

/** @param {Facts} facts @param {Texts} texts @returns {readonly Piece[]} */
function scans({ scans, nowMs }, texts) {
  if (scans === null) return note(texts.unavailable);
  if (scans.length === 0) return note(texts.noScans);
  /** @param {Row} scan */
  const isLive = (scan) => ["running", "queued"].includes(string(scan, "status"));
  const past = scans.filter((scan) => !isLive(scan)).slice(0, RECENT_SCANS);
  return [...scans.filter(isLive), ...past].map((scan) => scanPiece(scan, nowMs, texts));
}

/** @param {Row} scan @param {number} nowMs @param {Texts} texts @returns {Piece} */
function scanPiece(scan, nowMs, texts) {
  const status = string(scan, "status");
  const running = status === "running";
  const total = number(scan, "total");
  const etaMs = number(scan, "etaMs");
  const label = texts.scanStatus[/** @type {keyof Texts["scanStatus"]} */ (status)] ?? status;
  const head = markup`<header><b>${
    place(scan, texts)
  }</b><span class="tag ${status}">${label}</span></header>`;
  const of = total === null ? "" : ` / ${counted(total)}`;
  const left = running && etaMs !== null && etaMs > nowMs
    ? ` · ${texts.left.replace("{time}", span(etaMs - nowMs, texts))}`
    : "";
  const processed = number(scan, "processed") ?? 0;
  const found = number(scan, "accepted") ?? 0;
  const counts = markup`<p>${counted(processed)}${of} ${
    formOf(total ?? processed, texts.offers)
  } · <b>${counted(found)}</b> ${formOf(found, texts.found)}${left}</p>`;
  const reason = reasonOf(scan["said"], string(scan, "reason"), texts);
  const why = reason === "" ? "" : ` · ${reason}`;
  const when = markup`<p class="dim">${ago(number(scan, "updatedAtMs"), nowMs, texts)}${why}</p>`;
  const end = running ? bar(processed, total) : when;
  const look = running ? "scan running" : "scan";
  return piece(
    string(scan, "scanId"),
    markup`<article class="${look}">${head}${counts}${end}</article>`,
  );
}

/** @param {number} processed @param {number | null} total */
function bar(processed, total) {
  if (total === null || total === 0) return markup`<progress></progress>`;
  return markup`<progress max="${total}" value="${Math.min(processed, total)}"></progress>`;
}

/** @param {Facts} facts @param {Texts} texts @returns {readonly Piece[]} */
function opportunities({ opportunities, nowMs }, texts) {
  if (opportunities === null) return note(texts.unavailable);
  if (opportunities.length === 0) return note(texts.noOpportunities);
  return opportunities.map((row) => findPiece(row, nowMs, texts));
}

/** @param {Row} row @param {number} nowMs @param {Texts} texts @returns {Piece} */
function findPiece(row, nowMs, texts) {
  const kind = string(row, "kind") === "list" ? "list" : "quick";
  const profitCents = number(row, "profitCents") ?? 0;
  const profit = markup`<b class="${profitCents > 0 ? "good" : "bad"}">${gained(profitCents)}</b>`;
  const cells = [
    cell(texts.buy, usd(row, "buyCents")),
    cell(texts.exit, usd(row, "exitCents")),
    cell(texts.net, usd(row, "netCents")),
    cell(texts.profit, profit),
    cell(texts.roi, share(row, "roiBps", 10_000)),
  ];
  const tag = markup`<span class="tag ${kind}">${texts.kind[kind]}</span> `;
  const title = titled(row, { atMs: number(row, "foundAtMs"), nowMs, texts, tag });
  const look = string(row, "status") === "closed" ? "find closed" : "find";
  return piece(
    [string(row, "scanId"), string(row, "offerId"), kind].join("/"),
    markup`<details class="${look}"><summary>${title}${cells}</summary>${
      evidence(row, texts)
    }</details>`,
  );
}

/** @param {string} label @param {unknown} value */
function cell(label, value) {
  return markup`<span class="cell"><small>${label}</small> ${value}</span>`;
}

/**
 * @param {Row} row
 * @param {{ atMs: number | null, nowMs: number, texts: Texts, tag: Markup | null }} more
 */
function titled(row, { atMs, nowMs, texts, tag }) {
  const small = markup`<small>${tag}${place(row, texts)} · ${ago(atMs, nowMs, texts)}</small>`;
  return markup`<span class="title"><b>${string(row, "title")}</b>${small}</span>`;
}

/** What stands behind a find: its figures, and what every guard said. @param {Row} row @param {Texts} texts */
function evidence(row, texts) {
  const figures = [
    [texts.sales7d, sold7d(row)],
    [texts.bestBid, usd(row, "bestBidCents")],
    [texts.otherAsk, usd(row, "otherAskCents")],
    [texts.breakEven, usd(row, "breakEvenCents")],
    [texts.fee, `${usd(row, "feeCents")} (${share(row, "feePpm", 1_000_000)})`],
    [texts.annualised, share(row, "annualisedBps", 10_000)],
    [texts.lock, `${amount(row, "lockDays")} ${texts.day}`],
    [texts.confidence, confidence(row, texts)],
  ].map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  const guards = rows(row, "guards").map((guard) => {
    const outcome = string(guard, "outcome");
    const look = outcome === "pass" || outcome === "fail" ? outcome : "unknown";
    const id = string(guard, "guard");
    const name = texts.guardNames[/** @type {keyof Texts["guardNames"]} */ (id)] ?? id;
    return markup`<li class="${look}"><b>${name}</b> ${
      reasonOf(guard["said"], string(guard, "reason"), texts)
    }</li>`;
  });
  const closed = reasonOf(row["closedSaid"], string(row, "closedReason"), texts);
  const reason = closed === "" ? null : markup`<p class="alarm">${closed}</p>`;
  const link = markup`<p><a href="${titleUrl(row)}">${texts.analysis}</a></p>`;
  return markup`<div class="evidence">${reason}<dl>${figures}</dl><h3>${texts.guards}</h3><ul class="guards">${guards}</ul>${link}</div>`;
}

/** @param {Row} row @param {Texts} texts */
function confidence(row, texts) {
  const level = string(row, "confidence");
  return texts.confidenceOf[/** @type {keyof Texts["confidenceOf"]} */ (level)] ?? UNKNOWN;
}

/** @param {Facts} facts @param {Texts} texts @returns {readonly Piece[]} */
function targets({ targets, nowMs }, texts) {
  if (targets === null) return note(texts.unavailable);
  if (targets.length === 0) return note(texts.noTargets);
  return targets.map((row) => {
    const title = titled(row, { atMs: number(row, "createdAtMs"), nowMs, texts, tag: null });
    const price = markup`<span class="price">${usd(row, "priceCents")}<small>×${
      amount(row, "amount")
    }</small></span>`;
    const reason = markup`<p class="dim">${
      reasonOf(row["said"], string(row, "reason"), texts)
    }</p>`;
    const key = string(row, "key") || amount(row, "id");
    return piece(key, markup`<article class="target">${title}${price}${reason}</article>`);
  });
}

/** @type {Readonly<Record<string, string>>} */
const DOTS = { ready: "pass", failed: "fail", hung: "fail" };

/** @param {Facts} facts @param {Texts} texts @returns {readonly Piece[]} */
function actors({ health }, texts) {
  if (health === null || !isRow(health["actors"])) return note(texts.unavailable);
  return Object.entries(health["actors"]).map(([name, actor]) =>
    actorPiece(name, isRow(actor) ? actor : {}, texts)
  );
}

/** @param {string} name @param {Row} actor @param {Texts} texts @returns {Piece} */
function actorPiece(name, actor, texts) {
  const status = string(actor, "status");
  const mailbox = isRow(actor["mailbox"]) ? actor["mailbox"] : {};
  const exit = isRow(actor["lastExit"]) ? string(actor["lastExit"], "error") : "";
  const restarts = number(actor, "restarts") ?? 0;
  const again = restarts === 0 ? "" : ` · ${counted(restarts)} ${formOf(restarts, texts.restarts)}`;
  const depth = number(mailbox, "depth") ?? 0;
  const head = markup`<header><i class="dot ${DOTS[status] ?? "warn"}"></i><b>${name}</b></header>`;
  const state = markup`<p class="dim">${stateOf(status, texts)}${again}</p>`;
  const load = markup`<p class="dim">${amount(actor, "memoryMB")} MB · ${counted(depth)} ${
    formOf(depth, texts.waiting)
  }</p>`;
  return piece(
    name,
    markup`<article class="actor" title="${exit}">${head}${state}${load}</article>`,
  );
}
