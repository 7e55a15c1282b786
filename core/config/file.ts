import { extname } from "node:path";
import { parse as parseToml, TomlError } from "smol-toml";

/** What a configuration file says: a flat table of settings, values as written. */
export type FileTable = Readonly<Record<string, unknown>>;

/** Larger files are refused: all settings together fit into a few hundred bytes. */
export const MAX_FILE_CHARACTERS = 64_000;

/**
 * Reads a configuration file, TOML or JSON by its extension. Throws a `SyntaxError` or `RangeError`
 * whose message is a rule for the operator and never quotes the content, which may hold secrets.
 */
export function parseConfigFile(path: string, text: string): FileTable {
  if (text.length > MAX_FILE_CHARACTERS) {
    throw new RangeError(`Must be at most ${MAX_FILE_CHARACTERS} characters long`);
  }
  const table = parserFor(path)(text);
  if (typeof table !== "object" || table === null || Array.isArray(table)) {
    throw new SyntaxError("Must hold a table of settings by name");
  }
  return { ...table };
}

function parserFor(path: string): (text: string) => unknown {
  switch (extname(path).toLowerCase()) {
    case ".toml":
      return readToml;
    case ".json":
      return readJson;
    default:
      throw new RangeError("Must name a .toml or .json file");
  }
}

function readToml(text: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    const where = error instanceof TomlError ? ` (line ${error.line}, column ${error.column})` : "";
    throw new SyntaxError(`Must be valid TOML${where}`, { cause: error });
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError("Must be valid JSON", { cause: error });
  }
}

/** A value of a file in the form the environment would carry it, or null when it has none. */
export function asText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (!Array.isArray(value)) return null;
  const parts = value.map(asText);
  return parts.includes(null) ? null : parts.join(",");
}
