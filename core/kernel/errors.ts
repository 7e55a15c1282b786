/**
 * Errors say their consequence. `kind` is what the caller, or the supervisor, acts upon:
 *
 * - `transient`: the same call may succeed later; retry with backoff.
 * - `rejected`: this input is refused for good; skip it.
 * - `unknown`: the outcome cannot be known from here; look it up, never retry blindly.
 * - `peer-down`: the actor asked is not running; it will be back.
 * - `deadline`: no answer in time.
 * - `overload`: a bounded queue is full; slow down.
 * - `fatal`: the actor, or the process, must stop.
 */
export const ERROR_KINDS = [
  "transient",
  "rejected",
  "unknown",
  "peer-down",
  "deadline",
  "overload",
  "fatal",
] as const;
export type ErrorKind = typeof ERROR_KINDS[number];

/** An error as it crosses a border between actors: plain data, because clones lose classes. */
export interface WireError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: WireError;
}

/** The one error class of the system; `code` is stable and in kebab case. */
export class ActorError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;

  constructor(kind: ErrorKind, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ActorError";
    this.kind = kind;
    this.code = code;
  }
}

/** A message that found nobody, no room or no time. */
export function unreached(
  kind: "peer-down" | "overload" | "deadline",
  message: string,
): ActorError {
  return new ActorError(kind, kind, message);
}

const MAX_CAUSES = 5;
const MAX_TEXT = 4_000;

/** Plain record of any thrown value, its causes included (at most five deep). */
export function toWire(thrown: unknown, depth = 0): WireError {
  if (!(thrown instanceof Error)) {
    return { kind: "fatal", code: "thrown-value", message: String(thrown).slice(0, MAX_TEXT) };
  }
  const known = thrown instanceof ActorError;
  const wire: WireError = {
    kind: known ? thrown.kind : "fatal",
    code: known ? thrown.code : thrown.name,
    message: thrown.message.slice(0, MAX_TEXT),
  };
  return {
    ...wire,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack.slice(0, MAX_TEXT) }),
    ...(thrown.cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: toWire(thrown.cause, depth + 1) }),
  };
}

/** The error rebuilt on the receiving side, with the sender's stack and causes. */
export function fromWire(wire: WireError): ActorError {
  const cause = wire.cause === undefined ? undefined : { cause: fromWire(wire.cause) };
  const error = new ActorError(wire.kind, wire.code, wire.message, cause);
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}
