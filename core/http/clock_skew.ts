/**
 * How far a server's clock is from ours, from its `Date` headers. Each header bounds the offset
 * (Cristian's method): it names a whole second that lay between our sending and our receiving, so
 * the offset is in [date - received, date + 1 s - sent]. Bounds of several replies are
 * intersected, which beats the header's one-second resolution; when they contradict each other a
 * clock has jumped and the newest alone counts.
 */
export interface ClockSkew {
  readonly lowMs: number;
  readonly highMs: number;
}

export interface DatedReply {
  /** Value of the `Date` header, ms. */
  readonly dateMs: number;
  /** Our wall clock. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

const RESOLUTION_MS = 1_000;

export function observeSkew(known: ClockSkew | null, reply: DatedReply): ClockSkew {
  const seen: ClockSkew = {
    lowMs: reply.dateMs - reply.receivedAtMs,
    highMs: reply.dateMs + RESOLUTION_MS - reply.sentAtMs,
  };
  if (known === null) return seen;
  const both = {
    lowMs: Math.max(known.lowMs, seen.lowMs),
    highMs: Math.min(known.highMs, seen.highMs),
  };
  return both.lowMs <= both.highMs ? both : seen;
}

/** Milliseconds to add to our clock to get the server's; 0 while nothing is known. */
export function skewMs(skew: ClockSkew | null): number {
  return skew === null ? 0 : Math.round((skew.lowMs + skew.highMs) / 2);
}
