/**
 * Heartbeat and counters of one actor in shared memory: main reads them without asking, so a hung
 * actor can neither delay nor fake the answer. Single writer, aligned 8-byte slots.
 */

const SLOTS = [
  "beats",
  "lagMs",
  "depth",
  "ephemeral",
  "dropped",
  "refused",
  "handled",
  "heapBytes",
  "busySinceMs",
  "currentId",
  "checkpointAtMs",
] as const;
export type BeatSlot = typeof SLOTS[number];

const INDEX = Object.fromEntries(SLOTS.map((slot, index) => [slot, index])) as Record<
  BeatSlot,
  number
>;

export function newBeatMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(SLOTS.length * Float64Array.BYTES_PER_ELEMENT);
}

/** The actor's pen and main's reading glass on the same memory. */
export class Beat {
  readonly #slots: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#slots = new Float64Array(memory);
  }

  read(slot: BeatSlot): number {
    return this.#slots[INDEX[slot]] ?? 0;
  }

  write(slot: BeatSlot, value: number): void {
    this.#slots[INDEX[slot]] = value;
  }

  add(slot: BeatSlot, amount: number): void {
    this.write(slot, this.read(slot) + amount);
  }
}
