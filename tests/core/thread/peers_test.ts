import assert from "node:assert/strict";
import { z } from "zod";
import { inlineHost } from "@/core/hosts/inline.ts";
import { newBeatMemory } from "@/core/kernel/beat.ts";
import { protocol, request, service, serviceActor } from "@/core/kernel/mod.ts";
import type { Frame } from "@/core/thread/link.ts";
import type { Definition } from "@/core/thread/runtime.ts";
import { ManualClock, settle } from "@/tests/support/manual_clock.ts";

const none = z.object({});
const spec = serviceActor({
  protocol: protocol("slow", { Do: request({ body: none, reply: none }) }),
  config: none,
  worker: "inline",
});
const INIT = {
  is: "init",
  name: "slow",
  incarnation: 1,
  version: 0,
  saved: null,
  config: {},
  served: [],
} as const;

Deno.test("H2 a request whose deadline has passed is answered unhandled: its link keeps nothing of it", async () => {
  const clock = new ManualClock();
  let handled = 0;
  const actor = service(spec, { start: () => null, handlers: { Do: () => (handled += 1, {}) } });
  const host = inlineHost({
    clock,
    random: () => 0.5,
    definitions: [actor as never as Definition],
  });
  const permissions = spec.permissions({});
  const running = host.start({ spec, name: "slow", permissions, lock: "", receive: () => {} });
  const { port1, port2 } = new MessageChannel();
  const frames: Frame[] = [];
  port2.onmessage = ({ data }) => frames.push(data);
  try {
    running.post({ ...INIT, beat: newBeatMemory() });
    running.post({ is: "suspend" });
    running.post({ is: "link", peer: "asker", port: port1 }, [port1]);
    await settle();
    port2.postMessage({ is: "ask", id: 1, type: "Do", body: {}, trace: "t", deadlineMs: 100 });
    await clock.advance(101);
    running.post({ is: "resume" });
    await settle();
    const replies = frames.filter((frame) => frame.is === "reply");
    assert.deepEqual(
      replies.map((reply) => [reply.id, reply.ok || reply.error.kind]),
      [[1, "deadline"]],
    );
    assert.equal(handled, 0);
  } finally {
    running.kill();
    port2.close();
  }
});
