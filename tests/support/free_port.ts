/** A TCP port on the loopback that nobody listens on, for programs that cannot pick one themselves. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
