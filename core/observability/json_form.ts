import type { Line } from "./line.ts";
import { fill } from "./sentence.ts";

/**
 * One line as a JSON object: for machines, and for months from now. `msg` is the whole sentence;
 * `template`, where it differs, is what lines of one kind have in common.
 */
export function jsonForm(line: Line): string {
  const { atMs, level, category, message, actor, incarnation, trace, props, errors } = line;
  const sentence = fill(message, props);
  return JSON.stringify({
    ts: new Date(atMs).toISOString(),
    level,
    category,
    msg: sentence,
    ...(sentence === message ? {} : { template: message }),
    ...(actor === null ? {} : { actor }),
    ...(incarnation === null ? {} : { incarnation }),
    ...(trace === null ? {} : { trace }),
    ...(Object.keys(props).length === 0 ? {} : { props }),
    ...(errors.length === 0 ? {} : { err: errors }),
  });
}
