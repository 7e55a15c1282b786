/** A client that signs as DMarket asks, independent of the product's own client. */

import { DEMO_KEYS, type KeyPair } from "@/core/market/dmarket/sim/demo_keys.ts";

const PKCS8_PREFIX = "302e020100300506032b657004220420";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- bodies are probed field by field
  readonly json: any;
}

export interface SendOptions {
  readonly body?: unknown;
  readonly keys?: KeyPair;
  /** Unix seconds put into the signature; default: the real present. */
  readonly dateS?: number;
  /** Signs this in place of the true path, to be wrong on purpose. */
  readonly signedPath?: string;
}

export class SignedClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get(target: string, options: SendOptions = {}): Promise<Answer> {
    return this.send("GET", target, options);
  }

  post(target: string, body: unknown): Promise<Answer> {
    return this.send("POST", target, { body });
  }

  async send(method: string, target: string, options: SendOptions = {}): Promise<Answer> {
    const { keys = DEMO_KEYS, dateS = Math.floor(Date.now() / 1_000) } = options;
    const body = options.body === undefined ? "" : JSON.stringify(options.body);
    const [path = "", query] = target.split("?");
    const text = method + (options.signedPath ?? decodeURIComponent(path)) +
      (query === undefined ? "" : `?${query}`) + body + dateS;
    const response = await fetch(this.#url + target, {
      method,
      headers: {
        "X-Api-Key": keys.publicKey,
        "X-Sign-Date": String(dateS),
        "X-Request-Sign": `dmar ed25519 ${await sign(text, keys)}`,
        ...(body === "" ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === "" ? {} : { body }),
    });
    return answerOf(response);
  }
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer is JSON; the text is there.
  }
  return { status: response.status, headers: response.headers, text, json };
}

export async function sign(text: string, { secretKey }: KeyPair): Promise<string> {
  const pkcs8 = bytesOf(PKCS8_PREFIX + secretKey.slice(0, 64));
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  const signature = await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(text));
  return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
