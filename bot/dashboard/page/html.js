// @ts-check
/**
 * HTML from templates, and numbers as people write them. Titles are foreign: everything
 * interpolated is escaped.
 *
 * @typedef {Readonly<Record<string, unknown>>} Row
 * @typedef {import("@/bot/texts/catalogue.ts").PageTexts} Texts
 * @typedef {{ readonly key: string, readonly html: string }} Piece
 */

/** @param {string} locale */
function formatsFor(locale) {
  const dollars = /** @type {const} */ ({ style: "currency", currency: "USD" });
  return {
    locale,
    money: new Intl.NumberFormat(locale, dollars),
    gain: new Intl.NumberFormat(locale, { ...dollars, signDisplay: "exceptZero" }),
    percent: new Intl.NumberFormat(locale, {
      style: "percent",
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    }),
    whole: new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }),
    fine: new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }),
    plurals: new Intl.PluralRules(locale),
    finePercent: new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }),
  };
}

let formats = formatsFor("en-US");

/** Numbers are written for `locale` from now on. @param {string} locale */
export function speak(locale) {
  if (locale !== formats.locale) formats = formatsFor(locale);
}

/** @param {number} cents */
export function dollars(cents) {
  return formats.money.format(cents / 100);
}

/** @param {number} cents */
export function gained(cents) {
  return formats.gain.format(cents / 100);
}

/** @param {number} value */
export function counted(value) {
  return formats.whole.format(value);
}

/**
 * The form of a noun that goes with its number.
 * @param {number} count @param {import("@/bot/texts/format.ts").Forms} forms
 */
export function formOf(count, forms) {
  return forms[formats.plurals.select(count)] ?? forms.other;
}

/** @param {number} ratio */
export function shared(ratio) {
  return formats.percent.format(ratio);
}

const NO_BREAK = "\u00a0";

/** How values are written, by the unit at the end of their names. @type {readonly [string, (value: number, texts: Texts) => string][]} */
const UNITS = [
  ["Cents", dollars],
  ["Bps", (value) => formats.finePercent.format(value / 10_000)],
  ["Days", (value, texts) => formats.fine.format(value) + NO_BREAK + texts.day],
  ["Hours", (value, texts) => formats.fine.format(value) + NO_BREAK + texts.hour],
  ["Seconds", (value, texts) => counted(value) + NO_BREAK + texts.second],
];

/**
 * A reason in the reader's language; where it is no data, or of a newer version, its English.
 * @param {unknown} said @param {string} english @param {Texts} texts @returns {string}
 */
export function reasonOf(said, english, texts) {
  if (!isRow(said)) return english;
  const code = string(said, "code");
  if (!Object.hasOwn(texts.reasons, code)) return english;
  const sentence = texts.reasons[/** @type {keyof Texts["reasons"]} */ (code)];
  const values = isRow(said["values"]) ? said["values"] : {};
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = number(values, name);
    if (name === "state") return stateOf(string(values, name), texts);
    if (value === null) return reasonOf(values[name], string(values, name), texts);
    const write = UNITS.find(([ending]) => name.endsWith(ending))?.[1];
    return write === undefined ? formats.fine.format(value) : write(value, texts);
  });
}

/** The name of a state; one that this page does not know stays as it is. @param {string} state @param {Texts} texts */
export function stateOf(state, texts) {
  return Object.hasOwn(texts.states, state)
    ? texts.states[/** @type {keyof Texts["states"]} */ (state)]
    : state;
}

/** @type {Readonly<Record<string, string>>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as text in HTML, in elements and in quoted attributes. @param {unknown} value */
export function escapeHtml(value) {
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

export class Markup {
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
export function markup(strings, ...parts) {
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
export function number(row, name) {
  const value = row[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** @param {Row} row @param {string} name */
export function string(row, name) {
  const value = row[name];
  return typeof value === "string" ? value : "";
}

/** @param {unknown} value @returns {value is Row} */
export function isRow(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {Row} row @param {string} name @returns {readonly Row[]} */
export function rows(row, name) {
  const value = row[name];
  return Array.isArray(value) ? value.filter(isRow) : [];
}

export const UNKNOWN = "–";

/** @param {Row} row @param {string} name */
export function usd(row, name) {
  const cents = number(row, name);
  return cents === null ? UNKNOWN : dollars(cents);
}

/** @param {Row} row @param {string} name */
export function amount(row, name) {
  const value = number(row, name);
  return value === null ? UNKNOWN : counted(value);
}

/** The market shows the newest twenty sales of a title: more were reckoned from their pace. */
const MOST_SALES_SEEN = 20;

/** Sales of seven days. @param {Row} row */
export function sold7d(row) {
  const sales = number(row, "sales7d") ?? 0;
  return `${sales > MOST_SALES_SEEN ? `≈${NO_BREAK}` : ""}${amount(row, "sales7d")}`;
}

/** A share of `unit`: 10,000 for basis points, a million for parts per million. @param {Row} row @param {string} name @param {number} unit */
export function share(row, name, unit) {
  const value = number(row, name);
  return value === null ? UNKNOWN : shared(value / unit);
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
export function ago(atMs, nowMs, texts) {
  if (atMs === null) return markup`${UNKNOWN}`;
  const text = nowMs - atMs < 60_000
    ? texts.justNow
    : texts.ago.replace("{time}", span(nowMs - atMs, texts));
  const moment = new Date(atMs);
  const iso = Number.isNaN(moment.getTime()) ? "" : moment.toISOString();
  return markup`<time datetime="${iso}" title="${iso}">${text}</time>`;
}

/** @param {Row} row @param {Texts} texts */
export function place(row, texts) {
  const game = string(row, "game");
  const name = texts.games[/** @type {keyof Texts["games"]} */ (game)] ?? game;
  return `${name} ${string(row, "level")}`.trim();
}

/** @param {string} key @param {Markup} piece @returns {Piece} */
export function piece(key, piece) {
  return { key, html: piece.text };
}

/** @param {string} text @returns {readonly Piece[]} */
export function note(text) {
  return [piece("note", markup`<p class="note">${text}</p>`)];
}
