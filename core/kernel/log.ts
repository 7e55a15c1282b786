/** Structured log lines: a constant message and its values. */
export interface Log {
  debug(message: string, props?: LogProps): void;
  info(message: string, props?: LogProps): void;
  warn(message: string, props?: LogProps): void;
  error(message: string, props?: LogProps): void;
}

export type LogProps = Readonly<Record<string, unknown>>;
export type LogLevel = keyof Log;

/** One line on its way from an actor to main's log. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  readonly props: LogProps;
}
