/**
 * Sends one operation and brings back its JSON: breaker, permit and signature, deadline, retries.
 * Only reads are sent from here; what they mean is the client's business.
 */

import { parseJson } from "@/core/http/body.ts";
import { type Admitted, type BreakerReading, Breakers } from "@/core/http/breakers.ts";
import type { Fetcher } from "@/core/http/fetcher.ts";
import {
  decideRetry,
  earnRetry,
  type Failure,
  FULL_RETRY_BUDGET,
  READ_RETRIES,
  type RetryPolicy,
  spendRetry,
} from "@/core/http/retry.ts";
import { type HttpReply, sendHttp } from "@/core/http/send.ts";
import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { answerError } from "./answers.ts";
import { fillPath } from "./encoding.ts";
import {
  ENDPOINT_GROUPS,
  type EndpointGroup,
  READ_OPERATIONS,
  type ReadClass,
  type ReadName,
  type ReadOperation,
} from "./operations.ts";
import { type PaceReport, QuotaWatch } from "./quota_watch.ts";
import { SignatureWatch } from "./signature_watch.ts";
import type { SignableRequest } from "./signing.ts";

/** A request that wants a permit of its class and a signature. */
export interface UnsignedRequest extends SignableRequest {
  readonly method: "GET" | "POST";
  readonly rateClass: ReadClass;
}

/** What replies said that concerns whoever hands out permits and stamps the time. */
export type EdgeReport =
  | PaceReport
  /** The market's clock minus ours. */
  | { readonly kind: "skew"; readonly skewMs: number };

export interface TransportOptions {
  /** Origin only, such as `https://api.dmarket.com`. */
  readonly baseUrl: string;
  readonly fetcher: Fetcher;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves to the headers that let the request pass, once it may be sent. */
  readonly sign: (
    request: UnsignedRequest,
    signal: AbortSignal,
  ) => Promise<Readonly<Record<string, string>>>;
  readonly report: (report: EdgeReport) => void;
  readonly retries?: RetryPolicy;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Monotonic clock. */
  readonly deadlineAtMs: number;
}

export interface ReadRequest {
  readonly name: ReadName;
  /** Already percent-encoded, one per `{}` of the path. */
  readonly segments?: readonly string[];
  /** Already encoded, without the question mark. */
  readonly query?: string;
  readonly body?: string;
  /** Of one attempt; 10 s unless said otherwise. */
  readonly timeoutMs?: number;
}

export interface TransportReading {
  readonly breakers: Readonly<Record<EndpointGroup, BreakerReading>>;
  /** Attempts by `operation.outcome`, where the outcome is `ok` or an error code. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly retries: number;
  /** Null until a reply carried a date. */
  readonly skewMs: number | null;
  /** Nothing is sent because signatures were refused. */
  readonly signaturesRefused: boolean;
}

const SECOND_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 10_000;
/** With less time left a request is not sent: its failure would say nothing about the market. */
const MIN_SEND_MS = 1_000;

interface Attempt {
  readonly request: ReadRequest;
  readonly operation: ReadOperation;
  readonly unsigned: UnsignedRequest;
  readonly call: CallOptions;
}

/** The end of one attempt: the body, or the error and what it means for trying again. */
type AttemptEnd =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly error: ActorError; readonly failure: Failure | null };

export class Transport {
  readonly #options: TransportOptions;
  readonly #origin: string;
  readonly #breakers: Breakers<EndpointGroup>;
  readonly #watch: SignatureWatch;
  readonly #attempts = new Map<string, number>();
  readonly #quotas: QuotaWatch;
  #retries = 0;
  #budget = FULL_RETRY_BUDGET;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#origin = originOf(options.baseUrl);
    this.#breakers = new Breakers(ENDPOINT_GROUPS, options.clock);
    this.#quotas = new QuotaWatch(options.clock, options.report);
    const tellSkew = (skewMs: number) => options.report({ kind: "skew", skewMs });
    this.#watch = new SignatureWatch(options.clock, tellSkew);
  }

  /**
   * The JSON of a successful answer. Throws {@link ActorError}: `rejected` for a refusal that will
   * stay one, `transient` when retries are used up or the breaker is open, `deadline`, what `sign`
   * throws, and `fatal signatures-refused` after three 401 in a row; then nothing is sent for ten
   * minutes and one more 401 begins the next ten.
   */
  async read(request: ReadRequest, call: CallOptions): Promise<unknown> {
    const attempt = this.#prepare(request, call);
    this.#budget = earnRetry(this.#budget);
    for (let number = 1;; number++) {
      const end = await this.#attempt(attempt);
      this.#count(request.name, end.ok ? "ok" : end.error.code);
      if (end.ok) return end.body;
      const afterMs = this.#retryAfterMs(end.failure, number, call);
      if (afterMs === null) throw end.error;
      this.#retries += 1;
      await sleep(this.#options.clock, afterMs, call.signal);
    }
  }

  reading(): TransportReading {
    return {
      breakers: this.#breakers.readings(),
      attempts: Object.fromEntries(this.#attempts),
      retries: this.#retries,
      skewMs: this.#watch.skewMs,
      signaturesRefused: this.#watch.isRefused,
    };
  }

  #prepare(request: ReadRequest, call: CallOptions): Attempt {
    const operation = READ_OPERATIONS[request.name];
    const { method, rateClass } = operation;
    const path = fillPath(operation.path, request.segments ?? []);
    const query = request.query ?? "";
    const unsigned = { method, path, query, body: request.body ?? "", rateClass };
    requireUnchanged(this.#origin, unsigned);
    return { request, operation, unsigned, call };
  }

  /** Milliseconds until the next attempt; null to give up. */
  #retryAfterMs(failure: Failure | null, attempt: number, call: CallOptions): number | null {
    if (failure === null || call.signal.aborted) return null;
    const { clock, random, retries } = this.#options;
    const remainingMs = call.deadlineAtMs - clock.monotonic();
    const question = { failure, attempt, remainingMs, budget: this.#budget, random: random() };
    const decision = decideRetry(question, retries ?? READ_RETRIES);
    if (!decision.retry) return null;
    this.#budget = spendRetry(this.#budget);
    return decision.afterMs;
  }

  async #attempt(attempt: Attempt): Promise<AttemptEnd> {
    const { group } = attempt.operation;
    const begunAtMs = this.#options.clock.monotonic();
    let entered: Admitted | null = null;
    try {
      this.#watch.requireAccepted();
      this.#breakers.requireAdmitting(group);
      const headers = await this.#sign(attempt);
      // Again: what waited for its permit while a verdict fell must not go out.
      this.#watch.requireAccepted();
      entered = this.#breakers.enter(group);
      const reply = await this.#send(attempt, headers);
      const end = this.#judge(attempt, reply, { begunAtMs, stampMs: stampOf(headers) });
      entered.done(healthOf(reply.status, end));
      return end;
    } catch (thrown) {
      const error = asActorError(thrown);
      const failure = failureOf(error);
      entered?.done(failure === null ? "unjudged" : "failure");
      return { ok: false, error, failure };
    }
  }

  /** Waits for its permit while there is time left to use it. */
  async #sign({ unsigned, call }: Attempt): Promise<Readonly<Record<string, string>>> {
    const { clock, sign } = this.#options;
    const leftMs = call.deadlineAtMs - clock.monotonic() - MIN_SEND_MS;
    if (leftMs < 0) throw tooLate(unsigned);
    const late = new AbortController();
    const cancel = clock.after(leftMs, () => late.abort(tooLate(unsigned)));
    try {
      return await sign(unsigned, AbortSignal.any([call.signal, late.signal]));
    } finally {
      cancel();
    }
  }

  #send(attempt: Attempt, signature: Readonly<Record<string, string>>): Promise<HttpReply> {
    const { request, unsigned, call } = attempt;
    const { method, path, query, body } = unsigned;
    const remainingMs = call.deadlineAtMs - this.#options.clock.monotonic();
    if (remainingMs < MIN_SEND_MS) throw tooLate(unsigned);
    this.#quotas.sent(unsigned.rateClass);
    const typed = body === "" ? {} : { "content-type": "application/json" };
    return sendHttp(this.#options, {
      method,
      url: `${this.#origin}${path}${query === "" ? "" : `?${query}`}`,
      headers: { accept: "application/json", ...typed, ...signature },
      ...(body === "" ? {} : { body }),
      timeoutMs: Math.min(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, remainingMs),
      signal: call.signal,
    });
  }

  #judge(
    attempt: Attempt,
    reply: HttpReply,
    signed: { readonly begunAtMs: number; readonly stampMs: number | null },
  ): AttemptEnd {
    const { status } = reply;
    this.#watch.observe(reply);
    const waitMs = this.#quotas.observe(attempt.operation.rateClass, reply);
    if (status !== 401) this.#watch.accepted();
    if (status >= 200 && status < 300) return readBody(reply);
    const error = answerError(`${attempt.unsigned.method} ${attempt.unsigned.path}`, reply);
    if (status === 401) {
      const verdict = this.#watch.unauthorized(error, signed);
      if (verdict !== "stale-stamp") return { ok: false, error: verdict, failure: null };
      return { ok: false, error, failure: { cause: "clock" } };
    }
    return { ok: false, error, failure: { cause: "status", status, serverWaitMs: waitMs } };
  }

  #count(name: ReadName, outcome: string): void {
    const key = `${name}.${outcome}`;
    this.#attempts.set(key, (this.#attempts.get(key) ?? 0) + 1);
  }
}

function stampOf(headers: Readonly<Record<string, string>>): number | null {
  const stamp = Number(headers["x-sign-date"] ?? NaN);
  return Number.isFinite(stamp) ? stamp * SECOND_MS : null;
}

function readBody(reply: HttpReply): AttemptEnd {
  try {
    return { ok: true, body: parseJson(reply) };
  } catch (error) {
    return { ok: false, error: asActorError(error), failure: { cause: "body" } };
  }
}

/** Refusals are answers of a healthy server; a 429 says nothing about its health. */
function healthOf(status: number, end: AttemptEnd): "success" | "failure" | "unjudged" {
  if (end.ok) return "success";
  if (status === 429) return "unjudged";
  return status >= 500 || end.failure?.cause === "body" ? "failure" : "success";
}

/** What a thrown error means for trying again; null when it is no use or not ours to repeat. */
function failureOf(error: ActorError): Failure | null {
  switch (error.code) {
    case "network":
      return { cause: "network" };
    case "http-timeout":
      return { cause: "timeout" };
    case "bad-encoding":
      return { cause: "body" };
    default:
      return error.kind === "peer-down" ? { cause: "network" } : null;
  }
}

function tooLate(request: UnsignedRequest): ActorError {
  const message = `The permit for ${request.method} ${request.path} came too late to be used`;
  return new ActorError("deadline", "permit-too-late", message);
}

function asActorError(thrown: unknown): ActorError {
  if (thrown instanceof ActorError) return thrown;
  const message = "A request to DMarket failed in a way that was not foreseen";
  return new ActorError("fatal", "unforeseen", message, { cause: thrown });
}

function originOf(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
    url.pathname === "/" && url.search === "" && url.hash === "";
  if (isOrigin) return url.origin;
  const message =
    `The DMarket URL must be an http(s) origin without a path, as paths are signed: ` +
    `it is ${url === null ? "not a URL" : `${url.protocol}//${url.host}${url.pathname}`}`;
  throw new ActorError("fatal", "bad-base-url", message);
}

/** What is signed must be what the runtime puts on the wire. */
function requireUnchanged(origin: string, request: SignableRequest): void {
  const sent = new URL(
    `${origin}${request.path}${request.query === "" ? "" : `?${request.query}`}`,
  );
  const query = request.query === "" ? "" : `?${request.query}`;
  if (sent.pathname === request.path && sent.search === query) return;
  const message = `Cannot sign ${request.path} as it would be sent as ${sent.pathname}`;
  throw new ActorError("rejected", "bad-path", message);
}
