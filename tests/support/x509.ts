/** A self-signed certificate in a few milliseconds, with nothing but WebCrypto. */

export interface TestCertificate {
  /** PEM texts. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** Valid for a day around now, for the given DNS names and for 127.0.0.1; its own authority. */
export async function selfSigned(...dnsNames: readonly string[]): Promise<TestCertificate> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const privateKey = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const body = certificateBody(dnsNames, publicKey);
  const sign = { name: "ECDSA", hash: "SHA-256" };
  const raw = new Uint8Array(await crypto.subtle.sign(sign, keys.privateKey, body));
  const signature = sequence(integer(raw.slice(0, 32)), integer(raw.slice(32)));
  const whole = sequence(body, ECDSA_WITH_SHA256, der(0x03, Uint8Array.of(0), signature));
  return {
    certificate: pem("CERTIFICATE", whole),
    privateKey: pem("PRIVATE KEY", privateKey),
  };
}

type Bytes = Uint8Array<ArrayBuffer>;

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = oid(0x55, 0x04, 0x03);
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
const SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);
const HALF_DAY_MS = 12 * 3_600_000;

/** RFC 5280, section 4.1: version 3, with the two extensions that verifiers look at. */
function certificateBody(dnsNames: readonly string[], publicKey: Bytes): Bytes {
  const name = sequence(der(0x31, sequence(COMMON_NAME, utf8(dnsNames[0] ?? "test"))));
  const names = [
    ...dnsNames.map((dns) => der(0x82, new TextEncoder().encode(dns))),
    der(0x87, Uint8Array.of(127, 0, 0, 1)),
  ];
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, der(0x01, Uint8Array.of(0xff)), der(0x04, sequence(TRUE))),
    sequence(SUBJECT_ALT_NAME, der(0x04, sequence(...names))),
  );
  return sequence(
    der(0xa0, integer(Uint8Array.of(2))),
    integer(crypto.getRandomValues(new Uint8Array(16))),
    ECDSA_WITH_SHA256,
    name,
    sequence(utcTime(Date.now() - HALF_DAY_MS), utcTime(Date.now() + HALF_DAY_MS)),
    name,
    publicKey,
    der(0xa3, extensions),
  );
}

const TRUE = der(0x01, Uint8Array.of(0xff));

function der(tag: number, ...parts: readonly Bytes[]): Bytes {
  const content = concat(parts);
  return concat([Uint8Array.of(tag, ...lengthOctets(content.length)), content]);
}

function sequence(...parts: readonly Bytes[]): Bytes {
  return der(0x30, ...parts);
}

/** Big-endian and unsigned; a leading zero keeps it positive. */
function integer(bytes: Bytes): Bytes {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.slice(start < 0 ? bytes.length - 1 : start);
  const [first = 0] = digits;
  return der(0x02, first >= 0x80 ? concat([Uint8Array.of(0), digits]) : digits);
}

function oid(...octets: readonly number[]): Bytes {
  return der(0x06, Uint8Array.from(octets));
}

function utf8(text: string): Bytes {
  return der(0x0c, new TextEncoder().encode(text));
}

function utcTime(atMs: number): Bytes {
  const digits = new Date(atMs).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, new TextEncoder().encode(`${digits}Z`));
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function concat(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function pem(label: string, bytes: Bytes): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
