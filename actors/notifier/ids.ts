/** Ids that follow from their cause, so that deciding twice decides the same. */

/** FNV-1a with 128 bits (draft-eastlake-fnv, section 5). */
const OFFSET_BASIS = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;
const MASK = (1n << 128n) - 1n;

/** A version 8 UUID (RFC 9562, section 5.8) that is the same for the same cause. */
export function uuidOf(cause: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(cause)) {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  }
  const hex = hash.toString(16).padStart(32, "0");
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}
