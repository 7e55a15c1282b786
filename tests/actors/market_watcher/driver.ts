/** Drives the watcher turn by turn: its requests go to `answer`, its timers run when time passes. */

import assert from "node:assert/strict";
import definition from "@/actors/market_watcher/actor.ts";
import { marketWatcherConfig, marketWatcherSpec } from "@/actors/market_watcher/spec.ts";
import {
  stateSpec,
  type WatcherContext,
  type WatcherState,
} from "@/actors/market_watcher/state.ts";
import type { Answer, InputOf, ReplyOf, Turn } from "@/core/kernel/mod.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { marketWatcher } from "@/core/protocol/watcher.ts";
import { turnContext } from "@/tests/support/turn_context.ts";

export type EvidenceQuery = InputOf<typeof marketFetcher, "Evidence">;
export type EvidenceAnswer = Answer<ReplyOf<typeof marketFetcher, "Evidence">>;

type Messages = typeof marketWatcher.messages;
// deno-lint-ignore no-explicit-any -- a turn may carry any reply
type AnyTurn = Turn<WatcherState, any, any, any>;
type Run = (state: WatcherState, context: WatcherContext) => AnyTurn;

export class WatcherDriver {
  state = stateSpec.initial();
  /** What the notifier was told, in words, and when. */
  readonly alerts: { readonly text: string; readonly atMs: number }[] = [];
  readonly rows: { readonly name: string; readonly row: unknown }[] = [];
  readonly asked: EvidenceQuery[] = [];
  /** The durable state as text: what a restart begins with. */
  saved = JSON.stringify(stateSpec.initial());
  nowMs: number;
  readonly #answer: (query: EvidenceQuery) => Promise<EvidenceAnswer>;
  readonly #config;
  readonly #timers = new Map<string, { readonly atMs: number; readonly run: Run }>();

  constructor(options: {
    readonly nowMs: number;
    readonly answer: (query: EvidenceQuery) => Promise<EvidenceAnswer>;
    readonly config?: Record<string, unknown>;
  }) {
    this.nowMs = options.nowMs;
    this.#answer = options.answer;
    this.#config = marketWatcherConfig.parse(options.config ?? {});
  }

  /** Begins again from what is durable. */
  async boot(): Promise<void> {
    this.#timers.clear();
    this.state = stateSpec.schema.parse(JSON.parse(this.saved));
    const { start } = definition.turns;
    if (start !== undefined) await this.#take((state, context) => start(state, context));
  }

  async ask<K extends keyof Messages & string>(
    type: K,
    body: InputOf<typeof marketWatcher, K>,
  ): Promise<ReplyOf<typeof marketWatcher, K>> {
    const handler = definition.turns.handlers[type] as (
      state: WatcherState,
      body: unknown,
      context: WatcherContext,
    ) => AnyTurn;
    const parsed = marketWatcher.messages[type].body.parse(body);
    const turn = await this.#take((state, context) => handler(state, parsed, context));
    const reply: unknown = turn.replied?.value;
    return marketWatcher.messages[type].reply.parse(reply) as ReplyOf<typeof marketWatcher, K>;
  }

  /** Runs every timer that is due until then, in order. `onTime` hears of each stop on the way. */
  async pass(byMs: number, onTime: (nowMs: number) => void = () => {}): Promise<void> {
    const untilMs = this.nowMs + byMs;
    for (;;) {
      const [next] = [...this.#timers].filter(([, { atMs }]) => atMs <= untilMs)
        .sort(([, a], [, b]) => a.atMs - b.atMs);
      if (next === undefined) break;
      const [key, timer] = next;
      this.#timers.delete(key);
      this.nowMs = Math.max(this.nowMs, timer.atMs);
      onTime(this.nowMs);
      await this.#take(timer.run);
    }
    this.nowMs = untilMs;
    onTime(untilMs);
  }

  get openTimers(): readonly string[] {
    return [...this.#timers.keys()];
  }

  async #take(run: Run): Promise<AnyTurn> {
    const { state, nowMs } = this;
    const config = this.#config;
    const turn = run(state, turnContext(marketWatcherSpec, { state, config, nowMs }));
    this.state = stateSpec.schema.parse(turn.state);
    if (turn.isDurable) this.saved = JSON.stringify(this.state);
    for (const { name, rows } of turn.writes) {
      assert.ok(marketWatcherSpec.writes.includes(name), name);
      for (const row of rows) this.rows.push({ name, row });
    }
    for (const { type, body } of turn.outbox) {
      this.alerts.push({ text: told(type, body), atMs: nowMs });
    }
    for (const { key, delayMs, then } of turn.timers) {
      if (then === null) this.#timers.delete(key);
      else {
        const later: Run = (state, context) => then(state, undefined, context);
        this.#timers.set(key, { atMs: nowMs + delayMs, run: later });
      }
    }
    for (const ask of turn.asks) {
      const query = ask.body as EvidenceQuery;
      this.asked.push(query);
      const answer = await this.#answer(query);
      await this.#take((state, context) => ask.then(state, answer, context));
    }
    return turn;
  }
}

function told(type: string, body: unknown): string {
  if (type === "Alert") return notifier.messages.Alert.body.parse(body).text;
  const { title, side, fromCents, toCents, moveBps } = notifier.messages.PriceMoved.body.parse(
    body,
  );
  return `${title}: ${side} ${fromCents} → ${toCents ?? "gone"} (${moveBps ?? "-"})`;
}
