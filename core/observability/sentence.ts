/** Messages of the log are constant templates; here they become sentences. */

import type { Plain } from "./redact.ts";

const PLACE = /\{([A-Za-z0-9_]{1,60})\}/g;

/** `template` with each `{name}` replaced by what `show` makes of `props.name`, where there is one. */
export function fill(
  template: string,
  props: Readonly<Record<string, Plain>>,
  show: (value: Plain) => string = plainText,
): string {
  return template.replace(PLACE, (place, name: string) => {
    const value = Object.hasOwn(props, name) ? props[name] : undefined;
    return value === undefined ? place : show(value);
  });
}

/** The names that `template` mentions. */
export function mentionedIn(template: string): ReadonlySet<string> {
  return new Set(Array.from(template.matchAll(PLACE), ([, name = ""]) => name));
}

/** Text as it is, everything else as JSON. */
export function plainText(value: Plain): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
