/** What a terminal needs to know: colours, and how many columns a text takes. */

/** Paints text, or leaves it as it is. */
export type Paint = (text: string) => string;

/** Closing code of each style, after its opening code. */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  strike: [9, 29],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof STYLES;
export type Palette = Readonly<Record<Style, Paint>>;

/** Every style as a function; without colours they all return their text unchanged. */
export function palette(colours: boolean): Palette {
  const paint = (style: Style): Paint => {
    const [open, close] = STYLES[style];
    return colours ? (text) => `\u001b[${open}m${text}\u001b[${close}m` : (text) => text;
  };
  return {
    bold: paint("bold"),
    dim: paint("dim"),
    italic: paint("italic"),
    underline: paint("underline"),
    strike: paint("strike"),
    red: paint("red"),
    green: paint("green"),
    yellow: paint("yellow"),
    blue: paint("blue"),
    magenta: paint("magenta"),
    cyan: paint("cyan"),
  };
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Emoji, and the East Asian blocks that terminals draw two columns wide. */
const WIDE =
  /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u;

/** The visible characters of a text, each with the columns it takes. */
export function columnsOf(
  text: string,
): readonly { readonly text: string; readonly columns: number }[] {
  return Array.from(graphemes.segment(text), ({ segment }) => ({
    text: segment,
    columns: WIDE.test(segment) ? 2 : 1,
  }));
}

/** Columns that a text without control sequences takes on a terminal. */
export function displayWidth(text: string): number {
  return columnsOf(text).reduce((sum, { columns }) => sum + columns, 0);
}

/** `text` with control characters made visible, so that foreign text cannot steer the terminal. */
export function tame(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
