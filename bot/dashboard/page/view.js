// @ts-check
/**
 * The page's pieces as HTML, made by the server for the first look and by the browser from then
 * on. Titles are foreign: everything interpolated is escaped.
 *
 * @typedef {Readonly<Record<string, unknown>>} Row
 * @typedef {import("@/bot/texts/catalogue.ts").PageTexts} Texts
 * @typedef {{ readonly key: string, readonly html: string }} Piece
 * @typedef {object} Facts What the page shows; null where it could not be read.
 * @property {Row | null} health
 * @property {readonly Row[] | null} opportunities
 * @property {readonly Row[] | null} scans
 * @property {readonly Row[] | null} targets
 * @property {number} nowMs
 */

const LOCALE = "en-US";
const DOLLARS = /** @type {const} */ ({ style: "currency", currency: "USD" });
const money = new Intl.NumberFormat(LOCALE, DOLLARS);
const gain = new Intl.NumberFormat(LOCALE, { ...DOLLARS, signDisplay: "exceptZero" });
const percent = new Intl.NumberFormat(LOCALE, { style: "percent", minimumFractionDigits: 1 });
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

/** @type {Readonly<Record<string, string>>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as text in HTML, in elements and in quoted attributes. @param {unknown} value */
export function escapeHtml(value) {
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/**
 * Template tag: escapes everything but markup and lists of it.
 * @param {TemplateStringsArray} strings
 * @param {...unknown} parts
 */
function markup(strings, ...parts) {
  return new Markup(
    strings.map((fixed, at) => fixed + (at < parts.length ? shown(parts[at]) : "")).join(""),
  );
}

/** @param {unknown} part @returns {string} */
function shown(part) {
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(shown).join("");
  return part === null || part === undefined ? "" : escapeHtml(part);
}

/** @param {Row} row @param {string} name */
function number(row, name) {
  const value = row[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** @param {Row} row @param {string} name */
function string(row, name) {
  const value = row[name];
  return typeof value === "string" ? value : "";
}

/** @param {unknown} value @returns {value is Row} */
function isRow(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {Row} row @param {string} name @returns {readonly Row[]} */
function rows(row, name) {
  const value = row[name];
  return Array.isArray(value) ? value.filter(isRow) : [];
}

const UNKNOWN = "–";

/** @param {Row} row @param {string} name */
function usd(row, name) {
  const cents = number(row, name);
  return cents === null ? UNKNOWN : money.format(cents / 100);
}

/** @param {Row} row @param {string} name */
function amount(row, name) {
  const value = number(row, name);
  return value === null ? UNKNOWN : whole.format(value);
}

/** A share of `unit`: 10,000 for basis points, a million for parts per million. @param {Row} row @param {string} name @param {number} unit */
function share(row, name, unit) {
  const value = number(row, name);
  return value === null ? UNKNOWN : percent.format(value / unit);
}

/** A span of time in its largest unit. @param {number} ms @param {Texts} texts */
export function span(ms, texts) {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} ${texts.second}`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} ${texts.minute}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} ${texts.hour}`;
  return `${Math.floor(seconds / 86_400)} ${texts.day}`;
}

/** @param {number | null} atMs @param {number} nowMs @param {Texts} texts */
function ago(atMs, nowMs, texts) {
  if (atMs === null) return markup`${UNKNOWN}`;
  const text = nowMs - atMs < 60_000
    ? texts.justNow
    : texts.ago.replace("{time}", span(nowMs - atMs, texts));
  const moment = new Date(atMs);
  const iso = Number.isNaN(moment.getTime()) ? "" : moment.toISOString();
  return markup`<time datetime="${iso}" title="${iso}">${text}</time>`;
}

/** @param {Row} row @param {Texts} texts */
function place(row, texts) {
  const game = string(row, "game");
  const name = texts.games[/** @type {keyof Texts["games"]} */ (game)] ?? game;
  return `${name} ${string(row, "level")}`.trim();
}

/** @param {string} key @param {Markup} piece @returns {Piece} */
function piece(key, piece) {
  return { key, html: piece.text };
}

/** @param {string} text @returns {readonly Piece[]} */
function note(text) {
  return [piece("note", markup`<p class="note">${text}</p>`)];
}

/**
 * Every part of the page by the id of its container.
 * @param {Facts} facts @param {Texts} texts
 * @returns {Readonly<Record<string, readonly Piece[]>>}
 */
export function parts(facts, texts) {
  return {
    summary: summary(facts, texts),
    scans: scans(facts, texts),
    opportunities: opportunities(facts, texts),
    targets: targets(facts, texts),
    actors: actors(facts, texts),
  };
}

/** @param {Facts} facts @param {Texts} texts @returns {readonly Piece[]} */
function summary({ health }, texts) {
  if (health === null) {
    return [piece("status", markup`<span class="pill fail">${texts.noHealth}</span>`)];
  }
  const status = string(health, "status");
  const known = status === "pass" || status === "warn" || status === "fail" ? status : "fail";
  const all = Array.isArray(health["notes"]) ? health["notes"] : [];
  const notes = all.filter((text) => typeof text === "string").slice(0, 5);
  const uptime = number(health, "uptimeSeconds");
  return [
    piece("status", markup`<span class="pill ${known}">${texts.health[known]}</span>`),
    piece(
      "facts",
      markup`<span class="facts">${
        [
          uptime === null ? "" : texts.up.replace("{time}", span(uptime * 1_000, texts)),
          string(health, "market"),
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
  const of = total === null ? "" : ` / ${whole.format(total)}`;
  const left = running && etaMs !== null && etaMs > nowMs
    ? ` · ${texts.left.replace("{time}", span(etaMs - nowMs, texts))}`
    : "";
  const counts = markup`<p>${amount(scan, "processed")}${of} ${texts.offers} · <b>${
    amount(scan, "accepted")
  }</b> ${texts.found}${left}</p>`;
  const why = string(scan, "reason") === "" ? "" : ` · ${string(scan, "reason")}`;
  const when = markup`<p class="dim">${ago(number(scan, "updatedAtMs"), nowMs, texts)}${why}</p>`;
  const end = running ? bar(number(scan, "processed") ?? 0, total) : when;
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
  const profit = markup`<b class="${profitCents > 0 ? "good" : "bad"}">${
    gain.format(profitCents / 100)
  }</b>`;
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
    [texts.sales7d, amount(row, "sales7d")],
    [texts.bestBid, usd(row, "bestBidCents")],
    [texts.otherAsk, usd(row, "otherAskCents")],
    [texts.breakEven, usd(row, "breakEvenCents")],
    [texts.fee, `${usd(row, "feeCents")} (${share(row, "feePpm", 1_000_000)})`],
    [texts.lock, `${amount(row, "lockDays")} ${texts.day}`],
    [texts.confidence, string(row, "confidence") || UNKNOWN],
  ].map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  const guards = rows(row, "guards").map((guard) => {
    const outcome = string(guard, "outcome");
    const look = outcome === "pass" || outcome === "fail" ? outcome : "unknown";
    return markup`<li class="${look}"><b>${string(guard, "guard")}</b> ${
      string(guard, "reason")
    }</li>`;
  });
  const closed = string(row, "closedReason");
  const reason = closed === "" ? null : markup`<p class="alarm">${closed}</p>`;
  return markup`<div class="evidence">${reason}<dl>${figures}</dl><ul class="guards">${guards}</ul></div>`;
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
    const reason = markup`<p class="dim">${string(row, "reason")}</p>`;
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
  const again = restarts === 0 ? "" : ` · ${whole.format(restarts)} ${texts.restarts}`;
  const head = markup`<header><i class="dot ${DOTS[status] ?? "warn"}"></i><b>${name}</b></header>`;
  const state = markup`<p class="dim">${status}${again}</p>`;
  const load = markup`<p class="dim">${amount(actor, "memoryMB")} MB · ${
    amount(mailbox, "depth")
  } ${texts.waiting}</p>`;
  return piece(
    name,
    markup`<article class="actor" title="${exit}">${head}${state}${load}</article>`,
  );
}
