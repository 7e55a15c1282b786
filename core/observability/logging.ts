/** The log of the process: one place where lines are cleaned, throttled, formed and written. */

import {
  configureSync,
  getLogger,
  getThrottlingFilter,
  type LogRecord as LogTapeRecord,
  resetSync,
} from "@logtape/logtape";
import type { Log, LogLevel, LogRecord } from "@/core/kernel/log.ts";
import { jsonForm } from "./json_form.ts";
import { ACTOR_CATEGORY, type Line, ROOT_CATEGORY, toLine } from "./line.ts";
import { createLineWriter, type WriteChunk } from "./line_writer.ts";
import { createRedactor } from "./redact.ts";
import { palette } from "./terminal.ts";
import { textForm } from "./text_form.ts";

export type LogForm = "text" | "json";

export interface LoggingOptions {
  readonly form: LogForm;
  readonly colours: boolean;
  /** Columns of the terminal; only text asks. */
  readonly columns: () => number;
  readonly write: WriteChunk;
  /** Secrets in use, taken out wherever they appear. */
  readonly secrets: readonly string[];
  /** Monotonic milliseconds, for throttling. */
  readonly monotonic: () => number;
  /** `info` unless told otherwise. */
  readonly lowestLevel?: LogLevel;
}

/** A line from an actor, and whose it is. */
export interface ActorLine extends LogRecord {
  readonly actor: string;
  readonly incarnation: number;
  readonly trace?: string;
}

/** Counts for /metrics. */
export interface LoggingCounts {
  readonly lines: Readonly<Record<LogLevel, number>>;
  /** Repeated warnings and errors that were not written. */
  readonly suppressed: number;
  /** Lines that nobody read fast enough. */
  readonly dropped: number;
  readonly redactions: number;
}

export interface Logging {
  /** The log of one part of main: `supervisor`, `database`, `http`. */
  log(part: string): Log;
  /** Writes a line that an actor sent. */
  accept(line: ActorLine): void;
  counts(): LoggingCounts;
  /** Writes what is left; later lines are lost. */
  close(): Promise<void>;
}

/** Text for people on a terminal, JSON lines otherwise, unless `setting` decides. */
export function chooseForm(setting: "auto" | LogForm, isTerminal: boolean): LogForm {
  if (setting !== "auto") return setting;
  return isTerminal ? "text" : "json";
}

/** Colours on terminals, unless NO_COLOR is set to anything (https://no-color.org). */
export function wantsColours(isTerminal: boolean, noColor: string | undefined): boolean {
  return isTerminal && (noColor === undefined || noColor === "");
}

/** Of one warning or error template, this many lines are written per window and actor. */
const REPEATS = { limit: 10, windowMs: 60_000, maxKeys: 500 };

/** Starts the log. There is one per process: starting another replaces it. */
export function startLogging(options: LoggingOptions): Logging {
  const redactor = createRedactor(options.secrets);
  const writer = createLineWriter(options.write);
  const lines: Record<LogLevel, number> = { debug: 0, info: 0, warn: 0, error: 0 };
  const form = formOf(options);
  let suppressed = 0;

  const repeats = getThrottlingFilter({
    ...REPEATS,
    clock: options.monotonic,
    summary: {
      logger: { warning: (message, properties) => main.warning(message, properties) },
      message: ({ suppressed: times, lastRecord }) =>
        `Left out ${times} more like: ${String(lastRecord.rawMessage)}`,
    },
  });

  function isWritten(record: LogTapeRecord): boolean {
    if (record.level !== "warning" && record.level !== "error") return true;
    const written = repeats(record);
    if (!written) suppressed += 1;
    return written;
  }

  configureSync({
    reset: true,
    sinks: {
      out(record) {
        const line = toLine(withoutSummary(record), redactor);
        lines[line.level] += 1;
        writer.write(form(line));
      },
    },
    filters: {
      repeats: Object.assign(isWritten, { [Symbol.dispose]: () => repeats[Symbol.dispose]() }),
    },
    loggers: [
      {
        category: ROOT_CATEGORY,
        sinks: ["out"],
        filters: ["repeats"],
        lowestLevel: tapeLevel(options.lowestLevel ?? "info"),
      },
      { category: ["logtape", "meta"], sinks: ["out"], lowestLevel: "warning" },
    ],
  });
  const main = getLogger([ROOT_CATEGORY, "log"]);

  return {
    log: (part) => toLog([part]),
    accept({ actor, level, message, props, incarnation, trace }) {
      const own = { ...props, incarnation, ...(trace === undefined ? {} : { trace }) };
      toLog([ACTOR_CATEGORY, actor])[level](message, own);
    },
    counts: () => ({
      lines: { ...lines },
      suppressed,
      dropped: writer.dropped(),
      redactions: redactor.count(),
    }),
    async close() {
      resetSync();
      await writer.flush();
    },
  };
}

function formOf({ form, colours, columns }: LoggingOptions): (line: Line) => string {
  if (form === "json") return jsonForm;
  const paint = palette(colours);
  return (line) => textForm(line, { palette: paint, columns });
}

function toLog(place: readonly string[]): Log {
  const logger = getLogger([ROOT_CATEGORY, ...place]);
  return {
    debug: (message, props) => logger.debug(message, { ...props }),
    info: (message, props) => logger.info(message, { ...props }),
    warn: (message, props) => logger.warn(message, { ...props }),
    error: (message, props) => logger.error(message, { ...props }),
  };
}

function tapeLevel(level: LogLevel): "debug" | "info" | "warning" | "error" {
  return level === "warn" ? "warning" : level;
}

/** A throttling summary carries whole records; the sentence says enough. */
function withoutSummary(record: LogTapeRecord): LogTapeRecord {
  if (!("firstRecord" in record.properties)) return record;
  return { ...record, properties: {} };
}
