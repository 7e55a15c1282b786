/** One physical connection to Postgres. It never reconnects: when it is gone, open another. */

import net from "node:net";
import postgres from "postgres";
import { type Address, describeAddress } from "./address.ts";
import { toDatabaseError } from "./errors.ts";

/** The tagged template that statements are written with. `bigint` columns arrive as numbers. */
export type Sql = postgres.ISql<{ bigint: number }>;
/** One statement, not yet sent. */
export type Statement<R extends readonly object[]> = postgres.PendingQuery<R>;
/** The rows it answers with; `count` says how many it returned or changed. */
export type Rows<R extends readonly object[]> = postgres.RowList<R>;

/** Limits that the server keeps for us, so that work ends there too when we have given it up. */
export interface ServerLimits {
  readonly statementMs: number;
  readonly idleInTransactionMs: number;
}

export interface ConnectOptions {
  readonly address: Address;
  /** PEM text of the trusted authorities; needed when the address names a file. */
  readonly rootCertificates: string | null;
  readonly limits: ServerLimits;
  /** What the server says beside its answers. */
  readonly onNotice?: (notice: ServerNotice) => void;
  /** The socket of an open connection closed, for whatever reason. */
  readonly onLost?: (connection: Connection, error: Error) => void;
}

export interface ServerNotice {
  readonly severity: string;
  readonly message: string;
}

const CONNECT_TIMEOUT_S = 10;
const CLOSE_GRACE_S = 1;
const LOOK_FOR_CLIENT_MS = 500;

/**
 * The driver's client for exactly one socket. The driver would reconnect by itself, and on 3.4.9
 * that is unsafe: statements still queued behind a broken transaction run on the new connection
 * outside of it, a write in the moment of the loss throws where nobody can catch it, and a statement
 * made between the socket's error and its close never settles. So the driver gets its socket once
 * and after that only dead ones, and whoever waits when the socket closes is told by `onLost`.
 */
export class Connection {
  readonly sql: Sql;
  readonly #client: postgres.Sql<{ bigint: number }>;
  /** Made when the driver asks for it, so that it listens before anything can go wrong. */
  #socket: net.Socket | null = null;
  #cut = false;
  readonly #options: ConnectOptions;

  constructor(options: ConnectOptions) {
    this.#options = options;
    const socketOnce = () => {
      if (this.#socket !== null || this.#cut) return deadSocket();
      this.#socket = openSocket(options.address);
      return this.#socket;
    };
    // `socket` is in the driver's README and missing in its types.
    const settings = { ...driverOptions(options), socket: socketOnce };
    this.#client = postgres(settings);
    this.sql = this.#client;
  }

  /** Connects, logs in and sets the session up; rejects with the reason, naming the place. */
  async open(): Promise<void> {
    try {
      await setUp(this.sql, this.#options.limits);
      if (!this.alive) throw closedError();
      // Not before: turning the socket into a TLS one removes whatever listens to it.
      this.#socket?.on("error", () => {});
      this.#socket?.once("close", () => this.#options.onLost?.(this, closedError()));
    } catch (error) {
      this.destroy();
      throw toDatabaseError(withHint(error, this.#options.address), "read");
    }
  }

  get alive(): boolean {
    const socket = this.#socket;
    return socket !== null && !this.#cut && !socket.destroyed && !socket.readableEnded;
  }

  /** Cuts the socket; everything under way on it rejects. */
  destroy(): void {
    this.#cut = true;
    this.#socket?.destroy();
  }

  /** Says good-bye if the server listens, and leaves nothing behind in any case. */
  async close(): Promise<void> {
    if (this.alive) await this.#client.end({ timeout: CLOSE_GRACE_S });
    this.destroy();
    await socketClosed(this.#socket);
    await this.#client.end({ timeout: 0 });
  }
}

function socketClosed(socket: net.Socket | null): Promise<void> {
  return new Promise((resolve) => {
    if (socket === null || socket.closed) return resolve();
    socket.once("close", () => resolve());
  });
}

function openSocket(address: Address): net.Socket {
  if (address.socketPath !== null) return net.connect({ path: address.socketPath });
  const socket = net.connect({ host: address.host, port: address.port });
  socket.setNoDelay(true);
  // The driver reads the name to verify from here when it turns the socket into a TLS one.
  return Object.assign(socket, { host: address.host, port: address.port });
}

function deadSocket(): net.Socket {
  const socket = new net.Socket();
  queueMicrotask(() => socket.destroy(closedError()));
  return socket;
}

function closedError(): Error {
  return Object.assign(new Error("The connection was closed"), { code: "CONNECTION_CLOSED" });
}

function driverOptions(options: ConnectOptions) {
  const { address } = options;
  return {
    host: address.host,
    port: address.port,
    username: address.user,
    password: address.password,
    database: address.database,
    ssl: tlsOptions(options),
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: CONNECT_TIMEOUT_S,
    fetch_types: false,
    prepare: true,
    debug: false,
    onnotice: ({ severity = "NOTICE", message = "" }) => options.onNotice?.({ severity, message }),
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    connection: {
      application_name: address.applicationName,
      ...(address.serverOptions === null ? {} : { options: address.serverOptions }),
    },
  };
}

function tlsOptions({ address, rootCertificates }: ConnectOptions) {
  const ca = rootCertificates === null ? {} : { ca: rootCertificates };
  switch (address.tls) {
    case "disable":
      return false;
    case "prefer":
    case "require":
      return address.tls;
    case "verify-ca":
      return { ...ca, checkServerIdentity: () => undefined };
    case "verify-full":
      return { ...ca, rejectUnauthorized: true };
  }
}

/**
 * A statement that was given up ends on the server too: by its own limit, or as soon as the server
 * notices that nobody is connected, which it can where the system tells it. `synchronous_commit`
 * off would let a crash take back what was acknowledged.
 */
async function setUp(sql: Sql, limits: ServerLimits): Promise<void> {
  await sql`
    select
      set_config('statement_timeout', ${`${limits.statementMs}ms`}, false),
      set_config('idle_in_transaction_session_timeout', ${`${limits.idleInTransactionMs}ms`}, false),
      set_config('datestyle', 'ISO', false),
      case when version() ~* 'linux|darwin'
        then set_config('client_connection_check_interval', ${`${LOOK_FOR_CLIENT_MS}ms`}, false) end,
      case when current_setting('synchronous_commit') = 'off'
        then set_config('synchronous_commit', 'on', false) end
  `;
}

function withHint(error: unknown, address: Address): unknown {
  if (!(error instanceof Error)) return error;
  const noTls = error.message.includes("before secure TLS connection");
  const hint = noTls ? "; the server offers no TLS, which sslmode demands" : "";
  const code = "code" in error ? { code: error.code } : {};
  return Object.assign(
    new Error(`${error.message}${hint} (${describeAddress(address)})`, { cause: error }),
    code,
  );
}
