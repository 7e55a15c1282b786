/**
 * The same questions for everybody. A candidate is a program that is started once per question,
 * because some answers end or block it; it prints what it saw as JSON.
 */

export const QUESTIONS = [
  "roundTrip",
  "pending",
  "crash",
  "exit",
  "hang",
  "order",
  "malformed",
  "flood",
  "permissions",
] as const;
export type Question = typeof QUESTIONS[number];

/** How long a candidate is given to notice something. */
export const PATIENCE_MS = 3_000;
export const ROUND_TRIPS = 3_000;
export const ORDERED = 10_000;
/** Calls to somebody who never answers. */
export const FLOOD = 100_000;
/** What nobody was meant to read; every system has it. */
export const FOREIGN_FILE = "/etc/passwd";

/** What a candidate says; questions that mean nothing to it are left out. */
export interface Answer {
  /** Round trip: median, in microseconds. */
  readonly micros?: number;
  /** Whether the call settled, or the death was noticed by the library, within the patience. */
  readonly noticed?: boolean;
  readonly afterMs?: number;
  /** State before the crash and after the restart; null when there was no restart. */
  readonly stateBefore?: number;
  readonly stateAfter?: number | null;
  readonly inOrder?: boolean;
  /** Whether a message that is none was kept from the handler. */
  readonly keptOut?: boolean;
  /** Calls of {@link FLOOD} that their sender was refused; growth of the process meanwhile. */
  readonly refused?: number;
  readonly grewMb?: number;
  /** Whether an actor that was given no rights reads {@link FOREIGN_FILE}. */
  readonly readsFiles?: boolean;
  /** What a person should read instead. */
  readonly note?: string;
}

export function parcel(id: number): Record<string, unknown> {
  return {
    id,
    title: "AK-47 | Redline (Field-Tested)",
    priceCents: 1_599,
    game: "a8db",
    reserved: false,
    note: null,
  };
}

/** Median round trip of `call`, after a warm-up. */
export async function medianMicros(call: (id: number) => Promise<unknown>): Promise<Answer> {
  const took: number[] = [];
  for (let id = -ROUND_TRIPS / 10; id < ROUND_TRIPS; id++) {
    const startedAt = performance.now();
    await call(id);
    if (id >= 0) took.push((performance.now() - startedAt) * 1_000);
  }
  took.sort((a, b) => a - b);
  return { micros: took[Math.floor(took.length / 2)] ?? NaN };
}

/** Whether `event` comes, in whatever way it settles, before the patience ends. */
export async function noticing(event: Promise<unknown>): Promise<Answer> {
  const startedAt = performance.now();
  const patience = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const noticed = await Promise.race([event.then(() => true, () => true), patience]);
  return { noticed, ...(noticed ? { afterMs: performance.now() - startedAt } : {}) };
}

/** What becomes of many calls that nobody answers; each is given up by nobody but the library. */
export async function flooding(call: (id: number) => Promise<unknown>): Promise<Answer> {
  const before = Deno.memoryUsage().rss;
  let refused = 0;
  for (let id = 0; id < FLOOD; id++) {
    call(id).catch(() => refused += 1);
    // Whoever is asked has the time to take it.
    if (id % 100 === 99) await new Promise((resolve) => setTimeout(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  return { refused, grewMb: (Deno.memoryUsage().rss - before) / 1e6 };
}

/** For what is under way in other threads. */
const PAUSE_MS = 300;

/** Runs the answer to the question on the command line and prints it. */
export async function answer(
  answers: Readonly<Partial<Record<Question, () => Promise<Answer>>>>,
): Promise<void> {
  const question = Deno.args[0] as Question;
  const said = await answers[question]?.() ?? {};
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(said)}\n`));
  Deno.exit(0);
}
