/** One setting that cannot be used, with everything needed to mend it. */
export interface ConfigProblem {
  readonly name: string;
  /** What was given, already masked where it is secret; null when nothing was. */
  readonly shown: string | null;
  /** What the setting has to be: a sentence without a period. */
  readonly rule: string;
  /** A value that would do. */
  readonly example: string | null;
  /** `environment`, or the path of the configuration file; where it was given. */
  readonly source: string;
}

/**
 * Every problem of a configuration at once; its message is the text for the operator. It stops the
 * start with exit code 2.
 */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(formatProblems(problems));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** The problems as the operator reads them: name, value, rule and an example each. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
  const head = `marketd cannot start: ${count} wrong, and nothing was started`;
  return [head, ...problems.map(formatProblem)].join("\n\n");
}

function formatProblem(problem: ConfigProblem): string {
  const { name, shown, rule, example, source } = problem;
  const lines = [
    `  ${name} ${shown === null ? "is not set" : `= ${shown}   (${source})`}`,
    `    rule     ${rule}`,
  ];
  if (example !== null) lines.push(`    example  ${name}=${example}`);
  return lines.join("\n");
}

const MAX_SHOWN = 80;

/** A plain value as an error shows it: quoted, control characters escaped, cut at 80 characters. */
export function quoteValue(value: string): string {
  const cut = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
  return JSON.stringify(cut);
}

/** A secret as an error or a listing shows it: its length alone, which is what people get wrong. */
export function maskValue(value: string): string {
  return `•••••• (${value.length} characters)`;
}

/** A database URL without its password; masked entirely when it cannot be read as a URL. */
export function maskUrl(value: string): string {
  if (!/^[a-z]+:\/\//.test(value) || !URL.canParse(value)) return maskValue(value);
  const url = new URL(value);
  if (url.password !== "") url.password = "MASKED";
  for (const name of [...url.searchParams.keys()]) {
    if (isSecretParameter(name)) url.searchParams.set(name, "MASKED");
  }
  return url.href.replaceAll("MASKED", "••••••");
}

/** Whether what follows `name=` in a URL is nobody's business. */
export function isSecretParameter(name: string): boolean {
  return /pass|secret|token|key/i.test(name);
}
