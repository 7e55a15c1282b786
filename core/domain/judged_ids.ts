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
  /** Oldest first, as a Set keeps the order of insertion. */
  readonly #keys: Set<string>;

  /** Throws a RangeError when the text is not one that a set packed. */
  constructor({ packed, salt, capacity }: IdSetOptions) {
    if (!/^[\w-]*$/.test(packed) || packed.length % CHARS_PER_ID !== 0) {
      throw new RangeError(`Cannot open a set of ids from a text of ${packed.length} characters`);
    }
    this.#salted = absorb(BEGINNING, `${salt}/`);
    this.#capacity = capacity;
    this.#keys = new Set();
    for (let at = 0; at < packed.length; at += CHARS_PER_ID) {
      this.#keys.add(packed.slice(at, at + CHARS_PER_ID));
    }
  }

  get size(): number {
    return this.#keys.size;
  }

  has(id: string): boolean {
    return this.#keys.has(this.#keyOf(id));
  }

  /** False when it was there already. */
  add(id: string): boolean {
    const key = this.#keyOf(id);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    if (this.#keys.size > this.#capacity) {
      const [oldest] = this.#keys;
      if (oldest !== undefined) this.#keys.delete(oldest);
    }
    return true;
  }

  packed(): string {
    return [...this.#keys].join("");
  }

  #keyOf(id: string): string {
    const [high, low] = hash64(id, this.#salted);
    return encode24(high >>> 8) + encode24(low >>> 8);
  }
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
