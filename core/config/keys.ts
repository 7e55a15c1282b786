import { createPrivateKey, createPublicKey } from "node:crypto";
import { Buffer } from "node:buffer";

const HEX_64 = /^[0-9a-f]{64}$/i;
const HEX_128 = /^[0-9a-f]{128}$/i;

/** DER head of a PKCS #8 Ed25519 private key; the 32-byte seed follows (RFC 8410, section 7). */
const PKCS8_HEAD = "302e020100300506032b657004220420";

/** How a public and a secret DMarket key, both given in hex, relate to each other. */
export type KeyPairVerdict = "match" | "mismatch" | "swapped" | "malformed";

/**
 * Judges a key pair by deriving the public key from the secret one. A secret key is the 32-byte
 * Ed25519 seed (64 hex characters) or seed and public key together (128).
 */
export function judgeKeyPair(publicHex: string, secretHex: string): KeyPairVerdict {
  if (HEX_128.test(publicHex)) return HEX_64.test(secretHex) ? "swapped" : "malformed";
  if (!HEX_64.test(publicHex) || !(HEX_64.test(secretHex) || HEX_128.test(secretHex))) {
    return "malformed";
  }
  if (publicKeyOf(secretHex) === publicHex.toLowerCase()) return "match";
  return publicKeyOf(publicHex) === secretHex.toLowerCase() ? "swapped" : "mismatch";
}

/** The public key, lower-case hex, that belongs to a secret key of 64 or 128 hex characters. */
export function publicKeyOf(secretHex: string): string {
  const der = Buffer.from(PKCS8_HEAD + secretHex.slice(0, 64), "hex");
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url").toString("hex");
}
