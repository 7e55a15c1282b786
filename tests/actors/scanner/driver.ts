/**
 * Drives the scanner as the runtime would, one turn at a time and with time in hand: commits,
 * releases what a turn sent, plays market-fetcher, and dies wherever it is told to.
 */

import type { Answer, Turn, WireError } from "@/core/kernel/mod.ts";
import type { Opportunity, ScanProgress } from "@/core/domain/opportunity.ts";
import definition from "@/actors/scanner/actor.ts";
import { type ScannerConfig, scannerSpec } from "@/actors/scanner/spec.ts";
import { type ScannerContext, type ScannerState, stateSpec } from "@/actors/scanner/state.ts";
import type { Closing } from "@/actors/scanner/open_offers.ts";
import { turnContext } from "@/tests/support/turn_context.ts";
import { NOW_MS } from "@/tests/core/domain/builders.ts";
import type { Market } from "./market.ts";

/** Where a turn is cut off by the death of the process. */
export type DeathPoint = "before-commit" | "before-release";

type Handlers = typeof definition.turns.handlers;
type Run = (state: ScannerState, context: ScannerContext) => AnyTurn;
// deno-lint-ignore no-explicit-any -- a turn may carry any reply
type AnyTurn = Turn<ScannerState, ScannerConfig, any, any>;

interface Sent {
  readonly peer: string;
  readonly type: string;
  readonly key: string;
  // deno-lint-ignore no-explicit-any -- tests look into bodies of many types
  readonly body: any;
}
interface Timer {
  readonly key: string;
  readonly atMs: number;
  readonly run: Run;
}

export const CONFIG: ScannerConfig = {
  plan: [],
  intervalMs: 600_000,
  autoStart: false,
  maxParallel: 2,
  pageSize: 10,
  maxPages: 100,
  maxRows: 9_000,
  verifyTitles: 30,
  verifyBatch: 3,
  poolTitles: 120,
};

export class ScannerDriver {
  readonly market: Market;
  readonly config: ScannerConfig;
  nowMs = NOW_MS;
  /** What is stored, as text: what the next incarnation resumes from. */
  saved: string | null = null;
  state: ScannerState = stateSpec.initial();
  turns = 0;
  commits = 0;
  readonly sent = new Map<string, Sent>();
  readonly tells: { readonly type: string; readonly body: ScanProgress; readonly atMs: number }[] =
    [];
  readonly logs: { readonly level: string; readonly message: string }[] = [];
  readonly asked: { readonly type: string; readonly body: Record<string, unknown> }[] = [];
  /** Milliseconds that each answer takes. */
  latencyMs = 50;
  /** Called for each request; an error is answered instead of the market's reply. */
  fault: (type: string) => WireError | null = () => null;
  /** Dies in this turn, counted from 1. */
  death: { readonly turn: number; readonly at: DeathPoint } | null = null;
  readonly #rows = new Map<string, unknown[]>();
  #work: { readonly atMs: number; readonly run: Run }[] = [];
  #timers: Timer[] = [];

  constructor(market: Market, config: Partial<ScannerConfig> = {}) {
    this.market = market;
    this.config = { ...CONFIG, ...config };
  }

  rows<T>(name: string): readonly T[] {
    return (this.#rows.get(name) ?? []) as T[];
  }
  get opportunities(): readonly Opportunity[] {
    return this.rows<Opportunity>("opportunities");
  }
  get closings(): readonly Closing[] {
    return this.rows<Closing>("opportunities_closed");
  }
  get finished(): readonly ScanProgress[] {
    return this.sentAs("notifier", "ScanFinished").map(({ body }) => body);
  }
  sentAs(peer: string, type: string): readonly Sent[] {
    return [...this.sent.values()].filter((one) => one.peer === peer && one.type === type);
  }

  context(state: ScannerState): ScannerContext {
    return turnContext(scannerSpec, { state, config: this.config, nowMs: this.nowMs });
  }

  /** Begins a new incarnation from what is stored. */
  boot(): void {
    this.#work = [];
    this.#timers = [];
    this.state = this.saved === null
      ? stateSpec.initial()
      : stateSpec.schema.parse(JSON.parse(this.saved));
    const { start } = definition.turns;
    if (start !== undefined) this.take((state, context) => start(state, context));
  }

  /** Delivers a message; its reply, if it has one. */
  // deno-lint-ignore no-explicit-any -- one method for every message
  deliver<K extends keyof Handlers>(type: K, body: Parameters<Handlers[K]>[1]): any {
    const handler = definition.turns.handlers[type] as (
      state: ScannerState,
      body: unknown,
      context: unknown,
    ) => AnyTurn;
    return this.take((state, context) => handler(state, body, context))?.replied?.value;
  }

  /** One turn; null when the process died in it. */
  take(run: Run): AnyTurn | null {
    this.turns++;
    const turn = run(this.state, this.context(this.state));
    const dies = this.death?.turn === this.turns ? this.death.at : null;
    if (dies === "before-commit") return this.#die();
    if (turn.isDurable) this.#commit(turn);
    else if (turn.change === "memory") this.state = turn.state;
    if (dies === "before-release") return this.#die();
    this.#release(turn);
    return turn;
  }

  #die(): null {
    this.boot();
    return null;
  }

  #commit(turn: AnyTurn): void {
    const next = stateSpec.schema.parse(turn.state);
    this.saved = JSON.stringify(next);
    this.state = turn.state;
    this.commits++;
    for (const { name, rows } of turn.writes) {
      if (!scannerSpec.writes.includes(name)) throw new Error(`No write is called ${name}`);
      this.#rows.set(name, [...this.rows(name), ...rows]);
    }
    for (const [index, { peer, type, body, key }] of turn.outbox.entries()) {
      const parsed = peer.messages[type]?.body.parse(body);
      const unique = key ?? `scanner/${this.commits}/${index}`;
      if (this.sent.has(unique)) throw new Error(`The key ${unique} was used before`);
      this.sent.set(unique, { peer: peer.name, type, key: unique, body: parsed });
    }
  }

  #release(turn: AnyTurn): void {
    for (const { level, message } of turn.logs) this.logs.push({ level, message });
    for (const { peer, type, body } of turn.tells) {
      const parsed = peer.messages[type]?.body.parse(body) as ScanProgress;
      this.tells.push({ type, body: parsed, atMs: this.nowMs });
    }
    for (const { peer, type, body, then } of turn.asks) {
      const parsed = peer.messages[type]?.body.parse(body) as Record<string, unknown>;
      this.asked.push({ type, body: parsed });
      const atMs = this.nowMs + this.latencyMs;
      this.#work.push({
        atMs,
        run: (state, context) => then(state, this.#answer(type, parsed), context),
      });
    }
    for (const { key, delayMs, then } of turn.timers) {
      this.#timers = this.#timers.filter((timer) => timer.key !== key);
      if (then === null) continue;
      const atMs = this.nowMs + delayMs;
      this.#timers.push({ key, atMs, run: (state, context) => then(state, undefined, context) });
    }
  }

  #answer(type: string, body: Record<string, unknown>): Answer<unknown> {
    const error = this.fault(type);
    if (error !== null) return { ok: false, error };
    this.market.nowMs = this.nowMs;
    return { ok: true, value: structuredClone(this.#read(type, body)) };
  }

  #read(type: string, body: Record<string, unknown>): unknown {
    switch (type) {
      case "OffersPage":
        return this.market.page(body as Parameters<Market["page"]>[0]);
      case "Look":
        return this.market.look(body as Parameters<Market["look"]>[0]);
      default:
        return this.market.evidence(body as Parameters<Market["evidence"]>[0]);
    }
  }

  /** Takes the next thing that is due; false when nothing is under way but far timers. */
  step(horizonMs = Infinity): boolean {
    const next = [...this.#work, ...this.#timers].toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined || next.atMs > horizonMs) return false;
    this.#work = this.#work.filter((one) => one !== next);
    this.#timers = this.#timers.filter((one) => one !== next);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    this.take(next.run);
    return true;
  }

  /** Until all scans have ended. */
  settle(maxTurns = 2_000): void {
    for (let i = 0; i < maxTurns; i++) {
      if (this.state.active.length + this.state.queue.length === 0) return;
      if (!this.step()) throw new Error("A scan is active, and nothing is under way for it");
    }
    throw new Error(`Scans did not end within ${maxTurns} turns`);
  }
}

/** A driver with one scan of the medium band of CS2 asked for. */
export function scanning(market: Market, config: Partial<ScannerConfig> = {}): ScannerDriver {
  const driver = new ScannerDriver(market, config);
  driver.boot();
  driver.deliver("Scan", SCAN);
  return driver;
}

/** The progress that was told last. */
export function last(progress: readonly ScanProgress[]): ScanProgress {
  const found = progress.at(-1);
  if (found === undefined) throw new Error("No scan has ended");
  return found;
}

/** The titles that were looked at or read, each once, in alphabetical order. */
export function titlesOf(asked: ScannerDriver["asked"]): readonly string[] {
  const titles = asked.flatMap(({ body }) =>
    (body["titles"] ?? []) as (string | { readonly title: string })[]
  );
  return [...new Set(titles.map((one) => typeof one === "string" ? one : one.title))].toSorted();
}

export const SCAN = {
  scanId: "019bcb3e-6d1a-7a2c-8f00-0123456789ab",
  game: "a8db",
  level: "medium",
  requestedBy: "test",
} as const;

export function idOf(n: number): string {
  return `019bcb3e-6d1a-7a2c-8f00-${String(n).padStart(12, "0")}`;
}
