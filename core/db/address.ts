/** Connection URLs: what `DATABASE_URL` may say, and how it reaches the driver. */

import { ActorError } from "@/core/kernel/errors.ts";

/**
 * How far TLS is demanded, with libpq's meanings: `prefer` takes plain text if the server has no
 * TLS, `require` encrypts without asking who answers, `verify-ca` checks the certificate's chain,
 * `verify-full` the chain and the host name.
 */
export const TLS_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;
export type TlsMode = typeof TLS_MODES[number];

/** Where a database is and how to log in. */
export interface Address {
  /** A socket file, or null for TCP. */
  readonly socketPath: string | null;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: TlsMode;
  /** A PEM file with the authorities to trust; null for the runtime's own list. */
  readonly rootCertificates: string | null;
  /** Start-up options for the server, as in libpq's `options`: `-c name=value`. */
  readonly serverOptions: string | null;
  readonly applicationName: string;
}

const DEFAULT_PORT = 5432;
const DEFAULT_APPLICATION = "marketd";
const PARAMETERS = [
  "sslmode",
  "sslrootcert",
  "host",
  "user",
  "password",
  "options",
  "application_name",
];

/** A `DATABASE_URL` that cannot be used; `fault` says why, for a sentence of somebody else's. */
export class AddressError extends ActorError {
  readonly fault: string;

  constructor(rule: string, found: string) {
    const fault = `${rule}: current value is ${found}`;
    super("fatal", "database-url", `Cannot use DATABASE_URL as ${fault}`);
    this.fault = fault;
  }
}

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`; `?host=/directory` names a folder
 * with a Unix socket. Throws an {@link AddressError} for what it does not know: an option that is
 * silently dropped may have been the one that kept the connection safe. Never repeats the password.
 */
export function parseAddress(text: string): Address {
  const url = parseUrl(text);
  const parameters = knownParameters(url);
  const directory = parameters.get("host")?.startsWith("/") ? parameters.get("host") : undefined;
  const port = url.port === "" ? DEFAULT_PORT : Number(url.port);
  const host = directory === undefined ? parameters.get("host") ?? bareHost(url) : "localhost";
  if (host === "") throw new AddressError("it must name a host", "a URL without one");
  const user = parameters.get("user") ?? decoded(url.username);
  if (user === "") throw new AddressError("it must name a user", "a URL without one");
  const certificates = parameters.get("sslrootcert");
  return {
    socketPath: directory === undefined ? null : `${directory}/.s.PGSQL.${port}`,
    host,
    port,
    user,
    password: parameters.get("password") ?? decoded(url.password),
    database: decoded(url.pathname.slice(1)) || user,
    tls: directory === undefined ? tlsMode(parameters) : "disable",
    rootCertificates: certificates === undefined || certificates === "system" ? null : certificates,
    serverOptions: parameters.get("options") ?? null,
    applicationName: parameters.get("application_name") ?? DEFAULT_APPLICATION,
  };
}

/** The address for people and logs: never a password. */
export function describeAddress(address: Address): string {
  const place = address.socketPath ?? `${address.host}:${address.port}`;
  const tls = address.socketPath === null ? `, sslmode ${address.tls}` : "";
  return `${address.database} at ${place}, user ${address.user}${tls}`;
}

function parseUrl(text: string): URL {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    throw new AddressError("it must be a postgres:// URL", "something else");
  }
  return new URL(text);
}

function knownParameters(url: URL): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!PARAMETERS.includes(name)) {
      throw new AddressError(`only ${PARAMETERS.join(", ")} may follow the question mark`, name);
    }
    if (value !== "") parameters.set(name, value);
  }
  return parameters;
}

function bareHost(url: URL): string {
  return decoded(url.hostname.replace(/^\[(.*)\]$/, "$1"));
}

function tlsMode(parameters: ReadonlyMap<string, string>): TlsMode {
  const wanted = parameters.get("sslmode") ?? "prefer";
  const certificates = parameters.get("sslrootcert");
  const mode = TLS_MODES.find((known) => known === wanted);
  if (mode === undefined) {
    throw new AddressError(`sslmode must be one of ${TLS_MODES.join(", ")}`, wanted);
  }
  if (certificates === "system" && mode !== "verify-full") {
    throw new AddressError("sslmode must be verify-full where sslrootcert is system", mode);
  }
  if (mode === "verify-ca" && certificates === undefined) {
    throw new AddressError(
      "sslmode verify-ca must come with an sslrootcert file",
      "a URL without one",
    );
  }
  // libpq: a root certificate given together with `require` is there to be checked.
  return mode === "require" && certificates !== undefined ? "verify-ca" : mode;
}

/** Takes percent-encoding away, and refuses what only looks like it. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AddressError("a percent sign in it must be written %25", "a URL with a bare one");
  }
}
