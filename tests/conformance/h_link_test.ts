/** Supervision, H1 and H5: the link between two actors, in every order of events (property). */

import assert from "node:assert/strict";
import fc from "fast-check";
import { Link, type Sent } from "@/core/thread/link.ts";
import type { Overflow } from "@/core/kernel/message.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";

/** A pair of ports that deliver at once, so that a history is one sequence. */
function ports(): [MessagePort, MessagePort] {
  const make = () => ({
    onmessage: null as ((event: { data: unknown }) => void) | null,
    early: [] as unknown[],
    close() {},
    postMessage: (_data: unknown) => {},
  });
  const [a, b] = [make(), make()];
  const wire = (from: typeof a, to: typeof a) => {
    from.postMessage = (data) => {
      if (to.onmessage === null) to.early.push(data);
      else to.onmessage({ data: structuredClone(data) });
    };
  };
  wire(a, b);
  wire(b, a);
  return [a, b] as unknown as [MessagePort, MessagePort];
}

const step = fc.oneof(
  fc.record({
    do: fc.constant("tell" as const),
    overflow: fc.constantFrom<Overflow>("refuse", "drop-oldest", "keep-latest", "wait"),
  }),
  fc.record({ do: fc.constant("ask" as const) }),
  fc.record({ do: fc.constant("take" as const) }),
);

interface Body {
  readonly n: number;
}

Deno.test("H5 a link keeps its bounds, and H1 its order, in every order of events", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 150 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      async (steps, window, queueMax) => {
        const clock = new ManualClock();
        const [portA, portB] = ports();
        const arrived: number[] = [];
        let untaken = 0;
        let lost = 0;
        let refused = 0;
        const came = ({ body }: Sent) => {
          arrived.push((body as Body).n);
          untaken += 1;
        };
        const ignored = { clock, onSent: () => {}, onDropped: () => {} };
        const a = new Link({
          ...ignored,
          peer: "b",
          port: portA,
          queueMax,
          onDropped: () => lost += 1,
        });
        const b = new Link({
          ...ignored,
          peer: "a",
          port: portB,
          window,
          onSent: came,
        });
        const latest = new Set<number>();
        let sent = 0;
        for (const one of steps) {
          if (one.do === "take") {
            if (untaken === 0) continue;
            untaken -= 1;
            b.consumed();
          } else {
            const n = sent++;
            if (one.do === "tell") {
              if (one.overflow === "keep-latest") latest.add(n);
              a.tell(`T-${one.overflow}`, { n }, { trace: "t", overflow: one.overflow });
            } else {
              const full = a.credits === 0 && a.queued >= queueMax;
              if (full) refused += 1;
              a.ask("Q", { n }, { trace: "t", deadlineMs: 60_000 }).catch(() => {});
            }
          }
          assert.ok(untaken <= window, "no more is under way than was granted");
          assert.ok(a.queued <= queueMax, "no more waits than the queue holds");
          assert.equal(sent, arrived.length + a.queued + lost + refused, "all are accounted for");
        }
        // Whoever goes on taking gets all that waits.
        while (untaken > 0) {
          untaken -= 1;
          b.consumed();
        }
        assert.equal(a.queued, 0, "nothing waits for ever");
        const order = arrived.filter((n) => !latest.has(n));
        assert.deepEqual(order, order.toSorted((x, y) => x - y), "in order");
        a.close();
        b.close();
        await Promise.resolve();
      },
    ),
    { numRuns: 2_000 },
  );
});
