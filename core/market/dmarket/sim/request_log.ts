/** What the simulator was asked, newest kept, so that a test can count pages fetched. */

/** One request and how it went; no header is ever kept. */
export interface LoggedRequest {
  /** Counts from 1 over the life of the simulator. */
  readonly id: number;
  /** Milliseconds since the Unix epoch on the simulator's clock. */
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Name of the route; `-` for a path that is none. */
  readonly route: string;
  readonly status: number;
  /** Public key of the signer; null when nobody vouched for the request. */
  readonly account: string | null;
  /** Why the request was refused; null when it was not. */
  readonly reason: string | null;
  /** The fault injected; null for an honest answer. */
  readonly fault: string | null;
  /** First characters of the request body. */
  readonly body: string;
}

/** Requests a log can be asked to keep. */
export const MAX_LOG_CAPACITY = 1_000_000;
const DEFAULT_CAPACITY = 10_000;
const MAX_BODY_CHARS = 500;

/** A ring of the newest requests, with counts of all. */
export class RequestLog {
  readonly #capacity: number;
  readonly #entries: LoggedRequest[] = [];
  readonly #counts = new Map<string, number>();
  #total = 0;

  constructor(capacity = DEFAULT_CAPACITY) {
    if (!(Number.isInteger(capacity) && capacity >= 1 && capacity <= MAX_LOG_CAPACITY)) {
      throw new RangeError(
        `Request log must hold 1 to ${MAX_LOG_CAPACITY}: current value is ${capacity}`,
      );
    }
    this.#capacity = capacity;
  }

  add(entry: Omit<LoggedRequest, "id">): void {
    const id = ++this.#total;
    const position = (id - 1) % this.#capacity;
    this.#entries[position] = { id, ...entry, body: entry.body.slice(0, MAX_BODY_CHARS) };
    const key = `${entry.route} ${entry.status}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Requests ever logged, those that fell out included. */
  get total(): number {
    return this.#total;
  }

  /** Oldest first. */
  entries(): readonly LoggedRequest[] {
    const start = this.#total <= this.#capacity ? 0 : this.#total % this.#capacity;
    return [...this.#entries.slice(start), ...this.#entries.slice(0, start)];
  }

  /** Requests per `route status`, those that fell out included. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#entries.length = 0;
    this.#counts.clear();
    this.#total = 0;
  }
}
