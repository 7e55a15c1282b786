/**
 * The key pair of the simulated market. It is public on purpose and opens nothing but the
 * simulator: the real DMarket has never heard of it.
 */

const DEMO_SEED_TEXT = "marketd simulator demo key only!";

/** Hex, in the forms DMarket uses: 32-byte public key, 64-byte secret (`seed || public`). */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

const publicKey = "1e274e2f5fdab6a1bd0cd5697c38fc42a9fdf2ab5ac0d7b80dd4a865367a3e5c";

/** Accepted by every simulator that was given no keys of its own. */
export const DEMO_KEYS: KeyPair = {
  publicKey,
  secretKey: hexOf(new TextEncoder().encode(DEMO_SEED_TEXT)) + publicKey,
};

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
