/**
 * Ed25519 request signatures. Signed are method, path, query, body and the Unix time in seconds,
 * joined without separators: the path percent-decoded once, query and body exactly as sent
 * (github.com/dmarket/dm-trading-tools, README and issue 14).
 */

import { ActorError } from "@/core/kernel/errors.ts";

/** Lower-case names, as `Headers` gives them back. */
export interface SignatureHeaders {
  readonly "x-api-key": string;
  readonly "x-sign-date": string;
  readonly "x-request-sign": string;
}

export interface SignableRequest {
  readonly method: string;
  /** Percent-encoded, as sent. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** Empty when there is none. */
  readonly body: string;
}

export interface ApiKeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Wrapping of a 32-byte Ed25519 seed as PKCS#8 (RFC 8410, section 7). */
const PKCS8_PREFIX = hexToBytes("302e020100300506032b657004220420");
const HEX = /^[0-9a-f]+$/i;
const PUBLIC_HEX = 64;
const SECRET_HEX: readonly number[] = [64, 128];

/** A key that signs and never shows its secret half. */
export class SigningKey {
  readonly publicKey: string;
  readonly #key: CryptoKey;

  private constructor(publicKey: string, key: CryptoKey) {
    this.publicKey = publicKey;
    this.#key = key;
  }

  /**
   * Takes the pair as DMarket shows it: the public key as 64 hexadecimal digits, the secret key as
   * 128 (seed and public key) or 64 (the seed alone). Throws {@link ActorError} `fatal bad-key`
   * that says what is wrong with which key, without showing either.
   */
  static async import(pair: ApiKeyPair): Promise<SigningKey> {
    const publicKey = pair.publicKey.trim().toLowerCase();
    const secretKey = pair.secretKey.trim().toLowerCase();
    requireHex("public", publicKey, [PUBLIC_HEX]);
    requireHex("secret", secretKey, SECRET_HEX);
    const seed = secretKey.slice(0, 64);
    const derived = await publicKeyOf(seed);
    if (secretKey.length === 128 && secretKey.slice(64) !== derived) {
      throw badKey("The secret key is damaged: its second half is not the public key of its first");
    }
    if (derived !== publicKey) {
      const isSwapped = secretKey.length === 64 && await publicKeyOf(publicKey) === secretKey;
      throw badKey(
        isSwapped
          ? "The public and the secret key are swapped"
          : "The public and the secret key do not belong together",
      );
    }
    return new SigningKey(publicKey, await importSeed(seed, false));
  }

  /** Headers that let `request` pass, if it arrives within two minutes of `atUnixSeconds`. */
  async sign(request: SignableRequest, atUnixSeconds: number): Promise<SignatureHeaders> {
    const text = new TextEncoder().encode(stringToSign(request, atUnixSeconds));
    const signature = await crypto.subtle.sign("Ed25519", this.#key, text);
    return {
      "x-api-key": this.publicKey,
      "x-sign-date": String(atUnixSeconds),
      "x-request-sign": `dmar ed25519 ${bytesToHex(new Uint8Array(signature))}`,
    };
  }
}

/** Throws {@link ActorError} `rejected bad-path` when the path is not valid percent-encoding. */
export function stringToSign(request: SignableRequest, atUnixSeconds: number): string {
  const query = request.query === "" ? "" : `?${request.query}`;
  return request.method + decodeOnce(request.path) + query + request.body + String(atUnixSeconds);
}

function decodeOnce(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    const message = `Cannot sign ${JSON.stringify(path)} as it is not valid percent-encoding`;
    throw new ActorError("rejected", "bad-path", message, { cause });
  }
}

function requireHex(name: string, key: string, lengths: readonly number[]): void {
  const rule = `${lengths.join(" or ")} hexadecimal digits`;
  if (key === "") throw badKey(`The ${name} key is empty: it has ${rule}`);
  if (!HEX.test(key)) {
    throw badKey(`The ${name} key holds a character that is no hexadecimal digit: it has ${rule}`);
  }
  if (lengths.includes(key.length)) return;
  const hint = name === "public" && key.length === 128
    ? "; this looks like the secret key: the two may be swapped"
    : "";
  throw badKey(`The ${name} key has ${key.length} digits instead of ${rule}${hint}`);
}

function badKey(message: string): ActorError {
  return new ActorError("fatal", "bad-key", message);
}

async function publicKeyOf(seedHex: string): Promise<string> {
  const jwk = await crypto.subtle.exportKey("jwk", await importSeed(seedHex, true));
  return bytesToHex(base64UrlToBytes(jwk.x ?? ""));
}

function importSeed(seedHex: string, extractable: boolean): Promise<CryptoKey> {
  const pkcs8 = new Uint8Array([...PKCS8_PREFIX, ...hexToBytes(seedHex)]);
  return crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", extractable, ["sign"]);
}

function hexToBytes(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

function bytesToHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64UrlToBytes(text: string): Uint8Array {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
