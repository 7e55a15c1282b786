/** What a failed database call means for its caller. */

import { ActorError, type ErrorKind } from "@/core/kernel/errors.ts";

/** Whether the failed work could have changed something. */
export type Access = "read" | "write";

/** SQLSTATEs that the functions in migrations/ raise. */
export const LEASE_LOST = "MD001";
export const INCARNATION_LOST = "MD002";
export const VERSION_STALE = "MD003";

/** The server's SQLSTATE, or the driver's or the system's code; null for anything else. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/**
 * The consequence of `error`. A connection that breaks under a write leaves the outcome unknown:
 * the server may have committed and died before it could say so.
 */
export function toDatabaseError(error: unknown, access: Access): ActorError {
  if (error instanceof ActorError) return error;
  const code = errorCode(error);
  const [kind, name] = code === null ? FAULT : consequence(code, access);
  const text = error instanceof Error ? error.message : String(error);
  return new ActorError(kind, name, `Cannot use the database: ${text} (${code ?? "no code"})`, {
    cause: error,
  });
}

/** True where nothing was sent, or nothing can have been done: the same call may simply be made again. */
export function isAway(error: unknown): boolean {
  return error instanceof ActorError && error.code === AWAY[1];
}

/** Whether the server itself said it, so that it is alive. */
export function isAnswer(error: unknown): boolean {
  const code = error instanceof ActorError ? errorCode(error.cause) : null;
  return code !== null && SQLSTATE.test(code);
}

/** Unlike the system's codes, such as EPIPE, these hold a digit. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

type Consequence = readonly [ErrorKind, string];

const FAULT: Consequence = ["fatal", "database-fault"];
const AWAY: Consequence = ["transient", "database-away"];
const LOST: Consequence = ["unknown", "database-outcome-unknown"];
export const DEADLINE = "database-deadline";

/** Refused before anything ran: not reachable, still starting, or no connection left. */
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CONNECT_TIMEOUT",
  "57P03",
  "53300",
]);
/** The connection, or the server behind it, ended under the call. */
const BROKEN = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "57P01",
  "57P02",
  "57P05",
]);
const EXACT: Readonly<Record<string, Consequence>> = {
  "57014": ["transient", DEADLINE],
  "55P03": ["transient", "database-lock-timeout"],
  "40001": ["transient", "database-conflict"],
  "40P01": ["transient", "database-conflict"],
  "25P03": ["transient", DEADLINE],
  "25P04": ["transient", DEADLINE],
  // A standby, while another server takes over.
  "25006": ["transient", "database-read-only"],
  MD004: ["fatal", "not-its-message"],
};
const BY_CLASS: Readonly<Record<string, Consequence>> = {
  "08": AWAY,
  "22": ["rejected", "database-value"],
  "23": ["rejected", "database-constraint"],
  "28": ["fatal", "database-login"],
  "53": ["transient", "database-resources"],
  "58": ["transient", "database-resources"],
};

function consequence(code: string, access: Access): Consequence {
  if (BROKEN.has(code)) return access === "write" ? LOST : AWAY;
  if (NOT_CONNECTED.has(code)) return AWAY;
  return EXACT[code] ?? BY_CLASS[code.slice(0, 2)] ?? FAULT;
}
