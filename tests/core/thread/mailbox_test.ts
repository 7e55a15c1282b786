import assert from "node:assert/strict";
import fc from "fast-check";
import { Mailbox } from "@/core/thread/mailbox.ts";

function drain(mailbox: Mailbox<number>): number[] {
  const taken: number[] = [];
  for (let item = mailbox.poll(); item !== undefined; item = mailbox.poll()) taken.push(item);
  return taken;
}

Deno.test("refuse: a full mailbox refuses and keeps what it has", () => {
  const mailbox = new Mailbox<number>(2);
  assert.equal(mailbox.offer(1, "a", "refuse").taken, true);
  assert.equal(mailbox.offer(2, "a", "refuse").taken, true);
  assert.equal(mailbox.offer(3, "a", "refuse").taken, false);
  assert.deepEqual(drain(mailbox), [1, 2]);
});

Deno.test("drop-oldest: a full mailbox lets the oldest ephemeral message go and says which", () => {
  const mailbox = new Mailbox<number>(2);
  mailbox.push(0);
  mailbox.offer(1, "a", "drop-oldest");
  mailbox.offer(2, "a", "drop-oldest");
  assert.deepEqual(mailbox.offer(3, "a", "drop-oldest"), { taken: true, dropped: 1, why: "full" });
  assert.deepEqual(drain(mailbox), [0, 2, 3]);
});

Deno.test("H5 drop-oldest: an event that keeps the latest may be dropped like any other", () => {
  const mailbox = new Mailbox<number>(2);
  mailbox.offer(1, "a", "keep-latest");
  mailbox.offer(2, "b", "drop-oldest");
  assert.deepEqual(mailbox.offer(3, "b", "drop-oldest"), { taken: true, dropped: 1, why: "full" });
  assert.deepEqual(drain(mailbox), [2, 3]);
});

Deno.test("keep-latest: a second message of the same key takes the first one's place", () => {
  const mailbox = new Mailbox<number>(9);
  mailbox.offer(1, "a", "keep-latest");
  mailbox.offer(2, "b", "keep-latest");
  assert.deepEqual(mailbox.offer(3, "a", "keep-latest"), {
    taken: true,
    dropped: 1,
    why: "superseded",
  });
  assert.deepEqual(drain(mailbox), [3, 2]);
});

Deno.test("wait: an event past the capacity keeps its place, also before what is pushed later", () => {
  const mailbox = new Mailbox<number>(1);
  for (const n of [1, 2, 3]) assert.equal(mailbox.offer(n, "a", "wait").taken, true);
  mailbox.push(4);
  assert.deepEqual([mailbox.depth, mailbox.ephemeral], [2, 3]);
  assert.equal(mailbox.offer(5, null, "refuse").taken, false);
  assert.deepEqual(drain(mailbox), [1, 2, 3, 4]);
});

Deno.test("ephemeral messages never exceed the capacity, and nothing pushed is lost", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("push" as const) }),
    fc.record({
      do: fc.constant("offer" as const),
      key: fc.constantFrom("a", "b"),
      overflow: fc.constantFrom("refuse" as const, "drop-oldest" as const, "keep-latest" as const),
    }),
    fc.record({ do: fc.constant("take" as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const mailbox = new Mailbox<number>(3);
      const pushed: number[] = [];
      const taken: number[] = [];
      let next = 1;
      let inside = 0;
      for (const one of steps) {
        const item = next++;
        if (one.do === "push") {
          mailbox.push(item);
          pushed.push(item);
          inside += 1;
        } else if (one.do === "offer") {
          const offered = mailbox.offer(item, one.key, one.overflow);
          if (offered.taken && offered.dropped === null) inside += 1;
        } else if (mailbox.depth > 0) {
          taken.push(mailbox.poll() ?? 0);
          inside -= 1;
        }
        assert.equal(mailbox.depth, inside, "every message is accounted for");
        const waiting = pushed.filter((one) => !taken.includes(one)).length;
        assert.ok(mailbox.depth - waiting <= 3, "the ephemeral lane is bounded");
      }
      taken.push(...drain(mailbox));
      assert.deepEqual(taken.filter((one) => pushed.includes(one)), pushed, "in order, none lost");
    }),
  );
});
