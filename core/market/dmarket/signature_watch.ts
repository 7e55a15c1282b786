/**
 * Watches whether our signatures are accepted, and how far the market's clock is from ours: a stamp
 * more than two minutes off is refused like a wrong key.
 */

import { type ClockSkew, observeSkew, skewMs } from "@/core/http/clock_skew.ts";
import type { HttpReply } from "@/core/http/send.ts";
import { dateMs } from "@/core/http/server_wait.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";

/** So many in a row mean that the key or the clock is wrong, and that asking again is no cure. */
const MAX_UNAUTHORIZED = 3;
/** After them nothing is sent for so long; then one request may find out whether that has changed. */
const REFUSED_REST_MS = 600_000;
/** A skew is told again when it moved by this much, */
const TOLD_STEP_MS = 500;
/** and after this time, because whoever was told may have been started anew. */
const TOLD_EVERY_MS = 60_000;
/** A stamp or a skew that is off by this much explains a 401: the next signature is stamped better. */
const EXPLAINING_STEP_MS = 15_000;

export class SignatureWatch {
  readonly #clock: Clock;
  readonly #tellSkew: (skewMs: number) => void;
  #skew: ClockSkew | null = null;
  #toldMs = 0;
  #toldAtMs = -Infinity;
  #correctedAtMs = -Infinity;
  #unauthorizedInARow = 0;
  #refusedUntilMs = -Infinity;

  /** `tellSkew` hears the market's clock minus ours whenever it has changed. */
  constructor(clock: Clock, tellSkew: (skewMs: number) => void) {
    this.#clock = clock;
    this.#tellSkew = tellSkew;
  }

  /** Null until a reply carried a date. */
  get skewMs(): number | null {
    return this.#skew === null ? null : skewMs(this.#skew);
  }

  /** Nothing is to be sent, because signatures were refused. */
  get isRefused(): boolean {
    return this.#clock.monotonic() < this.#refusedUntilMs;
  }

  /** Throws {@link ActorError} `fatal signatures-refused` while nothing is to be sent. */
  requireAccepted(): void {
    if (this.isRefused) throw refused();
  }

  /** Learns from a reply's date; one that lay in a cache tells when it was put there. */
  observe(reply: HttpReply): void {
    const serverMs = dateMs(reply.headers.get("date"));
    if (serverMs === null || Number(reply.headers.get("age") ?? 0) > 0) return;
    const { sentAtMs, receivedAtMs } = reply;
    this.#skew = observeSkew(this.#skew, { dateMs: serverMs, sentAtMs, receivedAtMs });
    const nowMs = skewMs(this.#skew);
    const movedMs = Math.abs(nowMs - this.#toldMs);
    const isDue = this.#clock.monotonic() - this.#toldAtMs >= TOLD_EVERY_MS;
    if (movedMs < TOLD_STEP_MS && !isDue) return;
    if (movedMs >= EXPLAINING_STEP_MS) this.#correctedAtMs = this.#clock.monotonic();
    this.#tell(nowMs);
  }

  #tell(nowMs: number): void {
    this.#toldMs = nowMs;
    this.#toldAtMs = this.#clock.monotonic();
    this.#tellSkew(nowMs);
  }

  accepted(): void {
    this.#unauthorizedInARow = 0;
  }

  /**
   * Judges a 401: `stale-stamp` when its stamp was wrong and the next one will not be, so that
   * another attempt may pass; or the error to give up with.
   */
  unauthorized(error: ActorError, { begunAtMs, stampMs }: Refused): "stale-stamp" | ActorError {
    if (begunAtMs <= this.#correctedAtMs) return "stale-stamp";
    this.#unauthorizedInARow += 1;
    if (this.#unauthorizedInARow >= MAX_UNAUTHORIZED) {
      this.#refusedUntilMs = this.#clock.monotonic() + REFUSED_REST_MS;
      return refused(error);
    }
    const { skewMs } = this;
    if (stampMs === null || skewMs === null) return error;
    const offMs = Math.abs(stampMs - this.#clock.now() - skewMs);
    if (offMs < EXPLAINING_STEP_MS) return error;
    // Whoever stamps has forgotten what it was told.
    this.#correctedAtMs = this.#clock.monotonic();
    this.#tell(skewMs);
    return "stale-stamp";
  }
}

/** A request whose signature was refused. */
interface Refused {
  /** Monotonic. */
  readonly begunAtMs: number;
  /** The time it was signed with; null when that is not known. */
  readonly stampMs: number | null;
}

function refused(cause?: ActorError): ActorError {
  const message = `DMarket refused ${MAX_UNAUTHORIZED} signatures in a row: ` +
    `the API key is wrong or revoked, or the clock is off`;
  return new ActorError("fatal", "signatures-refused", message, { cause });
}
