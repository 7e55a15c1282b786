import type { Line } from "./line.ts";

/** One line as a JSON object: for machines, and for months from now. */
export function jsonForm(line: Line): string {
  const { atMs, level, category, message, actor, incarnation, trace, props, errors } = line;
  return JSON.stringify({
    ts: new Date(atMs).toISOString(),
    level,
    category,
    msg: message,
    ...(actor === null ? {} : { actor }),
    ...(incarnation === null ? {} : { incarnation }),
    ...(trace === null ? {} : { trace }),
    ...(Object.keys(props).length === 0 ? {} : { props }),
    ...(errors.length === 0 ? {} : { err: errors }),
  });
}
