import { workerHost } from "@/core/hosts/worker.ts";
import { mirrorSpec } from "@/tests/support/actors/mirror.ts";

Deno.test("J5 a link that comes to a thread which has just ended leaves no port open", async () => {
  const running = workerHost().start({
    spec: mirrorSpec,
    name: "mirror",
    permissions: "none",
    lock: crypto.randomUUID(),
    receive: () => {},
  });
  running.kill();
  const { port1, port2 } = new MessageChannel();
  running.post({ is: "link", peer: "visitor", port: port1 }, [port1]);
  await running.gone;
  // The test runner counts what is left.
  port2.close();
});
