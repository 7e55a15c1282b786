/** One line of the log for people on a terminal. */

import type { LogLevel } from "@/core/kernel/log.ts";
import type { ErrorLink, Line } from "./line.ts";
import type { Plain } from "./redact.ts";
import { fill, mentionedIn, plainText } from "./sentence.ts";
import { telegramBox, type TelegramPreview } from "./telegram_box.ts";
import { displayWidth, type Paint, type Palette, type Style, tame } from "./terminal.ts";

export interface TextFormOptions {
  readonly palette: Palette;
  /** Columns of the terminal, asked anew for every line because windows change. */
  readonly columns: () => number;
}

const MARKS: Readonly<Record<LogLevel, { readonly mark: string; readonly style: Style }>> = {
  debug: { mark: "·", style: "dim" },
  info: { mark: "●", style: "green" },
  warn: { mark: "▲", style: "yellow" },
  error: { mark: "✖", style: "red" },
};

/** Width of the column that says who speaks. */
const SPEAKER_COLUMNS = 16;
const SPEAKER_STYLES: readonly Style[] = ["cyan", "blue", "magenta", "green", "yellow"];
const MAX_STACK_LINES = 4;

/** The line as text, without a final newline; more than one row for errors and messages. */
export function textForm(line: Line, { palette: paint, columns }: TextFormOptions): string {
  const { telegram, ...props } = line.props;
  const preview = previewOf(telegram);
  if (preview !== null) {
    const time = clockTime(line.atMs).slice(0, 5);
    return telegramBox(preview, { palette: paint, columns: columns(), time }).join("\n");
  }
  const { mark, style } = MARKS[line.level];
  const head = [
    paint.dim(clockTime(line.atMs)),
    paint[style](mark),
    speaker(line, paint),
    fill(tame(line.message), props, (value) => paint.bold(shown(value))),
    rest(line, props, paint),
  ];
  return [head.filter((part) => part !== "").join(" "), ...errorRows(line, paint)].join("\n");
}

/** Hours, minutes and seconds where the reader is. */
function clockTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, "0")).join(":");
}

function speaker({ actor, category }: Line, paint: Palette): string {
  const name = tame(actor ?? category);
  const hash = [...name].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0);
  const style = SPEAKER_STYLES[hash % SPEAKER_STYLES.length] ?? "cyan";
  const padding = " ".repeat(Math.max(0, SPEAKER_COLUMNS - displayWidth(name)));
  return paint[style](name) + padding;
}

/** What the message does not mention, as `name=value`. */
function rest(line: Line, props: Line["props"], paint: Palette): string {
  const mentioned = mentionedIn(line.message);
  const pairs = Object.entries(props)
    .filter(([name]) => !mentioned.has(name))
    .map(([name, value]) => `${tame(name)}=${shown(value)}`);
  return pairs.length === 0 ? "" : paint.dim(pairs.join(" "));
}

function shown(value: Plain): string {
  return tame(plainText(value));
}

/** The chain of causes; frames only for errors, for a warning is expected to happen. */
function errorRows({ errors, level }: Line, paint: Palette): readonly string[] {
  const indent = " ".repeat(11);
  const tint: Paint = level === "error" ? paint.red : paint.yellow;
  return errors.flatMap((link, depth) => {
    const arrow = tint(depth === 0 ? "↳" : "↳ because");
    const name = paint.dim(tame(`${link.code} (${link.kind})`));
    const frames = level === "error" ? stackRows(link) : [];
    return [
      `${indent}${arrow} ${tame(link.message)} ${name}`,
      ...frames.map((frame) => paint.dim(`${indent}    ${frame}`)),
    ];
  });
}

/** The first frames; the head of a stack repeats the message. */
function stackRows({ stack }: ErrorLink): string[] {
  const frames = (stack ?? "").split("\n").map((row) => row.trim())
    .filter((row) => row.startsWith("at "));
  return frames.slice(0, MAX_STACK_LINES).map(tame);
}

function previewOf(value: Plain | undefined): TelegramPreview | null {
  if (typeof value !== "object" || value === null || !("html" in value)) return null;
  const { html, edited, buttons } = value;
  if (typeof html !== "string") return null;
  return { html, edited: edited === true, buttons: labelRows(buttons) };
}

function labelRows(value: Plain | undefined): readonly (readonly string[])[] {
  if (!Array.isArray(value)) return [];
  const rows: readonly Plain[] = value;
  return rows.map((row) => Array.isArray(row) ? row.map(String) : []);
}
