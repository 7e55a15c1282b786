/** A transport whose market answers as a test says, on a clock that stands still. */

import assert from "node:assert/strict";
import type { Fetcher } from "@/core/http/fetcher.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  type CallOptions,
  type EdgeReport,
  Transport,
  type TransportOptions,
} from "@/core/market/dmarket/transport.ts";
import { ManualClock } from "../../http/manual_clock.ts";

export type Answer = (request: { url: URL; init: RequestInit }) => Response | Promise<Response>;

export const BALANCE = { name: "balance" } as const;
const NEVER = new AbortController().signal;

export function json(body: unknown, init: ResponseInit = {}): Response {
  return Response.json(body, init);
}

export function status(code: number, headers: HeadersInit = {}): Answer {
  return () => json({ code: "Said", message: "so" }, { status: code, headers });
}

export const ok: Answer = (): Response => json({ fine: true });

export interface Stage {
  readonly clock: ManualClock;
  readonly sent: readonly {
    readonly url: URL;
    readonly init: RequestInit;
    readonly atMs: number;
  }[];
  readonly reports: readonly EdgeReport[];
  readonly transport: Transport;
  call(timeoutMs?: number): CallOptions;
  balance(): Promise<unknown>;
}

/** A transport whose market gives these answers in turn, the last one for ever. */
export function start(
  answers: readonly Answer[],
  change: Partial<TransportOptions> = {},
): Stage {
  const clock = new ManualClock();
  const sent: { url: URL; init: RequestInit; atMs: number }[] = [];
  const reports: EdgeReport[] = [];
  const fetcher: Fetcher = async (url, init) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    const request = { url: new URL(url), init };
    sent.push({ ...request, atMs: clock.monotonic() });
    await Promise.resolve();
    return answer?.(request) ?? Response.error();
  };
  const transport = new Transport({
    baseUrl: "https://market.test",
    fetcher,
    clock,
    random: () => 0.5,
    sign: () => Promise.resolve({ "x-api-key": "k" }),
    report: (report) => reports.push(report),
    ...change,
  });
  const call = (timeoutMs = 60_000): CallOptions => ({
    signal: NEVER,
    deadlineAtMs: clock.monotonic() + timeoutMs,
  });
  const balance = () => transport.read(BALANCE, call());
  return { clock, sent, reports, transport, call, balance };
}

/** Lets retries pass until `work` settles; resolves to its value or error. */
export async function settle(clock: ManualClock, work: Promise<unknown>): Promise<unknown> {
  let end: { value: unknown } | null = null;
  work.then((value) => end = { value }, (error) => end = { value: error });
  for (let i = 0; i < 500 && end === null; i++) await clock.advance(100);
  assert.ok(end !== null, "The call never settled");
  return (end as { value: unknown }).value;
}

export function assertError(value: unknown, expected: string): void {
  assert.ok(value instanceof ActorError, String(value));
  assert.equal(`${value.kind} ${value.code}`, expected, value.message);
}
