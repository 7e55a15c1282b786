// @ts-check
/**
 * A game's filter as form fields and as words.
 *
 * @typedef {import("./html.js").Texts} Texts
 * @typedef {import("@/core/domain/filters/fields.ts").FieldSpec} Spec
 * @typedef {Readonly<Record<string, boolean | readonly (string | number)[]>>} Wants
 * @typedef {{ readonly game: string, readonly wants: Wants, readonly fields: Readonly<Record<string, Spec>> }} Kept
 * @typedef {{ readonly field: string, readonly value: string, readonly allowed: readonly string[] }} Problem
 */

import { Markup, markup } from "./html.js";

/** Every field of the game with what is wanted of it. @param {Kept} filter @param {Texts} texts */
export function fields({ wants, fields }, texts) {
  return Object.entries(fields).map(([name, spec]) =>
    markup`<fieldset><legend>${name}</legend>${control(name, spec, wants[name], texts)}</fieldset>`
      .text
  ).join("");
}

/**
 * @param {string} name @param {Spec} spec @param {Wants[string] | undefined} value
 * @param {Texts} texts @returns {Markup | readonly Markup[]}
 */
function control(name, spec, value, texts) {
  const list = Array.isArray(value) ? value.map(String) : [];
  switch (spec.kind) {
    case "words":
      return spec.allowed.map((word) =>
        markup`<label class="chip"><input type="checkbox" name="${name}" value="${word}"${
          checked(list.includes(word))
        }>${word}</label>`
      );
    case "flag": {
      const present = value === undefined ? "" : value === true ? "yes" : "no";
      const choices = [["", texts.anyValue], ["yes", texts.yes], ["no", texts.no]];
      return choices.map(([word, label]) =>
        markup`<label class="chip"><input type="radio" name="${name}" value="${word}"${
          checked(word === present)
        }>${label}</label>`
      );
    }
    default:
      return markup`<input type="text" name="${name}" value="${list.join(", ")}" placeholder="${
        example(spec)
      }" aria-label="${name}" autocomplete="off" maxlength="300">`;
  }
}

/** @param {boolean} is */
function checked(is) {
  return new Markup(is ? " checked" : "");
}

/** @param {Spec} spec */
function example(spec) {
  switch (spec.kind) {
    case "numbers":
      return `${spec.from} … ${spec.to}`;
    case "path":
      return "rifle/ak-47, …";
    default:
      return "…, …";
  }
}

/** Fields of the form that are no filter. */
const OTHERS = ["game", "level"];

/** What the form wants; what is empty is not wanted. @param {FormData} form */
export function wanted(form) {
  /** @type {Record<string, string | string[]>} */
  const wants = {};
  for (const name of new Set(form.keys())) {
    if (OTHERS.includes(name)) continue;
    const values = form.getAll(name).flatMap((value) => String(value).split(","))
      .map((value) => value.trim()).filter((value) => value !== "");
    const isFlag = values.length === 1 && (values[0] === "yes" || values[0] === "no");
    if (isFlag) wants[name] = values[0] ?? "";
    else if (values.length > 0) wants[name] = values;
  }
  return wants;
}

/** The filter in one line. @param {Wants} wants @param {Texts} texts */
export function wantsText(wants, texts) {
  const either = new Intl.ListFormat(texts.locale, { type: "disjunction" });
  const parts = Object.entries(wants).map(([field, value]) => {
    if (typeof value === "boolean") return `${field} ${value ? texts.yes : texts.no}`;
    return `${field} ${either.format(value.map(String))}`;
  });
  return parts.length === 0 ? texts.noFilter : parts.join("; ");
}

/** Why a value is not taken. @param {Problem} problem @param {Kept | undefined} filter @param {Texts} texts */
export function problemText({ field, value, allowed }, filter, texts) {
  const spec = Object.hasOwn(filter?.fields ?? {}, field) ? filter?.fields[field] : undefined;
  /** @param {string} sentence @param {Readonly<Record<string, string | number>>} values */
  const filled = (sentence, values) =>
    sentence.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  if (spec === undefined) {
    return filled(texts.filterUnknown, { field, allowed: allowed.join(", ") });
  }
  const either = new Intl.ListFormat(texts.locale, { type: "disjunction" });
  const bounds = spec.kind === "numbers" ? spec : { from: "", to: "" };
  const values = { field, value, allowed: either.format(allowed), ...bounds };
  return filled(`${texts.filterCannot}: ${texts.filterTakes[spec.kind]}`, values);
}
