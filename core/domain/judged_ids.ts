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
  /** Oldest first, as a Set keeps the order of insertion; null while the text says the same. */
  #own: Set<string> | null = null;
  /** What to put behind the text; null once more than that has changed. */
  #added: string | null = "";

  /** Throws a RangeError when the text is not one that a set packed. */
  constructor({ packed, salt, capacity }: IdSetOptions) {
    if (
      !unpacked.has(packed) && (packed.length % CHARS_PER_ID !== 0 || !/^[\w-]*$/.test(packed))
    ) {
      throw new RangeError(`Cannot open a set of ids from a text of ${packed.length} characters`);
    }
    this.#salted = absorb(BEGINNING, `${salt}/`);
    this.#capacity = capacity;
    this.#packed = packed;
  }

  get size(): number {
    return this.#keys().size;
  }

  has(id: string): boolean {
    const keys = this.#keys();
    return keys.size > 0 && keys.has(this.#keyOf(id));
  }

  /** False when it was there already. */
  add(id: string): boolean {
    const key = this.#keyOf(id);
    if (this.#keys().has(key)) return false;
    const keys = this.#own ??= takeUnpacked(this.#packed);
    keys.add(key);
    if (this.#added !== null) this.#added += key;
    if (keys.size > this.#capacity) {
      const [oldest] = keys;
      if (oldest !== undefined) keys.delete(oldest);
      this.#added = null;
    }
    return true;
  }

  packed(): string {
    if (this.#own !== null) {
      this.#packed = this.#added === null
        ? [...this.#own].join("")
        : `${this.#packed}${this.#added}`;
      keepUnpacked({ packed: this.#packed, keys: this.#own });
      this.#own = null;
      this.#added = "";
    }
    return this.#packed;
  }

  /** To look into, not to change. */
  #keys(): ReadonlySet<string> {
    if (this.#own !== null) return this.#own;
    const known = lookInto(this.#packed);
    // The very same text is found again without comparing it character by character.
    this.#packed = known.packed;
    return known.keys;
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
 * Texts looked into lately, unpacked: a scan opens with every page what it packed with the last one.
 * A set in here says what its text says; who changes it takes it out first.
 */
const unpacked = new Map<string, Unpacked>();
const MAX_UNPACKED = 8;

interface Unpacked {
  readonly packed: string;
  readonly keys: Set<string>;
}

function keepUnpacked(known: Unpacked): void {
  unpacked.set(known.packed, known);
  if (unpacked.size <= MAX_UNPACKED) return;
  const [oldest] = unpacked.keys();
  if (oldest !== undefined) unpacked.delete(oldest);
}

function lookInto(packed: string): Unpacked {
  const known = unpacked.get(packed);
  if (known !== undefined) return known;
  const fresh = { packed, keys: unpack(packed) };
  keepUnpacked(fresh);
  return fresh;
}

function takeUnpacked(packed: string): Set<string> {
  const keys = unpacked.get(packed)?.keys ?? unpack(packed);
  unpacked.delete(packed);
  return keys;
}

/** Two hashes on their way, and the characters they have taken up. */
interface Hashing {
  readonly high: number;
  readonly low: number;
  readonly length: number;
}

// Signed from the start, as every step leaves them: V8 would go on with doubles otherwise.
const BEGINNING: Hashing = { high: 0x811c9dc5 | 0, low: 0x9747b28c | 0, length: 0 };

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

/** Two characters for each twelve bits. */
const PAIRS = Array.from(
  { length: 4_096 },
  (_, bits) => ALPHABET.charAt(bits >>> 6) + ALPHABET.charAt(bits & 63),
);

function encode24(bits: number): string {
  return `${PAIRS[bits >>> 12]}${PAIRS[bits & 4_095]}`;
}
