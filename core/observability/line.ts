/** One line of the log as plain data, before it takes a form. */

import type { LogRecord } from "@logtape/logtape";
import { toWire, type WireError } from "@/core/kernel/errors.ts";
import type { LogLevel } from "@/core/kernel/log.ts";
import type { Plain, Redactor } from "./redact.ts";

/** One link of an error's chain of causes. */
export interface ErrorLink {
  readonly kind: string;
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
}

export interface Line {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly level: LogLevel;
  /** Where in the house it comes from: `actor.scanner`, `supervisor`, `database`. */
  readonly category: string;
  /** The constant template; `{name}` stands for `props.name`. */
  readonly message: string;
  readonly actor: string | null;
  readonly incarnation: number | null;
  readonly trace: string | null;
  readonly props: Readonly<Record<string, Plain>>;
  /** Outermost first, root cause last. */
  readonly errors: readonly ErrorLink[];
}

/** First word of every category. */
export const ROOT_CATEGORY = "marketd";
/** Category of lines from actors; the actor's name follows. */
export const ACTOR_CATEGORY = "actor";

const LEVELS: Readonly<Record<LogRecord["level"], LogLevel>> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warning: "warn",
  error: "error",
  fatal: "error",
};

/** Reads a LogTape record; nothing of it survives but what `redactor` let through. */
export function toLine(record: LogRecord, redactor: Redactor): Line {
  const { error, incarnation, trace, ...rest } = record.properties;
  const [root, ...place] = record.category;
  const category = root === ROOT_CATEGORY ? place : record.category;
  const props = redactor.value(rest);
  return {
    atMs: record.timestamp,
    level: LEVELS[record.level],
    category: category.join("."),
    message: redactor.text(templateOf(record)),
    actor: place[0] === ACTOR_CATEGORY ? place[1] ?? null : null,
    incarnation: typeof incarnation === "number" ? incarnation : null,
    trace: typeof trace === "string" ? redactor.text(trace) : null,
    props: isTable(props) ? props : {},
    errors: error === undefined || error === null ? [] : chainOf(error, redactor),
  };
}

function templateOf({ rawMessage }: LogRecord): string {
  return typeof rawMessage === "string" ? rawMessage : rawMessage.join("…");
}

function isTable(value: Plain): value is Readonly<Record<string, Plain>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const MAX_LINKS = 6;

function chainOf(thrown: unknown, redactor: Redactor): readonly ErrorLink[] {
  const links: ErrorLink[] = [];
  let wire: WireError | undefined = isWireError(thrown) ? thrown : toWire(thrown);
  while (wire !== undefined && links.length < MAX_LINKS) {
    const { kind, code, message, stack } = wire;
    links.push({
      kind,
      code: redactor.text(code),
      message: redactor.text(message),
      ...(stack === undefined ? {} : { stack: redactor.text(stack) }),
    });
    wire = wire.cause;
  }
  return links;
}

/** Errors of actors arrive as records, for a clone loses its class. */
function isWireError(value: unknown): value is WireError {
  if (typeof value !== "object" || value === null || value instanceof Error) return false;
  return "kind" in value && typeof value.kind === "string" &&
    "code" in value && typeof value.code === "string" &&
    "message" in value && typeof value.message === "string";
}
