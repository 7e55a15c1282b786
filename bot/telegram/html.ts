/** Telegram HTML: everything interpolated is escaped unless it is {@link Html} itself. */

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The Bot API's three; quotes only matter in attributes, and none is ever written. */
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}

type Part = string | Html;

/** Template tag. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((fixed, index) => {
    const part = parts[index];
    if (part === undefined) return fixed;
    return fixed + (part instanceof Html ? part.text : escapeHtml(part));
  });
  return new Html(text.join(""));
}

/** Parts that are there, with `separator` between them. */
export function joined(parts: readonly (Part | null)[], separator: string): Html {
  const shown = parts.filter((part) => part !== null).map((part) => markup`${part}`.text);
  return new Html(shown.join(escapeHtml(separator)));
}

/** Lines that are there, as many from the first on as fit into `most` characters. */
export function linesWithin(most: number, parts: readonly (Part | null)[]): Html {
  const shown: Html[] = [];
  let room = most + 1;
  for (const part of parts) {
    if (part === null) continue;
    const line = markup`${part}`;
    room -= line.text.length + 1;
    if (room < 0) break;
    shown.push(line);
  }
  return joined(shown, "\n");
}

/** Line breaks, control and direction characters: foreign text may not reshape a message. */
// deno-lint-ignore no-control-regex -- control characters are what is replaced
const UNRULY = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Foreign text on one line of at most `most` characters, with an ellipsis where it was cut. */
export function oneLine(text: string, most: number): string {
  const characters = [...text.replace(UNRULY, " ")];
  return characters.length <= most
    ? characters.join("")
    : `${characters.slice(0, most - 1).join("")}…`;
}
