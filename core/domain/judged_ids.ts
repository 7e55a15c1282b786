/**
 * A set of ids that serialises small: eight characters each, 48 bits of a hash in base64url. With
 * the most it holds, 10,000, the chance that a new id is taken for a known one is 4 in 10^11; what
 * follows is one offer skipped in one scan, because the hash is salted with the scan's id.
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CHARS_PER_ID = 8;

export interface IdSetOptions {
  /** Earlier {@link IdSet.packed} text; empty for a new set. */
  readonly packed: string;
  readonly salt: string;
  /** One more drops the oldest. */
  readonly capacity: number;
}

/** A working copy: opened from its text, filled during one turn, packed again at its end. */
export class IdSet {
  readonly #salted: Hashing;
  readonly #capacity: number;
  #packed: string;
  /** Oldest first, as a Set keeps the order of insertion; null while nobody looked into the text. */
  #keys: Set<string> | null;

  /** Throws a RangeError when the text is not one that a set packed. */
  constructor({ packed, salt, capacity }: IdSetOptions) {
    this.#keys = takeUnpacked(packed);
    if (
      this.#keys === null && (packed.length % CHARS_PER_ID !== 0 || !/^[\w-]*$/.test(packed))
    ) {
      throw new RangeError(`Cannot open a set of ids from a text of ${packed.length} characters`);
    }
    this.#salted = absorb(BEGINNING, `${salt}/`);
    this.#capacity = capacity;
    this.#packed = packed;
  }

  get size(): number {
    return this.#open().size;
  }

  has(id: string): boolean {
    return this.#open().has(this.#keyOf(id));
  }

  /** False when it was there already. */
  add(id: string): boolean {
    const keys = this.#open();
    const key = this.#keyOf(id);
    if (keys.has(key)) return false;
    keys.add(key);
    if (keys.size > this.#capacity) {
      const [oldest] = keys;
      if (oldest !== undefined) keys.delete(oldest);
    }
    return true;
  }

  packed(): string {
    if (this.#keys !== null) {
      this.#packed = [...this.#keys].join("");
      keepUnpacked(this.#packed, this.#keys);
      this.#keys = null;
    }
    return this.#packed;
  }

  #open(): Set<string> {
    this.#keys ??= takeUnpacked(this.#packed) ?? unpack(this.#packed);
    return this.#keys;
  }

  #keyOf(id: string): string {
    const [high, low] = hash64(id, this.#salted);
    return encode24(high >>> 8) + encode24(low >>> 8);
  }
}

function unpack(packed: string): Set<string> {
  const keys = new Set<string>();
  for (let at = 0; at < packed.length; at += CHARS_PER_ID) {
    keys.add(packed.slice(at, at + CHARS_PER_ID));
  }
  return keys;
}

/**
 * Sets packed lately, by their text: a scan opens with every page what it packed with the last one.
 * Whoever opens a text takes its set with him, so that no two ever share one.
 */
const unpacked = new Map<string, Set<string>>();
const MAX_UNPACKED = 8;

function keepUnpacked(packed: string, keys: Set<string>): void {
  unpacked.set(packed, keys);
  for (const oldest of unpacked.keys()) {
    if (unpacked.size <= MAX_UNPACKED) return;
    unpacked.delete(oldest);
  }
}

function takeUnpacked(packed: string): Set<string> | null {
  const keys = unpacked.get(packed) ?? null;
  if (keys !== null) unpacked.delete(packed);
  return keys;
}

/** Two hashes on their way, and the characters they have taken up. */
interface Hashing {
  readonly high: number;
  readonly low: number;
  readonly length: number;
}

const BEGINNING: Hashing = { high: 0x811c9dc5, low: 0x9747b28c, length: 0 };

/**
 * Two independent 32-bit hashes of a text: FNV-1a from two offsets, finished as in MurmurHash3.
 * `after` stands for a text before it that was absorbed once.
 */
export function hash64(text: string, after: Hashing = BEGINNING): readonly [number, number] {
  const { high, low, length } = absorb(after, text);
  return [finish(high), finish(low ^ length)];
}

function absorb({ high: before, low: below, length }: Hashing, text: string): Hashing {
  let high = before;
  let low = below;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    low = (low << 13) | (low >>> 19);
  }
  return { high, low, length: length + text.length };
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function encode24(bits: number): string {
  return ALPHABET.charAt((bits >>> 18) & 63) + ALPHABET.charAt((bits >>> 12) & 63) +
    ALPHABET.charAt((bits >>> 6) & 63) + ALPHABET.charAt(bits & 63);
}
