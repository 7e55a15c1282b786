/** DMarket's request signature, seen from the server's side. */

/** How far the date of a signature may lie from the server's clock. */
export const MAX_SKEW_S = 120;
/** Keys one simulator accepts. */
export const MAX_KEYS = 64;

const SCHEME = "dmar ed25519 ";

/** A request as it came over the wire: path and query still encoded, body as bytes. */
export interface SignedRequest {
  readonly method: string;
  readonly rawPath: string;
  /** Without the question mark; empty when there is none. */
  readonly rawQuery: string;
  readonly body: Uint8Array;
  readonly headers: Headers;
}

/** `account` is the public key, or null with the reason for the refusal. */
export type Verdict =
  | { readonly account: string; readonly reason: null }
  | { readonly account: null; readonly reason: string };

/** Checks signatures against the keys that may sign. */
export class SignatureCheck {
  readonly #keys: ReadonlyMap<string, CryptoKey>;

  private constructor(keys: ReadonlyMap<string, CryptoKey>) {
    this.#keys = keys;
  }

  /** Throws RangeError when a key is not 64 lower-case hex digits, or there are too many. */
  static async create(publicKeys: readonly string[]): Promise<SignatureCheck> {
    if (publicKeys.length > MAX_KEYS) {
      throw new RangeError(
        `Keys must be at most ${MAX_KEYS}: current value is ${publicKeys.length}`,
      );
    }
    const keys = new Map<string, CryptoKey>();
    for (const hex of publicKeys) {
      const raw = bytesOf(hex, 32);
      if (raw === null) {
        throw new RangeError(`A public key must be 64 lower-case hex digits: got "${hex}"`);
      }
      keys.set(hex, await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]));
    }
    return new SignatureCheck(keys);
  }

  async check(request: SignedRequest, nowS: number): Promise<Verdict> {
    const publicKey = request.headers.get("x-api-key") ?? "";
    const signedAt = request.headers.get("x-sign-date") ?? "";
    const signature = request.headers.get("x-request-sign") ?? "";
    if (publicKey === "" || signedAt === "" || signature === "") return refused("unsigned");
    const key = this.#keys.get(publicKey);
    if (key === undefined) return refused("unknown key");
    if (!/^\d{1,12}$/.test(signedAt)) return refused("date is not unix seconds");
    if (Math.abs(nowS - Number(signedAt)) > MAX_SKEW_S) return refused("clock skew");
    const bytes = signature.startsWith(SCHEME) ? bytesOf(signature.slice(SCHEME.length), 64) : null;
    const text = signedBytes(request, signedAt);
    if (bytes === null || text === null) return refused("malformed signature");
    const holds = await crypto.subtle.verify("Ed25519", key, bytes, text);
    return holds ? { account: publicKey, reason: null } : refused("wrong signature");
  }
}

/**
 * The bytes that are signed: the path decoded once, the query and the body as they were sent; null
 * when the path cannot be decoded.
 */
export function signedBytes(
  request: SignedRequest,
  signedAt: string,
): Uint8Array<ArrayBuffer> | null {
  const path = decodedPath(request.rawPath);
  if (path === null) return null;
  const query = request.rawQuery === "" ? "" : `?${request.rawQuery}`;
  const encoder = new TextEncoder();
  const head = encoder.encode(request.method + path + query);
  const tail = encoder.encode(signedAt);
  const all = new Uint8Array(head.length + request.body.length + tail.length);
  all.set(head);
  all.set(request.body, head.length);
  all.set(tail, head.length + request.body.length);
  return all;
}

/** Percent-decoded exactly once; null when it is not valid UTF-8. */
export function decodedPath(rawPath: string): string | null {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return null;
  }
}

function refused(reason: string): Verdict {
  return { account: null, reason };
}

function bytesOf(hex: string, length: number): Uint8Array<ArrayBuffer> | null {
  if (hex.length !== length * 2 || !/^[0-9a-f]*$/.test(hex)) return null;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
