/** A Telegram message drawn on a terminal as the phone would show it. */

import { parseTelegramHtml, type Span } from "./telegram_html.ts";
import { columnsOf, displayWidth, type Palette, tame } from "./terminal.ts";

/** What the telegram actor logs as `props.telegram` in place of a message it cannot send. */
export interface TelegramPreview {
  /** Telegram HTML. */
  readonly html: string;
  /** Replaces an earlier message: shown as one line, so that progress does not fill the screen. */
  readonly edited?: boolean;
  /** Rows of button labels. */
  readonly buttons?: readonly (readonly string[])[];
}

const MIN_COLUMNS = 30;
const MAX_COLUMNS = 64;
const MARGIN = "  ";
const TITLE = " Telegram ";

export interface BoxOptions {
  readonly palette: Palette;
  /** Columns of the terminal. */
  readonly columns: number;
  /** Shown in the corner, as on the phone. */
  readonly time: string;
}

/** The lines of the box, or the single line of an edited message. */
export function telegramBox(preview: TelegramPreview, options: BoxOptions): readonly string[] {
  const lines = parseTelegramHtml(preview.html);
  if (preview.edited === true) return [editedLine(lines, options)];
  const { palette: paint, columns, time } = options;
  const frame = MARGIN.length + 4;
  const most = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, columns - frame));
  const rows = lines.flatMap((spans) => wrap(spans, most));
  const widest = Math.max(MIN_COLUMNS, ...rows.map(widthOf));
  const edge = paint.cyan("│");
  return [
    paint.cyan(`╭─${TITLE}${"─".repeat(widest + 1 - TITLE.length)}╮`),
    ...rows.map((row) => {
      const padding = " ".repeat(widest - widthOf(row));
      return `${edge} ${row.map((span) => painted(span, paint)).join("")}${padding} ${edge}`;
    }),
    paint.cyan(`╰${"─".repeat(widest - time.length)} ${time} ╯`),
    ...buttonRows(preview.buttons ?? [], paint),
  ].map((line) => MARGIN + line);
}

function editedLine(lines: readonly (readonly Span[])[], options: BoxOptions): string {
  const { palette: paint, columns } = options;
  const text = lines.map((spans) => spans.map((span) => span.text).join("")).join(" · ");
  const room = Math.max(MIN_COLUMNS, columns - 14);
  const [first = []] = wrap([{ text, styles: [] }], room);
  return `${MARGIN}${paint.cyan("✎ Telegram")} ${
    paint.dim(first.map((s) => tame(s.text)).join(""))
  }`;
}

function buttonRows(rows: NonNullable<TelegramPreview["buttons"]>, paint: Palette): string[] {
  return rows.map((labels) => labels.map((label) => paint.cyan(`[ ${tame(label)} ]`)).join(" "));
}

function painted({ text, styles }: Span, paint: Palette): string {
  return styles.reduce((inner, style) => paint[style](inner), text);
}

function widthOf(row: readonly Span[]): number {
  return row.reduce((sum, span) => sum + displayWidth(span.text), 0);
}

/** Breaks a line at spaces, and inside words that are wider than the box. */
function wrap(spans: readonly Span[], most: number): Span[][] {
  const rows: Span[][] = [[]];
  let used = 0;
  const append = (span: Span, columns: number) => {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (last?.styles === span.styles) row?.splice(-1, 1, { ...span, text: last.text + span.text });
    else row?.push(span);
    used += columns;
  };
  const newRow = () => {
    rows.push([]);
    used = 0;
  };
  for (const { text, styles } of spans) {
    for (const word of tame(text).match(/\s+|\S+/g) ?? []) {
      const columns = displayWidth(word);
      if (used + columns > most && used > 0) newRow();
      if (used === 0 && rows.length > 1 && word.trim() === "") continue;
      if (columns <= most) append({ text: word, styles }, columns);
      else {for (const part of columnsOf(word)) {
          if (used + part.columns > most) newRow();
          append({ text: part.text, styles }, part.columns);
        }}
    }
  }
  return rows;
}
