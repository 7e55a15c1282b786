import assert from "node:assert/strict";
import { systemClock } from "@/core/kernel/clock.ts";
import { type Asker, Link, type Sent } from "@/core/thread/link.ts";
import { waitFor } from "@/tests/support/wait.ts";

interface Side {
  readonly link: Link;
  readonly asks: Asker[];
  readonly tells: Sent[];
  dropped: number;
}

interface Bounds {
  readonly window?: number;
  readonly queueMax?: number;
  readonly waitMs?: number;
}

function pair(bounds: Bounds = {}): [Side, Side] {
  const { port1, port2 } = new MessageChannel();
  return [side("b", port1, bounds), side("a", port2, bounds)];
}

function side(peer: string, port: MessagePort, bounds: object): Side {
  const made: Omit<Side, "link"> = { asks: [], tells: [], dropped: 0 };
  const link = new Link({
    peer,
    port,
    clock: systemClock,
    onSent: (sent, asker) => asker === null ? made.tells.push(sent) : made.asks.push(asker),
    onDropped: () => (whole.dropped += 1),
    ...bounds,
  });
  const whole: Side = Object.assign(made, { link });
  return whole;
}

const ASK = { trace: "t", deadlineMs: 5_000 };
const TELL = { trace: "t", overflow: "drop-oldest" as const };

async function between(
  test: (a: Side, b: Side) => Promise<void>,
  bounds: Bounds = {},
): Promise<void> {
  const [a, b] = pair(bounds);
  try {
    await test(a, b);
  } finally {
    a.link.close();
    b.link.close();
  }
}

Deno.test("an ask settles with its reply, its error, or its deadline", () =>
  between(async (a, b) => {
    const good = a.link.ask("Good", { n: 1 }, ASK);
    const bad = a.link.ask("Bad", {}, ASK);
    const late = a.link.ask("Late", {}, { trace: "t", deadlineMs: 20 });
    const rejected = assert.rejects(late, { kind: "deadline" });
    await waitFor("three asks", () => b.asks.length === 3);
    let cancelled = false;
    b.asks[2]?.onGone(() => cancelled = true);
    b.asks[0]?.reply({ ok: true, value: 42 });
    const error = { kind: "rejected" as const, code: "no", message: "No" };
    b.asks[1]?.reply({ ok: false, error });
    assert.equal(await good, 42);
    await assert.rejects(bad, { kind: "rejected", message: "No" });
    await rejected;
    await waitFor("the cancellation", () => cancelled);
  }));

Deno.test("closing a link fails what is pending and mutes the other side", () =>
  between(async (a, b) => {
    const pending = assert.rejects(a.link.ask("X", {}, ASK), { kind: "peer-down" });
    await waitFor("the ask", () => b.asks.length === 1);
    a.link.close();
    await pending;
    await assert.rejects(a.link.ask("Y", {}, ASK), { kind: "peer-down" });
    b.asks[0]?.reply({ ok: true, value: "too late" });
  }));

Deno.test("a sender runs out of credit, queues, and goes on when the receiver takes", () =>
  between(async (a, b) => {
    for (let n = 0; n < 6; n++) a.link.tell("T", n, TELL);
    await waitFor("the window", () => b.tells.length === 2);
    assert.equal(a.link.queued, 4);
    for (let n = 0; n < 2; n++) b.link.consumed();
    await waitFor("two more", () => b.tells.length === 4);
    assert.deepEqual(b.tells.map((tell) => tell.body), [0, 1, 2, 3]);
  }, { window: 2 }));

Deno.test("H5 overflow: asks are refused, events drop the oldest or keep the latest", () =>
  between(async (a) => {
    await waitFor("the grant", () => a.link.credits === 2);
    for (let n = 0; n < 4; n++) a.link.tell("T", n, TELL);
    assert.equal(a.link.queued, 2);
    await assert.rejects(a.link.ask("X", {}, ASK), { kind: "overload" });
    a.link.tell("T", 4, TELL);
    assert.deepEqual([a.link.queued, a.dropped], [2, 1]);
    a.link.tell("T", 5, { trace: "t", overflow: "keep-latest" });
    assert.deepEqual([a.link.queued, a.dropped], [2, 2]);
    a.link.tell("T", 6, { trace: "t", overflow: "refuse" });
    assert.deepEqual([a.link.queued, a.dropped], [2, 3]);
  }, { window: 2, queueMax: 2 }));

Deno.test("H5 wait: the sender is told to wait, and goes on when there is room", () =>
  between(async (a, b) => {
    await waitFor("the grant", () => a.link.credits === 2);
    const tell = (n: number) => a.link.tell("T", n, { trace: "t", overflow: "wait" });
    assert.deepEqual([tell(0), tell(1), tell(2)], [undefined, undefined, undefined]);
    const room = tell(3);
    assert.ok(room instanceof Promise, "half of the queue is taken");
    assert.equal(tell(4), room);
    await waitFor("the window", () => b.tells.length === 2);
    b.link.consumed();
    b.link.consumed();
    await room;
    assert.equal(a.dropped, 0);
    await waitFor("what was queued", () => b.tells.length === 4);
    assert.deepEqual(b.tells.map(({ body }) => body), [0, 1, 2, 3]);
  }, { window: 2, queueMax: 4 }));

Deno.test("H5 wait: a sender is not told to go on while its queue is still long", () =>
  between(async (a, b) => {
    const wait = { trace: "t", overflow: "wait" as const };
    await waitFor("credit", () => a.link.credits === 4);
    for (let n = 0; n < 12; n++) a.link.tell("e", n, wait);
    let isTold = false;
    a.link.tell("e", 12, wait)?.then(() => isTold = true);
    for (let taken = 0; taken < 5; taken++) {
      await waitFor("the next", () => b.tells.length > taken);
      assert.equal(isTold, false, `${a.link.queued} wait`);
      b.link.consumed();
    }
    await waitFor("room", () => isTold);
    assert.ok(a.link.queued < 5);
  }, { window: 4, queueMax: 10 }));

Deno.test("H5 wait: a sender goes on when its peer is gone, and what waited is lost", () =>
  between(async (a) => {
    const wait = { trace: "t", overflow: "wait" as const };
    await waitFor("credit", () => a.link.credits === 1);
    for (let n = 0; n < 3; n++) a.link.tell("e", n, wait);
    const waiting = a.link.tell("e", 3, wait);
    assert.ok(waiting !== undefined);
    a.link.close();
    await waiting;
    assert.equal(a.dropped, 3);
  }, { window: 1, queueMax: 4 }));

Deno.test("H2 who answers is told when the asker is gone", () =>
  between(async (a, b) => {
    a.link.ask("q", 1, ASK).catch(() => {});
    await waitFor("the ask", () => b.asks.length === 1);
    let isGone = false;
    b.asks[0]?.onGone(() => isGone = true);
    b.link.close();
    assert.equal(isGone, true);
  }));

Deno.test("H5 wait: nobody waits for ever, and past its bound the queue refuses", () =>
  between(async (a) => {
    await waitFor("the grant", () => a.link.credits === 1);
    const rooms = [0, 1, 2, 3].map((n) => a.link.tell("T", n, { trace: "t", overflow: "wait" }));
    assert.deepEqual([a.link.queued, a.dropped], [2, 1]);
    await rooms[3];
    assert.deepEqual([a.link.queued, a.dropped], [2, 1]);
  }, { window: 1, queueMax: 2, waitMs: 20 }));

Deno.test("H8 an ask that waited for credit arrives with the time that is left", () =>
  between(async (a, b) => {
    await waitFor("the grant", () => a.link.credits === 1);
    a.link.tell("T", 0, TELL);
    const settled = assert.rejects(a.link.ask("X", {}, ASK), { kind: "peer-down" });
    const startedAt = performance.now();
    await waitFor("some of its time to pass", () => performance.now() > startedAt + 30);
    b.link.consumed();
    await waitFor("the ask", () => b.asks.length === 1);
    const { deadlineMs = 0 } = b.asks[0] ?? {};
    assert.ok(deadlineMs <= ASK.deadlineMs - 30 && deadlineMs > 0, `${deadlineMs} ms`);
    a.link.close();
    await settled;
  }, { window: 1 }));

Deno.test("what waited for credit travels together, in order, and no more than was granted", async () => {
  const { port1, port2 } = new MessageChannel();
  const posted: unknown[] = [];
  port2.onmessage = ({ data }) => posted.push(data);
  const { link } = side("b", port1, {});
  try {
    for (const n of [1, 2, 3]) link.tell("Take", { n }, TELL);
    port2.postMessage({ is: "credit", count: 2 });
    await waitFor("what is granted", () => posted.length === 2);
    const [granted, batch] = posted;
    assert.deepEqual(granted, { is: "credit", count: 64 });
    const frame = (n: number) => ({ is: "tell", type: "Take", body: { n }, trace: "t" });
    assert.deepEqual(batch, [frame(1), frame(2)]);
    assert.equal(link.queued, 1);
  } finally {
    link.close();
    port2.close();
  }
});

Deno.test("a body that cannot be cloned costs its sender no credit", () =>
  between(async (a, b) => {
    await waitFor("the grant", () => a.link.credits === 2);
    for (let n = 0; n < 3; n++) assert.throws(() => a.link.tell("Odd", () => {}, TELL));
    a.link.tell("Sound", 1, TELL);
    await waitFor("what is sound", () => b.tells.length === 1);
  }, { window: 2 }));
