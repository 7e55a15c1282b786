/**
 * What /health shows and only somebody else knows: asked in the background, kept, shown at once.
 * A source that fails keeps its last value; the database's own silence is a value of its own.
 */

import { type Clock, sleep } from "@/core/kernel/clock.ts";

/** Asks one source; its result replaces the last one. */
export interface Source<T> {
  readonly ask: () => Promise<T>;
  readonly initial: T;
  readonly onFailure?: (error: unknown) => void;
}

export interface Vitals<S extends Record<string, unknown>> {
  /** The newest values. */
  readonly values: Readonly<S>;
  stop(): Promise<void>;
}

/** Asks every source each `everyMs`, none before its last answer came. */
export function watchVitals<S extends Record<string, unknown>>(options: {
  readonly sources: { readonly [K in keyof S]: Source<S[K]> };
  readonly everyMs: number;
  readonly clock: Clock;
}): Vitals<S> {
  const { sources, everyMs, clock } = options;
  const ended = new AbortController();
  const entries = Object.entries(sources) as [keyof S, Source<S[keyof S]>][];
  const values = Object.fromEntries(entries.map(([name, one]) => [name, one.initial])) as S;

  async function follow(name: keyof S, source: Source<S[keyof S]>): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        values[name] = await source.ask();
      } catch (error) {
        source.onFailure?.(error);
      }
      await sleep(clock, everyMs, ended.signal);
    }
  }

  const following = entries.map(([name, source]) => follow(name, source));
  return {
    values,
    async stop() {
      ended.abort();
      await Promise.all(following);
    },
  };
}
