/** Takes secrets out of whatever is about to be written: by field name, by shape, by value. */

import { Secret } from "@/core/config/secret.ts";

/** What stands where a secret stood. */
export const REDACTED = "[redacted]";

/** Plain data that any sink can write. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/** Fields that hold a secret whatever it looks like; compared without case, `-` and `_`. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "accesstoken",
  "authorization",
  "bottoken",
  "connectionstring",
  "cookie",
  "databaseurl",
  "dsn",
  "httptoken",
  "passwd",
  "password",
  "privatekey",
  "secret",
  "secretkey",
  "setcookie",
  "signature",
  "token",
  "xrequestsign",
]);

/**
 * Shapes of secrets; a first group is kept. Every repetition is bounded and none is nested, for the
 * text is foreign. The first has no word boundary: in `/bot123:…` there is none before the digits.
 */
const SHAPES: readonly RegExp[] = [
  /()\d{6,12}:[A-Za-z0-9_-]{30,200}/g,
  /()[0-9a-fA-F]{64,512}/g,
  /([a-z][a-z0-9+.-]{0,19}:\/\/[^\s:@/]{0,100}:)[^\s"'<>]{1,300}(?=@)/gi,
  /(\b(?:ssl)?(?:password|passwd|secret|token)=)[^\s&;,"']{1,300}/gi,
  /(\bBearer\s{1,4})[^\s"',]{1,300}/gi,
];

const MAX_DEPTH = 6;
const MAX_ENTRIES = 50;
const MAX_NODES = 500;
const MAX_TEXT = 4_200;
/** Longer than any secret: a text is cleaned so far beyond its cut that no half secret is left. */
const MARGIN = 600;
const MIN_LITERAL = 6;

/** Cleans text and values; one per process, so that it can count. */
export interface Redactor {
  text(text: string): string;
  /** Plain data out of anything: cleaned, cut to size, without classes or cycles. */
  value(value: unknown): Plain;
  /** How many secrets were taken out so far. */
  readonly count: () => number;
}

/** A redactor that also knows the very `literals` in use, as they are and percent-encoded. */
export function createRedactor(literals: readonly string[] = []): Redactor {
  const known = [...new Set(literals.flatMap((text) => [text, encodeURIComponent(text)]))]
    .filter((text) => text.length >= MIN_LITERAL)
    .sort((a, b) => b.length - a.length);
  let count = 0;
  let nodesLeft = 0;

  function text(original: string): string {
    let clean = original.slice(0, MAX_TEXT + MARGIN);
    for (const literal of known) {
      const parts = clean.split(literal);
      count += parts.length - 1;
      clean = parts.join(REDACTED);
    }
    for (const shape of SHAPES) {
      clean = clean.replace(shape, (_match, kept: string) => {
        count += 1;
        return kept + REDACTED;
      });
    }
    if (original.length > MAX_TEXT + MARGIN) clean = clean.slice(0, -MARGIN);
    return clean.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}…` : clean;
  }

  function field(name: string, value: unknown, depth: number): Plain {
    const secret = SECRET_FIELDS.has(name.toLowerCase().replace(/[-_]/g, ""));
    if (!secret || value === null || value === undefined || typeof value === "boolean") {
      return plain(value, depth);
    }
    count += 1;
    return REDACTED;
  }

  function plain(value: unknown, depth: number): Plain {
    if (nodesLeft-- <= 0) return "[large]";
    if (typeof value === "string") return text(value);
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "boolean") return value;
    if (value === null || value === undefined) return null;
    if (typeof value !== "object") return text(String(value));
    if (depth >= MAX_DEPTH) return "[deep]";
    return collection(value, depth + 1);
  }

  function collection(value: object, depth: number): Plain {
    if (value instanceof Error) return text(`${value.name}: ${value.message}`);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof Secret) return REDACTED;
    if (value instanceof URL) return text(value.href);
    if (Array.isArray(value) || value instanceof Set) {
      return [...value].slice(0, MAX_ENTRIES).map((entry) => plain(entry, depth));
    }
    const entries = value instanceof Map ? [...value] : entriesOf(value);
    const clean = entries.slice(0, MAX_ENTRIES).map(([key, entry]) => {
      const name = String(key);
      return [text(name), field(name, entry, depth)] as const;
    });
    return Object.fromEntries(clean);
  }

  return {
    text,
    value(value) {
      nodesLeft = MAX_NODES;
      return plain(value, 0);
    },
    count: () => count,
  };
}

/** Own fields one by one, for a getter may throw. */
function entriesOf(value: object): [string, unknown][] {
  return Object.keys(value).slice(0, MAX_ENTRIES).map((name) => {
    try {
      return [name, Reflect.get(value, name)];
    } catch {
      return [name, "[unreadable]"];
    }
  });
}
