/** What an actor tells main of itself. Main must not drown in it, so each kind has its bound. */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Log, LogLevel, LogProps } from "@/core/kernel/log.ts";
import { type DeadLetter, type DeadReason, Tally } from "@/core/kernel/tally.ts";
import type { Up } from "@/core/kernel/up.ts";

const LINES_PER_SECOND = 200;
/** Of a line: its message, and the names and values of its props as JSON. */
const LINE_CHARS = 8_000;
const NAME_CHARS = 100;
const FACTS_MAX = 64;
const NEWS_EVERY_MS = 1_000;
/** Dead letters shown at a time; all are counted. */
const LETTERS_MAX = 20;

export class Reports {
  readonly log: Log = {
    debug: (message, props) => this.#line("debug", message, props),
    info: (message, props) => this.#line("info", message, props),
    warn: (message, props) => this.#line("warn", message, props),
    error: (message, props) => this.#line("error", message, props),
  };
  readonly #clock: Clock;
  readonly #post: (message: Up) => void;
  readonly #tally = new Tally(LETTERS_MAX);
  readonly #facts = new Map<string, string | number | boolean>();
  #lines = { sinceMs: 0, count: 0 };
  #areFactsNew = false;
  #isNews = false;
  #toldAtMs = -Infinity;

  constructor(clock: Clock, post: (message: Up) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  /** Merges facts into those before; they are told once per turn of the loop. */
  facts(facts: Readonly<Record<string, string | number | boolean>>): void {
    for (const [name, fact] of Object.entries(facts)) {
      if (this.#facts.size >= FACTS_MAX && !this.#facts.has(name)) {
        const message = `${name} is one fact too many: an actor has ${FACTS_MAX} at most`;
        throw new ActorError("rejected", "too-many-facts", message);
      }
      this.#facts.set(name, typeof fact === "string" ? fact.slice(0, LINE_CHARS) : fact);
    }
    if (this.#areFactsNew) return;
    this.#areFactsNew = true;
    this.#clock.after(0, () => this.tellFacts());
  }

  /** A message reached nobody. */
  lost(reason: DeadReason, letter: Pick<DeadLetter, "from" | "to" | "type">): void {
    this.#isNews = true;
    this.#tally.lost({ atMs: this.#clock.now(), reason, ...letter, count: 1 });
  }

  handled(type: string, waitMs: number, handleMs: number): void {
    this.#isNews = true;
    this.#tally.handled(type, waitMs, handleMs);
  }

  /** Now and not with the next turn of the loop. */
  tellFacts(): void {
    if (!this.#areFactsNew) return;
    this.#areFactsNew = false;
    this.#post({ is: "facts", facts: Object.fromEntries(this.#facts) });
  }

  /** Letters and latencies since the last time, unless that was a moment ago. */
  tellNews(isLast = false): void {
    const now = this.#clock.monotonic();
    if (!this.#isNews || (!isLast && now - this.#toldAtMs < NEWS_EVERY_MS)) return;
    this.#post({ is: "news", news: this.#tally.read() });
    this.#toldAtMs = now;
    this.#isNews = false;
    this.#tally.clear();
  }

  #line(level: LogLevel, message: string, props: LogProps = {}): void {
    const now = this.#clock.monotonic();
    if (now - this.#lines.sinceMs > 1_000) {
      const suppressed = this.#lines.count - LINES_PER_SECOND;
      this.#lines = { sinceMs: now, count: 0 };
      if (suppressed > 0) this.#line("warn", "Log lines suppressed", { count: suppressed });
    }
    this.#lines.count += 1;
    if (this.#lines.count > LINES_PER_SECOND) return;
    const text = message.slice(0, LINE_CHARS);
    this.#post({ is: "log", level, message: text, props: bounded(props, LINE_CHARS) });
  }
}

/** The first props as JSON has them; one that does not fit is cut, and those behind it left out. */
function bounded(props: LogProps, chars: number): LogProps {
  const kept: Record<string, unknown> = {};
  let left = chars;
  for (const [name, value] of Object.entries(props)) {
    const text = textOf(value);
    left -= name.length + text.length;
    kept[name.slice(0, NAME_CHARS)] = left >= 0
      ? plainOf(value, text)
      : `${text.slice(0, text.length + left)}… (${text.length} chars)`;
    if (left < 0) break;
  }
  return kept;
}

/** Of what is neither a number nor a word only the text is known to be bounded and cloneable. */
function plainOf(value: unknown, text: string): unknown {
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") {
    return value;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value, readable) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** What JSON would leave out, or make too much of. */
function readable(_: string, value: unknown): unknown {
  if (value instanceof Error || typeof value === "bigint") return String(value);
  return ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : value;
}
