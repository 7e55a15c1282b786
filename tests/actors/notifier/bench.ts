/** The notifier without a runtime: turns are taken, their state is kept, what goes out is listed. */

import definition from "@/actors/notifier/actor.ts";
import type { Context, NotifierState, NotifierTurn } from "@/actors/notifier/state.ts";
import type { Opportunity } from "@/core/domain/opportunity.ts";
import { type Answer, type BodyOf, Turn } from "@/core/kernel/mod.ts";
import type { Notice, NoticeOf } from "@/core/protocol/notices.ts";
import { type Command, notifier } from "@/core/protocol/notifier.ts";
import { telegram } from "@/core/protocol/telegram.ts";

export const OWNER = 7_000_001;
export const START_MS = Date.parse("2026-06-17T10:30:00Z");

type SendBody = BodyOf<typeof telegram, "Send">;

type TimerRun = NonNullable<NotifierTurn["timers"][number]["then"]>;

interface Sent {
  readonly peer: string;
  readonly type: string;
  readonly body: unknown;
  readonly key: string;
}

export class Bench {
  nowMs = START_MS;
  state: NotifierState = definition.turns.state.initial();
  /** Effects for telegram, in order. */
  says: (SendBody & { readonly key: string })[] = [];
  /** Durable messages, in order. */
  sends: Sent[] = [];
  progress: BodyOf<typeof telegram, "Progress">[] = [];
  durableTurns = 0;
  /** What the market-watcher keeps for a person who scans; null: it does not answer by itself. */
  filters: { game: string; wants: Record<string, unknown> }[] | null = [];
  #asks: NotifierTurn["asks"][number][] = [];
  readonly #timers = new Map<string, { readonly atMs: number; readonly run: TimerRun }>();
  readonly #recipients: readonly number[];

  constructor(recipients: readonly number[] = [OWNER]) {
    this.#recipients = recipients;
  }

  take<K extends keyof typeof notifier.messages>(
    type: K,
    body: BodyOf<typeof notifier, K>,
  ): void {
    const handler = definition.turns.handlers[type] as (
      state: NotifierState,
      body: unknown,
      context: Context,
    ) => NotifierTurn;
    const parsed = notifier.messages[type].body.parse(body);
    this.#keep(handler(this.state, parsed, this.#context()));
    const isScan = "name" in parsed && parsed.name === "scan";
    if (isScan && this.filters !== null && this.asking.at(-1) === "market-watcher.Filters") {
      this.#asks.unshift(...this.#asks.splice(-1));
      this.answer({ ok: true, value: { filters: this.filters } });
    }
  }

  found(...opportunities: readonly Opportunity[]): void {
    this.take("OpportunitiesFound", { opportunities: [...opportunities] });
  }

  command(text: string, change: Partial<Command> = {}): Command {
    const [name = "", ...args] = text.split(" ");
    const number = this.#nextUpdate++;
    const command: Command = {
      updateId: 500 + number,
      userId: OWNER,
      chatId: OWNER,
      messageId: 40 + number,
      name,
      args,
      sentAtMs: this.nowMs,
      language: null,
      replaces: false,
      ...change,
    };
    this.take("Command", command);
    return command;
  }

  /** Peers and types that are asked and have not answered. */
  get asking(): readonly string[] {
    return this.#asks.map(({ peer, type }) => `${peer.name}.${type}`);
  }

  /** The body of the oldest question, which is this one. */
  asked(name: string): unknown {
    const [ask] = this.#asks;
    if (this.asking[0] !== name) throw new Error(`${this.asking[0]} is asked, not ${name}`);
    return ask?.body;
  }

  /** Answers the oldest question. */
  answer(answer: Answer<unknown>): void {
    const ask = this.#asks.shift();
    if (ask === undefined) throw new Error("Nothing was asked");
    const message = ask.peer.messages[ask.type];
    const value = answer.ok && message?.kind === "request"
      ? { ok: true as const, value: message.reply.parse(answer.value) }
      : answer;
    this.#keep(ask.then(this.state, value, this.#context()));
  }

  /** Lets time pass; timers that come due run in their order. */
  pass(byMs: number): void {
    const untilMs = this.nowMs + byMs;
    for (;;) {
      const [due] = [...this.#timers].filter(([, { atMs }]) => atMs <= untilMs)
        .toSorted(([, a], [, b]) => a.atMs - b.atMs);
      if (due === undefined) break;
      const [key, { atMs, run }] = due;
      this.#timers.delete(key);
      this.nowMs = Math.max(this.nowMs, atMs);
      this.#keep(run(this.state, undefined, this.#context()));
    }
    this.nowMs = untilMs;
  }

  /** A crash and a start from the checkpoint, which keeps no order of keys. */
  restart(): void {
    this.#asks = [];
    this.#timers.clear();
    this.state = definition.turns.state.schema.parse(JSON.parse(sorted(this.state)));
    const { start } = definition.turns;
    if (start !== undefined) this.#keep(start(this.state, this.#context()));
  }

  /** Notices said since the last look. */
  heard(): readonly Notice[] {
    return this.says.splice(0).map(({ notice }) => notice);
  }

  /** The one notice said since the last look, which is of `type`. */
  only<T extends Notice["type"]>(type: T): NoticeOf<T> {
    const notices = this.heard();
    const [notice] = notices;
    if (notices.length !== 1 || notice?.type !== type) {
      throw new Error(`Expected one ${type}, heard ${JSON.stringify(notices)}`);
    }
    return notice as NoticeOf<T>;
  }

  #nextUpdate = 1;

  #context(): Context {
    const { state } = this;
    return {
      nowMs: this.nowMs,
      config: { mode: "dry", recipients: [...this.#recipients] },
      trace: "t",
      from: "test",
      incarnation: 1,
      stay: () => new Turn(state, "none"),
      keep: (next) => new Turn(next, "memory"),
      commit: (next) => new Turn(next, "durable"),
    };
  }

  #keep(turn: NotifierTurn): void {
    if (turn.change !== "none") this.state = definition.turns.state.schema.parse(turn.state);
    if (turn.isDurable) this.durableTurns += 1;
    for (const { kind, peer, type, body, key } of turn.outbox) {
      if (key === undefined) throw new Error(`${type} has no key of its own`);
      if (kind === "message") this.sends.push({ peer: peer.name, type, body, key });
      else this.says.push({ ...telegram.messages.Send.body.parse(body), key });
    }
    for (const { body } of turn.tells) {
      this.progress.push(telegram.messages.Progress.body.parse(body));
    }
    this.#asks.push(...turn.asks);
    for (const { key, delayMs, then } of turn.timers) {
      if (then === null) this.#timers.delete(key);
      else this.#timers.set(key, { atMs: this.nowMs + delayMs, run: then });
    }
  }
}

/** JSON with the keys of every object in order, as a database may give it back. */
function sorted(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => a < b ? -1 : 1))
        : inner,
  );
}

export function opportunity(change: Partial<Opportunity> = {}): Opportunity {
  return {
    kind: "quick",
    exitCents: 1_350,
    feePpm: 70_000,
    feeCents: 95,
    netCents: 1_255,
    profitCents: 21,
    roiBps: 170,
    breakEvenCents: 1_327,
    scanId: "0190f3c2-7b1e-8a52-9c3d-2f6a1b4c5d6e",
    game: "a8db",
    level: "standard",
    offerId: "offer-1",
    title: "AK-47 | Redline (Field-Tested)",
    assetClass: { floatPart: null, phase: null, paintSeed: null },
    buyCents: 1_234,
    lockDays: 0,
    confidence: "high",
    annualisedBps: 1_000,
    sales7d: 14,
    otherAskCents: 1_490,
    bestBidCents: 1_350,
    fee: { feePpm: 70_000, minFeeCents: 1 },
    guards: [],
    foundAtMs: START_MS,
    ...change,
  };
}
