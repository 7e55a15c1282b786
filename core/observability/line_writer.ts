/** Writes lines without ever holding up the one who logs. */

/** Writes a chunk, perhaps only its beginning; resolves to the number of bytes written. */
export type WriteChunk = (chunk: Uint8Array) => Promise<number>;

export interface LineWriter {
  write(line: string): void;
  /** Resolves once everything written so far is out, or nothing can be. */
  flush(): Promise<void>;
  /** Lines that were not written because the reader was too slow, or gone. */
  readonly dropped: () => number;
}

/** Waiting lines beyond this are dropped: a stopped terminal must not eat the memory. */
export const MAX_WAITING_CHARACTERS = 1_000_000;

const encoder = new TextEncoder();

/** A bounded queue in front of `writeChunk`; waiting lines go out in one piece. */
export function createLineWriter(writeChunk: WriteChunk): LineWriter {
  let waiting: string[] = [];
  let waitingCharacters = 0;
  let dropped = 0;
  let broken = false;
  let writing: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (waiting.length > 0 && !broken) {
      const lines = waiting;
      waiting = [];
      waitingCharacters = 0;
      try {
        await writeAll(encoder.encode(lines.join("")));
      } catch {
        // The reader is gone; there is nowhere left to say so.
        broken = true;
        dropped += lines.length + waiting.length;
        waiting = [];
      }
    }
    writing = null;
  }

  async function writeAll(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) done += await writeChunk(bytes.subarray(done));
  }

  return {
    write(line) {
      if (broken || waitingCharacters + line.length > MAX_WAITING_CHARACTERS) {
        dropped += 1;
        return;
      }
      waiting.push(`${line}\n`);
      waitingCharacters += line.length + 1;
      writing ??= drain();
    },
    flush: () => writing ?? Promise.resolve(),
    dropped: () => dropped,
  };
}
