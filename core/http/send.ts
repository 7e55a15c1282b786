/** One HTTP exchange with an end: a deadline, a cap on the body, and errors that say what to do. */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { untilAborted } from "./abort.ts";
import { readText } from "./body.ts";
import type { Fetcher } from "./fetcher.ts";

export const MAX_BODY_BYTES = 16 * 1024 * 1024;

export interface HttpRequest {
  readonly method: string;
  /** Absolute; sent exactly as it is. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first byte sent to the last byte read. */
  readonly timeoutMs: number;
  readonly maxBodyBytes?: number;
  /** Gives the exchange up before its deadline. */
  readonly signal?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Wall clock before the request left and after its last byte was read. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

export interface HttpPorts {
  readonly fetcher: Fetcher;
  readonly clock: Clock;
}

/**
 * Sends one request and reads its whole answer, whatever its status. Redirects are not followed,
 * because a signed request is meant for one host only; they come back as a reply.
 *
 * Throws {@link ActorError}: `deadline` (`http-timeout`, `http-aborted`), `transient` (`network`,
 * `bad-encoding`), `rejected` (`body-too-large`).
 */
export async function sendHttp(ports: HttpPorts, request: HttpRequest): Promise<HttpReply> {
  const { clock } = ports;
  const controller = new AbortController();
  const cancelDeadline = clock.after(
    request.timeoutMs,
    () => controller.abort(tooLate(request)),
  );
  const giveUp = () => controller.abort(givenUp(request));
  if (request.signal?.aborted) giveUp();
  request.signal?.addEventListener("abort", giveUp, { once: true });
  const sentAtMs = clock.now();
  try {
    const response = await untilAborted(
      ports.fetcher(request.url, init(request, controller.signal)),
      controller.signal,
    );
    const maxBytes = request.maxBodyBytes ?? MAX_BODY_BYTES;
    const text = await untilAborted(readText(response, maxBytes), controller.signal);
    const { status, headers } = response;
    return { status, headers, text, sentAtMs, receivedAtMs: clock.now() };
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    if (error instanceof ActorError) throw error;
    throw new ActorError("transient", "network", `Cannot reach ${place(request)}`, {
      cause: error,
    });
  } finally {
    cancelDeadline();
    request.signal?.removeEventListener("abort", giveUp);
  }
}

function init(request: HttpRequest, signal: AbortSignal): RequestInit {
  const { method, headers } = request;
  const base: RequestInit = { method, headers: { ...headers }, signal, redirect: "manual" };
  return request.body === undefined ? base : { ...base, body: request.body };
}

function tooLate(request: HttpRequest): ActorError {
  const message = `Cannot finish ${place(request)} within ${request.timeoutMs} ms`;
  return new ActorError("deadline", "http-timeout", message);
}

function givenUp(request: HttpRequest): ActorError {
  return new ActorError("deadline", "http-aborted", `Gave up ${place(request)} before its answer`, {
    cause: request.signal?.reason,
  });
}

/** Method, host and path; queries stay out of messages. */
function place(request: HttpRequest): string {
  const { host, pathname } = new URL(request.url);
  return `${request.method} ${host}${pathname}`;
}
