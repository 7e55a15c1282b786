/**
 * Reading foreign bodies: liberal in form, strict in meaning. A row that lacks what is needed is
 * refused with the reason and the rest is read; fields nobody knows are counted by their path.
 */

import { z } from "zod";
import { ActorError } from "@/core/kernel/errors.ts";
import { centsFromDollarText, centsFromWhole } from "./money.ts";

/** Fields a body is known to have: `true` for a leaf, an object for an object or a list of them. */
export interface Shape {
  readonly [field: string]: true | Shape;
}

/** Each becomes a series of a metric, which holds 60. */
const MAX_PATHS = 50;
const MAX_PATH_CHARS = 120;
const OTHER_PATHS = "(others)";

/** Collects, over many bodies, what was not understood. Bounded. */
export class WireAudit {
  readonly #unknownFields = new Map<string, number>();
  readonly #refusedRows = new Map<string, number>();

  /** Counts every field of `value` that `shape` does not hold. */
  countUnknown(value: unknown, shape: Shape, path: string): void {
    if (Array.isArray(value)) {
      for (const element of value) this.countUnknown(element, shape, path);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    // Without a list of the keys: pages have thousands of fields, and JSON inherits none.
    for (const field in value) {
      const known = shape[field];
      if (known === true) continue;
      if (known === undefined || !Object.hasOwn(shape, field)) {
        count(this.#unknownFields, `${path}.${printable(field)}`);
      } else this.countUnknown(Reflect.get(value, field), known, `${path}.${field}`);
    }
  }

  /** Counts one refused row under its reason. */
  countRefused(reason: string): void {
    count(this.#refusedRows, reason);
  }

  get unknownFields(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#unknownFields);
  }

  get refusedRows(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refusedRows);
  }
}

function count(counts: Map<string, number>, path: string): void {
  const isRoom = counts.has(path) || counts.size < MAX_PATHS;
  const key = isRoom ? path.slice(0, MAX_PATH_CHARS) : OTHER_PATHS;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** A field's name is foreign text: what is odd in it is not repeated. */
function printable(field: string): string {
  return /^[\w.:-]{1,64}$/.test(field) ? field : "(odd name)";
}

/** Where a body comes from, and what is known of its form. */
export interface ListSource<T, E> {
  /** Name used in reasons and paths, such as `offers`. */
  readonly name: string;
  /** The envelope's field that holds the rows. */
  readonly list: string;
  /** The envelope's other fields. */
  readonly envelope: { readonly shape: Shape; readonly schema: z.ZodType<E> };
  readonly row: { readonly shape: Shape; readonly schema: z.ZodType<T> };
  readonly maxRows: number;
}

export interface ListBody<T, E> {
  readonly envelope: E;
  readonly rows: readonly T[];
  /** The same rows as they came. */
  readonly raw: readonly unknown[];
  /** Why rows were refused, one entry each. */
  readonly malformed: readonly string[];
  /** The refused rows as they came. */
  readonly refused: readonly unknown[];
}

const MAX_REASON_CHARS = 300;

/**
 * The rows of a list body. A list that is null or left out, as protobuf JSON does with empty ones,
 * is an empty list as long as nothing in the body is strange. Throws {@link ActorError} `rejected
 * unexpected-shape` when the body is not such a list at all.
 */
export function readList<T, E>(
  body: unknown,
  source: ListSource<T, E>,
  audit: WireAudit,
): ListBody<T, E> {
  const { shape, schema } = source.envelope;
  const row = source.row.shape;
  const envelope = readObject(
    body,
    { name: source.name, shape: { ...shape, [source.list]: row }, schema },
    audit,
  );
  const fields = asRecord(body, source.name);
  const list = fields[source.list] ?? missingList(fields, source);
  if (!Array.isArray(list)) throw unexpected(source.name, `${source.list} is not a list`);
  if (list.length > source.maxRows) {
    const most = `${source.maxRows} at most`;
    throw unexpected(source.name, `${source.list} has ${list.length} rows, ${most}`);
  }
  const rows: T[] = [];
  const accepted: unknown[] = [];
  const malformed: string[] = [];
  const refused: unknown[] = [];
  for (const raw of list) {
    const parsed = source.row.schema.safeParse(raw);
    if (parsed.success) {
      rows.push(parsed.data);
      accepted.push(raw);
      continue;
    }
    const { field, problem } = firstProblem(parsed.error);
    audit.countRefused(`${source.name}.${field}`);
    malformed.push(`${source.name}.${field}: ${problem}`.slice(0, MAX_REASON_CHARS));
    refused.push(raw);
  }
  return { envelope, rows, raw: accepted, malformed, refused };
}

/**
 * The same page, as long as no more than a fifth of its rows were refused. An odd row costs itself;
 * more than that is a field that has changed, at least for one kind of row, and what is left would
 * pass for the whole: a title without its sales, a shop without its cheapest listings. Throws
 * {@link ActorError} `rejected unexpected-shape`.
 */
export function mostlyRead<P extends { readonly malformed: readonly string[] }>(
  name: string,
  page: P,
  rowsRead: number,
): P {
  const refused = page.malformed.length;
  const rows = refused + rowsRead;
  if (refused * 5 <= rows) return page;
  throw unexpected(name, `${refused} of ${rows} rows were refused, first ${page.malformed[0]}`);
}

/** Odd rows in so few say nothing about a field that has changed. */
const FEW_ODD_ROWS = 2;

/**
 * The same for what others sell, bid and pay: a couple of odd rows is passed over, however short the
 * answer. Each is a deal missed at worst, or one listing more, which the page of offers tells of;
 * with what is ours it would be money. Throws {@link ActorError} `rejected unexpected-shape`.
 */
export function readButForFew<P extends { readonly malformed: readonly string[] }>(
  name: string,
  page: P,
  rowsRead: number,
): P {
  return page.malformed.length <= FEW_ODD_ROWS ? page : mostlyRead(name, page, rowsRead);
}

/** One object, whole or not at all. Throws {@link ActorError} `rejected unexpected-shape`. */
export function readObject<T>(
  body: unknown,
  source: { readonly name: string; readonly shape: Shape; readonly schema: z.ZodType<T> },
  audit: WireAudit,
): T {
  audit.countUnknown(asRecord(body, source.name), source.shape, source.name);
  const parsed = source.schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const { field, problem } = firstProblem(parsed.error);
  audit.countRefused(`${source.name}.${field}`);
  throw unexpected(source.name, `${field}: ${problem}`);
}

function missingList(
  envelope: Readonly<Record<string, unknown>>,
  source: { readonly name: string; readonly list: string; readonly envelope: { shape: Shape } },
): readonly unknown[] {
  const isStrange = Object.keys(envelope).some((field) =>
    field !== source.list && !Object.hasOwn(source.envelope.shape, field)
  );
  const total = envelope.total === undefined ? 0 : centsFromWhole(envelope.total);
  if (isStrange || total !== 0) throw unexpected(source.name, `${source.list} is missing`);
  return [];
}

function asRecord(body: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) {
    return body as Readonly<Record<string, unknown>>;
  }
  throw unexpected(name, `the body is ${Array.isArray(body) ? "a list" : typeof body}`);
}

function unexpected(name: string, problem: string): ActorError {
  const message = `Cannot read the ${name} body: ${problem}`.slice(0, MAX_REASON_CHARS);
  return new ActorError("rejected", "unexpected-shape", message);
}

function firstProblem(error: z.ZodError): { readonly field: string; readonly problem: string } {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).filter((part) => typeof part === "string");
  return { field: path.join(".") || "row", problem: issue?.message ?? "Not understood" };
}

// ---- fields -------------------------------------------------------------------------------------

/** One field's form: a reader that returns null for what it does not take, and the rule in words. */
export interface FieldRule<T> {
  readonly read: (value: unknown) => T | null;
  readonly rule: string;
}

// Each is one transform and no pipe of several: pages have thousands of fields.

/** A field that must be there. */
export function required<T>(field: FieldRule<T>): z.ZodType<T> {
  return z.transform((value, context) => field.read(value) ?? refuse(field, value, context));
}

/** A field that is null where it is null, left out or an empty string. */
export function optional<T>(field: FieldRule<T>): z.ZodType<T | null> {
  return z.transform((value, context) =>
    isAbsent(value) ? null : field.read(value) ?? refuse(field, value, context)
  );
}

/** The same, and null where it cannot be read: for what is only told to people. */
export function lenient<T>(field: FieldRule<T>): z.ZodType<T | null> {
  return z.transform((value) => isAbsent(value) ? null : field.read(value));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** A flag that protobuf leaves out when it is `unless`. */
export function flag(unless: boolean): z.ZodType<boolean> {
  return z.transform((value, context) =>
    value === undefined || value === null
      ? unless
      : typeof value === "boolean"
      ? value
      : refuse(FLAG, value, context)
  );
}

const FLAG = { read: () => null, rule: "true or false" };

const MAX_SHOWN_CHARS = 60;

function refuse(field: FieldRule<unknown>, value: unknown, context: z.RefinementCtx): never {
  const shown = value === undefined ? "missing" : JSON.stringify(value) ?? typeof value;
  const message = `Must be ${field.rule}, is ${shown.slice(0, MAX_SHOWN_CHARS)}`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

/** An int64 of zero or more. */
export const wholeNumber: FieldRule<number> = {
  read: centsFromWhole,
  rule: "a whole number, also as a string",
};

/** No amount of the market is larger: ten billion dollars. */
export const MAX_CENTS = 1_000_000_000_000;

/** Whole cents, zero or more. */
export const wholeCents: FieldRule<number> = {
  read: (value) => inRange(centsFromWhole(value), 0),
  rule: "whole cents from 0 to $10 billion",
};

/** Whole cents above zero. */
export const priceCents: FieldRule<number> = {
  read: (value) => inRange(centsFromWhole(value), 1),
  rule: "a price of whole cents above 0 and up to $10 billion",
};

/** Whole cents as an upper bound: one that is beyond every price stands for none. */
export const ceilingCents: FieldRule<number> = {
  read: (value) => {
    const digits = typeof value === "number" ? String(value) : value;
    const isWhole = typeof digits === "string" && /^(\d+|\d(\.\d+)?e\+\d+)$/.test(digits);
    return isWhole ? Math.min(MAX_CENTS, Number(digits)) : null;
  },
  rule: "whole cents",
};

/** Dollars as a decimal string, above zero, in cents. */
export const dollarPrice: FieldRule<number> = {
  read: (value) => inRange(centsFromDollarText(value), 1),
  rule: 'a price in dollars above 0 such as "15.99"',
};

function inRange(cents: number | null, fromCents: number): number | null {
  return cents !== null && cents >= fromCents && cents <= MAX_CENTS ? cents : null;
}

export const decimal: FieldRule<number> = {
  read: (value) => {
    const isText = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value);
    const number = isText ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : null;
  },
  rule: "a decimal number, also as a string",
};

/** An RFC 3339 moment, in ms. */
export const moment: FieldRule<number> = {
  read: (value) => {
    const isDate = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value);
    const atMs = isDate ? Date.parse(value) : NaN;
    // Go writes "no time" as the year 1.
    return Number.isNaN(atMs) ? null : Math.max(0, atMs);
  },
  rule: "a date and time such as 2026-06-17T10:30:00Z",
};

/** The year 9999: anything later is milliseconds taken for seconds. */
const MAX_UNIX_SECONDS = 253_402_300_799;

/** Unix seconds, in ms. */
export const unixSeconds: FieldRule<number> = {
  read: (value) => {
    const seconds = centsFromWhole(value);
    return seconds === null || seconds > MAX_UNIX_SECONDS ? null : seconds * 1_000;
  },
  rule: "Unix seconds, also as a string",
};

/** Text that is not empty. */
export function text(maxChars: number): FieldRule<string> {
  return {
    read: (value) =>
      typeof value === "string" && value !== "" && value.length <= maxChars ? value : null,
    rule: `text of 1 to ${maxChars} characters`,
  };
}

export const title: FieldRule<string> = text(300);
export const id: FieldRule<string> = text(100);
export const word: FieldRule<string> = text(40);
export const cursor: FieldRule<string> = text(500);
