/** Who may ask what over HTTP; pure. */

import { isLoopback } from "@/core/config/loopback.ts";

/** Open to everybody who reaches the port: they tell a service manager alive or not, no more. */
const OPEN_PATHS = new Set(["/live", "/ready"]);
const READING = "GET, HEAD";
/** What a page of ours may ask for beside reading. */
const ACTION_PATHS = new Set([
  "/api/v1/watches",
  "/api/v1/watches/remove",
  "/api/v1/filters",
  "/api/v1/scans",
]);
/** Carries the token for browsers, which cannot send a header by themselves. */
export const TOKEN_COOKIE = "marketd_token";

const OPERATOR = "/operator/";

export interface AccessRules {
  /** Null: no token is asked for, because only loopback can reach the port. */
  readonly token: string | null;
  readonly chaos: boolean;
}
export interface Visitor {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly isLoopback: boolean;
}

export type Access =
  | { readonly allowed: true }
  | {
    readonly allowed: false;
    readonly status: number;
    readonly reason: string;
    /** What RFC 9110 wants to go with the status: `allow` or `www-authenticate`. */
    readonly headers: Readonly<Record<string, string>>;
  };

/** Refuses strangers, pages of other sites (DNS rebinding), and debugging from anywhere else. */
export function judgeAccess(visitor: Visitor, rules: AccessRules): Access {
  const { pathname } = visitor.url;
  if (pathname.startsWith("/debug/")) return judgeDebug(visitor, rules);
  if (visitor.method === "POST" && isAction(pathname)) return judgeAction(visitor, rules);
  if (visitor.method !== "GET" && visitor.method !== "HEAD") {
    const allow = isAction(pathname) ? `${READING}, POST` : READING;
    return refuse(405, `${visitor.method} is not served here, ${allow} are`, { allow });
  }
  if (OPEN_PATHS.has(pathname)) return { allowed: true };
  return rules.token === null ? judgeHost(visitor) : judgeToken(visitor, rules.token);
}

/**
 * A page of another site can make a browser send a request, cookie included, but not hide where it
 * comes from. Programs send no origin, and are judged like readers.
 */
function judgeAction(visitor: Visitor, rules: AccessRules): Access {
  const origin = visitor.headers.get("origin");
  const host = visitor.headers.get("host") ?? "";
  if (origin !== null && hostOf(origin) !== host.toLowerCase()) {
    return refuse(403, `Pages of ${JSON.stringify(origin.slice(0, 100))} may not do this`);
  }
  if (visitor.headers.get("sec-fetch-site") === "cross-site") {
    return refuse(403, "Pages of other sites may not do this");
  }
  return rules.token === null ? judgeHost(visitor) : judgeToken(visitor, rules.token);
}

function isAction(pathname: string): boolean {
  return ACTION_PATHS.has(pathname) || pathname.startsWith(OPERATOR);
}

function hostOf(origin: string): string | null {
  return URL.parse(origin)?.host ?? null;
}

function judgeDebug(visitor: Visitor, rules: AccessRules): Access {
  if (!rules.chaos) return refuse(404, "Nothing is here; debugging needs MARKETD_CHAOS=1");
  if (!visitor.isLoopback) return refuse(403, "Debugging is for loopback only");
  if (visitor.method !== "POST") return refuse(405, "Debugging takes POST", { allow: "POST" });
  if (visitor.headers.has("origin")) return refuse(403, "Debugging is not for pages");
  return rules.token === null ? judgeHost(visitor) : judgeToken(visitor, rules.token);
}

/** A page elsewhere can make its own name point to 127.0.0.1, but not change the Host it sends. */
function judgeHost(visitor: Visitor): Access {
  const host = (visitor.headers.get("host") ?? "").replace(/:\d+$/, "").toLowerCase();
  if (isLoopback(host)) return { allowed: true };
  return refuse(403, `Host ${JSON.stringify(host)} is not a name of this machine's loopback`);
}

function judgeToken(visitor: Visitor, token: string): Access {
  const header = visitor.headers.get("authorization") ?? "";
  const bearer = /^bearer +(.*)$/i.exec(header)?.[1] ?? null;
  const cookie = (visitor.headers.get("cookie") ?? "").split(/;\s*/)
    .find((pair) => pair.startsWith(`${TOKEN_COOKIE}=`))?.slice(TOKEN_COOKIE.length + 1);
  const given = bearer ?? cookie ?? visitor.url.searchParams.get("token");
  if (given !== null && sameText(given, token)) return { allowed: true };
  return refuse(401, "This needs the token of MARKETD_HTTP_TOKEN", {
    "www-authenticate": "Bearer",
  });
}

/** Compares in a time that does not tell how much was right. */
function sameText(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let at = 0; at < wanted.length; at++) {
    difference |= (given.charCodeAt(at) || 0) ^ wanted.charCodeAt(at);
  }
  return difference === 0;
}

function refuse(
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Access {
  return { allowed: false, status, reason, headers };
}
