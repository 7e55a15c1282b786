/** Where settings come from: a file and the environment, which wins. */

import { resolve } from "node:path";
import { asText, type FileTable, parseConfigFile } from "./file.ts";
import { nearestName } from "./names.ts";
import { type ConfigProblem, quoteValue } from "./problems.ts";
import { isSettingName, settingMeta, settingNames } from "./settings.ts";

/** Names the file of settings; the only name that the file itself cannot carry. */
export const CONFIG_FILE_NAME = "MARKETD_CONFIG";

/** Where settings come from. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string>>;
  /** Relative paths are taken from here. */
  readonly cwd: string;
  readonly readTextFile: (path: string) => Promise<string>;
}

/** A setting as it was given, and where. */
export interface Given {
  readonly text: string;
  readonly source: string;
}

/** Every known setting that was given a value, and what was wrong with the rest. */
export async function collectSettings(
  sources: ConfigSources,
): Promise<{ given: ReadonlyMap<string, Given>; problems: ConfigProblem[] }> {
  const problems: ConfigProblem[] = [];
  const given = new Map<string, Given>();
  const file = await readFile(sources, problems);
  if (file !== null) collectFile(file, given, problems);
  collectEnvironment(sources.env, given, problems);
  return { given, problems };
}

async function readFile(
  { env, cwd, readTextFile }: ConfigSources,
  problems: ConfigProblem[],
): Promise<{ path: string; table: FileTable } | null> {
  const name = env[CONFIG_FILE_NAME];
  if (name === undefined || name === "") return null;
  const path = resolve(cwd, name);
  try {
    return { path, table: parseConfigFile(path, await readTextFile(path)) };
  } catch (error) {
    const known = error instanceof SyntaxError || error instanceof RangeError;
    problems.push({
      name: CONFIG_FILE_NAME,
      shown: quoteValue(name),
      rule: known ? error.message : `Must name a readable file: ${reason(error)}`,
      example: "./marketd.toml",
      source: "environment",
    });
    return null;
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return "it cannot be read";
  if (error.name === "NotFound") return "there is none at that path";
  return error.name === "Error" ? "it cannot be read" : error.name;
}

function collectFile(
  file: { readonly path: string; readonly table: FileTable },
  given: Map<string, Given>,
  problems: ConfigProblem[],
): void {
  for (const [name, value] of Object.entries(file.table)) {
    const text = asText(value);
    if (!isSettingName(name)) {
      problems.push(unknownName(name, file.path));
    } else if (text === null) {
      problems.push({
        name,
        shown: "a table or date",
        rule: "Must be a text, a number, true or false, or a list of these",
        example: settingMeta(name).example,
        source: file.path,
      });
    } else if (text !== "") given.set(name, { text, source: file.path });
  }
}

function collectEnvironment(
  env: Readonly<Record<string, string>>,
  given: Map<string, Given>,
  problems: ConfigProblem[],
): void {
  for (const [name, text] of Object.entries(env)) {
    if (isSettingName(name)) {
      if (text !== "") given.set(name, { text, source: "environment" });
    } else if (isMisspelt(name)) problems.push(unknownName(name, "environment"));
  }
}

/** Names under this prefix belong to the test suite and mean nothing to the daemon. */
const TEST_PREFIX = "MARKETD_TEST_";
/** Set by the guardian for the daemon; nothing for people. */
const GUARDED = "MARKETD_GUARDED";

/** Ours by prefix, or so near to one of ours that a slip is likelier than another program's. */
function isMisspelt(name: string): boolean {
  if (name === CONFIG_FILE_NAME || name === GUARDED || name.startsWith(TEST_PREFIX)) return false;
  if (name.startsWith("MARKETD_")) return true;
  return /^(?:DMARKET|TELEGRAM)_/.test(name) && nearestName(name, settingNames) !== null;
}

function unknownName(name: string, source: string): ConfigProblem {
  const nearest = nearestName(name, [...settingNames, CONFIG_FILE_NAME]);
  const hint = nearest === null
    ? `known are ${settingNames.join(", ")}`
    : `did you mean ${nearest}?`;
  return {
    name: quoteName(name),
    shown: "an unknown setting",
    rule: `Must be a known name; ${hint}`,
    example: null,
    source,
  };
}

/** Names from a file are foreign text; control characters must not reach a terminal. */
function quoteName(name: string): string {
  return /^[\w.-]{1,80}$/.test(name) ? name : quoteValue(name);
}
