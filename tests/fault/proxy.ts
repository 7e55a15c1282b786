/** A network in front of a server that a test can break: it passes on, hangs, or refuses. */

export type ProxyMode = "pass" | "hang" | "refuse";

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts what is connected; new connections meet the new mode. */
  become(mode: ProxyMode): void;
}

/** Listens on a port of its own and passes on to the Unix socket at `path`. */
export function proxyTo(path: string): Proxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let mode: ProxyMode = "pass";

  const close = (connection: Deno.Conn) => {
    if (!open.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // The other side was faster.
    }
  };
  const pump = async (from: Deno.Conn, to: Deno.Conn) => {
    try {
      await from.readable.pipeTo(to.writable);
    } catch {
      // Cut: by the mode, or by either side.
    }
    close(from);
    close(to);
  };
  const serve = async (client: Deno.Conn) => {
    open.add(client);
    if (mode === "refuse") return close(client);
    if (mode === "hang") return;
    const server = await Deno.connect({ transport: "unix", path }).catch(() => null);
    if (server === null) return close(client);
    open.add(server);
    await Promise.all([pump(client, server), pump(server, client)]);
  };
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const client of listener) serving.push(serve(client));
  })();
  return {
    port: listener.addr.port,
    become(next) {
      mode = next;
      for (const connection of open) close(connection);
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const connection of open) close(connection);
      await Promise.all(serving);
    },
  };
}
