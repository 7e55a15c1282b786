/** Telegram's HTML (the subset of the Bot API's "HTML style") read into lines of styled text. */

import type { Style } from "./terminal.ts";

/** A run of text with one look. */
export interface Span {
  readonly text: string;
  readonly styles: readonly Style[];
}

const TAG_STYLES: Readonly<Record<string, readonly Style[]>> = {
  a: ["underline", "blue"],
  b: ["bold"],
  blockquote: ["dim"],
  code: ["cyan"],
  del: ["strike"],
  em: ["italic"],
  i: ["italic"],
  ins: ["underline"],
  pre: ["cyan"],
  s: ["strike"],
  strike: ["strike"],
  strong: ["bold"],
  "tg-spoiler": ["dim"],
  u: ["underline"],
};

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", gt: ">", lt: "<", quot: '"' };

const TOKEN = /<(?<close>\/?)(?<tag>[a-z-]{1,20})(?:\s[^<>]{0,400})?>|\n|[^<\n]+|</gi;

/** One list of spans per line; unknown tags are dropped, their text is kept. */
export function parseTelegramHtml(html: string): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  const open: string[] = [];
  for (const { 0: token, groups } of html.matchAll(TOKEN)) {
    const tag = groups?.["tag"]?.toLowerCase();
    if (token === "\n") lines.push([]);
    else if (tag === undefined) {
      lines.at(-1)?.push({ text: decodeEntities(token), styles: stylesOf(open) });
    } else if (groups?.["close"] === "/") closeTag(open, tag);
    else open.push(tag);
  }
  return lines;
}

function stylesOf(open: readonly string[]): readonly Style[] {
  return [...new Set(open.flatMap((tag) => TAG_STYLES[tag] ?? []))];
}

function closeTag(open: string[], tag: string): void {
  const at = open.lastIndexOf(tag);
  if (at >= 0) open.splice(at, 1);
}

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi;

function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole, ...parts: (string | undefined)[]) => {
    const [decimal, hexadecimal, name] = parts;
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? parseInt(hexadecimal ?? "", 16) : Number(decimal);
    return code > 0x10_ffff ? whole : String.fromCodePoint(code);
  });
}
