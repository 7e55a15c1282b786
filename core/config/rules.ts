/** Readers of single settings: text in, value out, or an issue that says the rule. */

import { isAbsolute } from "node:path";
import { z } from "zod";
import { AddressError, parseAddress } from "@/core/db/address.ts";
import { isLoopback } from "./loopback.ts";

/** Where an HTTP server listens. `hostname` carries no brackets. */
export interface HttpAddress {
  readonly hostname: string;
  readonly port: number;
  /** Reachable from this machine only. */
  readonly loopback: boolean;
}

const ADDRESS = /^(?<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(?<port>\d{1,5})$/i;
const ADDRESS_RULE = "Must be host:port with a port from 0 to 65535 (0 lets the system choose), " +
  "an IPv6 host in brackets";

/** `host:port`, IPv6 hosts in brackets; anything else is an issue. */
export const httpAddress = z.string().transform((text, context): HttpAddress => {
  const { host, port } = ADDRESS.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535 || !URL.canParse(`http://${host}:1`)) {
    context.addIssue({ code: "custom", message: ADDRESS_RULE });
    return z.NEVER;
  }
  const hostname = new URL(`http://${host}:1`).hostname.replace(/^\[|\]$/g, "");
  return { hostname, port: Number(port), loopback: isLoopback(hostname) };
});

/**
 * The base URL of a service: `https`, or `http` on loopback alone, for what is sent there is
 * signed or carries a token. No user, query or fragment; a trailing slash is dropped.
 */
export const serviceUrl = z.string().transform((text, context): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !isSafeBase(url)) {
    context.addIssue({
      code: "custom",
      message: "Must be an https:// base URL (http:// only on loopback) without user, query or #",
    });
    return z.NEVER;
  }
  return url.href.replace(/\/+$/, "");
});

function isSafeBase(url: URL): boolean {
  const bare = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  const safe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  return bare && safe;
}

/** A Postgres connection URL that the database room can use as it is. */
export const databaseUrl = z.string().superRefine((text, context) => {
  try {
    parseAddress(text);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    const message = `Must be a URL that can be used, and ${error.fault}`;
    context.addIssue({ code: "custom", message });
  }
});

const MAX_USERS = 50;

/** Telegram user ids, separated by commas or spaces. */
export const userIds = z.string().transform((text, context): readonly number[] => {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "");
  const ids = [...new Set(parts.map(Number))];
  const wrong = parts.length === 0 || ids.length > MAX_USERS ||
    !parts.every((part) => /^\d{1,16}$/.test(part)) ||
    !ids.every((id) => Number.isSafeInteger(id) && id > 0);
  if (wrong) {
    context.addIssue({
      code: "custom",
      message: `Must be 1 to ${MAX_USERS} user ids, positive whole numbers separated by commas ` +
        "(a negative id is a group, and groups are never answered)",
    });
    return z.NEVER;
  }
  return ids;
});

const ON = ["1", "true", "on"];
const OFF = ["0", "false", "off"];

/** A switch: `1 true on` or `0 false off`, in any case. */
export const flag = z.string().transform((text, context): boolean => {
  const word = text.toLowerCase();
  if (ON.includes(word)) return true;
  if (OFF.includes(word)) return false;
  context.addIssue({ code: "custom", message: "Must be one of 0, 1, false, true, off, on" });
  return z.NEVER;
});

/** Bytes given in hex, of one of the lengths in `characters`. */
export function hex(...characters: number[]): z.ZodString {
  const lengths = characters.map((count) => `[0-9a-fA-F]{${count}}`).join("|");
  return z.string().regex(new RegExp(`^(?:${lengths})$`), {
    error: `Must be ${characters.join(" or ")} hexadecimal characters`,
  });
}

/** A path that can name a directory: no NUL, no control characters. */
export const directory = z.string().refine(
  (text) => !/\p{Cc}/u.test(text) && (isAbsolute(text) || text.trim() === text),
  { error: "Must be the path of a directory, without control characters" },
);
