/** Supervision, H5 and H6: bounded queues, overflow policies, control. On the Worker host. */

import assert from "node:assert/strict";
import type { Up } from "@/core/kernel/up.ts";
import fc from "fast-check";
import { z } from "zod";
import { systemClock } from "@/core/kernel/clock.ts";
import type { Host } from "@/core/kernel/host.ts";
import { inlineHost } from "@/core/hosts/inline.ts";
import { child, serve } from "@/core/kernel/house.ts";
import { WINDOW } from "@/core/thread/link.ts";
import { Mailbox } from "@/core/thread/mailbox.ts";
import {
  event,
  type Overflow,
  protocol,
  request,
  service,
  serviceActor,
  turnActor,
  turns,
} from "@/core/kernel/mod.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { receiverSpec, rival, sender } from "@/tests/support/actors/postal.ts";
import { inHouse } from "@/tests/support/house.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { gotBy, numbers, upTo, withPost } from "@/tests/support/postal_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

/** The receiver's mailbox, and with it the credit that a sender is granted. */
const CAPACITY = receiverSpec.limits.mailbox;
/** The sender's own queue; see link.ts. */
const QUEUE = 256;
const COUNT = 400;

function mailboxOf(supervisor: Supervisor) {
  const one = supervisor.snapshot().actors.find(({ name }) => name === "receiver");
  assert.ok(one !== undefined);
  return one.mailbox;
}

async function assertSendersWell(supervisor: Supervisor): Promise<void> {
  for (const name of ["sender", "rival"]) assert.equal(supervisor.find(name)?.restarts, 0);
  assert.equal(supervisor.find("receiver")?.restarts, 0);
  await supervisor.ask(sender, "Post", { key: "still here", n: 1 });
}

function lost(supervisor: Supervisor): number {
  const { full = 0, superseded = 0 } = supervisor.snapshot().deadLetters.counts;
  return full + superseded;
}

const POLICIES = [
  { type: "Refuse", what: "refuse drops the new", kept: upTo(CAPACITY + QUEUE) },
  {
    type: "Drop",
    what: "drop-oldest drops the oldest that waits",
    kept: [...upTo(CAPACITY), ...upTo(COUNT).slice(-QUEUE)],
  },
  { type: "Latest", what: "keep-latest keeps one", kept: [COUNT] },
] as const;

for (const { type, what, kept } of POLICIES) {
  Deno.test(`H5 ${what}, counts what is lost, and fails no sender`, () =>
    withPost(async ({ supervisor }) => {
      supervisor.find("receiver")?.suspend();
      await supervisor.ask(sender, "Burst", { type, from: 1, to: COUNT });
      await waitFor("the losses to be told", () => lost(supervisor) === COUNT - kept.length);
      const { depth, capacity } = mailboxOf(supervisor);
      assert.deepEqual([depth, capacity], [Math.min(kept.length, CAPACITY), CAPACITY]);
      supervisor.find("receiver")?.resume();
      const got = await waitFor("the rest", async () => {
        const got = numbers(await gotBy(supervisor), "sender", type);
        return got.length === kept.length && got;
      });
      assert.deepEqual(got, kept);
      await assertSendersWell(supervisor);
    }));
}

Deno.test("H5 wait loses nothing: the sender waits with its message", () =>
  withPost(async ({ supervisor }) => {
    supervisor.find("receiver")?.suspend();
    const bursts = [sender, rival].map((from) =>
      supervisor.ask(from, "Burst", { type: "Patient", from: 1, to: COUNT })
    );
    let isOver = false;
    Promise.allSettled(bursts).then(() => isOver = true);
    await waitFor("a full mailbox", () => mailboxOf(supervisor).depth === CAPACITY);
    // A round through both actors: what could be sent has been sent.
    await Promise.all(
      [sender, rival].map((from) => supervisor.ask(from, "Post", { key: from.name, n: 0 })),
    );
    await waitFor("two durable messages", () => mailboxOf(supervisor).depth === CAPACITY + 2);
    assert.equal(isOver, false, "the senders wait");
    supervisor.find("receiver")?.resume();
    await Promise.all(bursts);
    const got = await waitFor("all of it", async () => {
      const got = await gotBy(supervisor);
      return got.length === 2 * COUNT + 2 && got;
    });
    for (const from of ["sender", "rival"]) {
      assert.deepEqual(numbers(got, from, "Patient"), upTo(COUNT));
    }
    assert.deepEqual(supervisor.snapshot().deadLetters.counts, {});
    await assertSendersWell(supervisor);
  }));

Deno.test("H5 a request to a full mailbox is refused to its sender, who goes on", () =>
  withPost(async ({ supervisor }) => {
    supervisor.find("receiver")?.suspend();
    const asks = (from: typeof sender | typeof rival) =>
      upTo(CAPACITY).map((n) => supervisor.ask(from, "Ask", { n }).then(() => "", (e) => e.kind));
    const first = asks(sender);
    await waitFor("a full mailbox", () => mailboxOf(supervisor).depth === CAPACITY);
    assert.deepEqual(await Promise.all(asks(rival)), upTo(CAPACITY).map(() => "overload"));
    assert.deepEqual([mailboxOf(supervisor).depth, mailboxOf(supervisor).refused], [8, 8]);
    supervisor.find("receiver")?.resume();
    assert.deepEqual(await Promise.all(first), upTo(CAPACITY).map(() => ""));
    await assertSendersWell(supervisor);
  }));

Deno.test("H5 a stopped consumer costs its senders bounded memory", () =>
  withPost(async ({ supervisor }) => {
    supervisor.find("receiver")?.suspend();
    for (let round = 0; round < 20; round++) {
      await supervisor.ask(sender, "Burst", { type: "Drop", from: 1, to: 2_000 });
    }
    assert.equal(mailboxOf(supervisor).depth, CAPACITY);
    const wanted = 20 * 2_000 - QUEUE - CAPACITY;
    await waitFor("the losses to be told", () => lost(supervisor) === wanted);
    const { last } = supervisor.snapshot().deadLetters;
    assert.equal(last.length <= 100, true);
    await assertSendersWell(supervisor);
  }));

/** What is done to a mailbox, and what must hold whatever is done. */
const step = fc.oneof(
  fc.record({ do: fc.constant("push" as const) }),
  fc.record({ do: fc.constant("request" as const) }),
  fc.record({
    do: fc.constant("event" as const),
    key: fc.constantFrom("a", "b", "c"),
    overflow: fc.constantFrom<Overflow>("refuse", "drop-oldest", "keep-latest", "wait"),
  }),
  fc.record({ do: fc.constant("poll" as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Item {
  readonly n: number;
  readonly overflow: Overflow | "push" | "request";
}

/** A mailbox, and everything that went in, came out or was lost. */
class Watched {
  readonly mailbox: Mailbox<Item>;
  readonly #in: Item[] = [];
  readonly out: Item[] = [];
  readonly lost: Item[] = [];

  constructor(capacity: number) {
    this.mailbox = new Mailbox(capacity);
  }

  get inside(): readonly Item[] {
    return this.#in.filter((item) => !this.out.includes(item) && !this.lost.includes(item));
  }
  get pushed(): number {
    return this.inside.filter(({ overflow }) => overflow === "push").length;
  }

  perform(one: Step): void {
    const { mailbox } = this;
    if (one.do === "poll") return this.poll();
    const item: Item = { n: this.#in.length, overflow: one.do === "event" ? one.overflow : one.do };
    const isFull = mailbox.depth - this.pushed >= mailbox.capacity;
    this.#in.push(item);
    if (one.do === "push") return mailbox.push(item);
    const offered = one.do === "event"
      ? mailbox.offer(item, `${one.key}:${one.overflow}`, one.overflow)
      : mailbox.offer(item, null, "refuse");
    if (!offered.taken) this.lost.push(item);
    else if (offered.dropped !== null) this.lost.push(offered.dropped);
    assert.ok(offered.taken || isFull, "nothing is refused while there is room");
  }

  poll(): void {
    const item = this.mailbox.poll();
    if (item !== undefined) this.out.push(item);
  }
}

Deno.test("H5 the mailbox keeps every promise in every order of events", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 100 }),
      fc.integer({ min: 1, max: 4 }),
      (steps, capacity) => {
        const watched = new Watched(capacity);
        const { mailbox, out, lost } = watched;
        for (const one of steps) {
          watched.perform(one);
          const { inside, pushed } = watched;
          assert.ok(mailbox.depth - pushed <= capacity, "the capacity is never exceeded");
          assert.equal(mailbox.ephemeral, inside.length - pushed, "all are accounted for");
        }
        while (mailbox.depth > 0) watched.poll();
        assert.deepEqual(watched.inside, [], "what is inside comes out");
        assert.ok(lost.every(({ overflow }) => overflow !== "push" && overflow !== "wait"));
        for (const lane of [true, false]) {
          const sequence = out.filter(({ overflow }) =>
            overflow !== "keep-latest" && (overflow === "push") === lane
          ).map(({ n }) => n);
          assert.deepEqual(sequence, sequence.toSorted((a, b) => a - b), "in order");
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

Deno.test("H6 config, probe and stop pass a full mailbox", () =>
  withPost(async ({ supervisor }) => {
    supervisor.find("receiver")?.suspend();
    await supervisor.ask(sender, "Burst", { type: "Refuse", from: 1, to: COUNT });
    await waitFor("a full mailbox", () => mailboxOf(supervisor).depth === CAPACITY);
    supervisor.find("receiver")?.configure({ greeting: "changed" });
    assert.deepEqual((await supervisor.find("receiver")?.probe([], 5_000))?.canariesHeld, []);
    assert.equal(mailboxOf(supervisor).depth, CAPACITY, "nothing was handled meanwhile");
    supervisor.find("receiver")?.resume();
    const got = await waitFor("what waited", async () => {
      const got = await gotBy(supervisor);
      return got.length === CAPACITY + QUEUE && got;
    });
    assert.deepEqual(new Set(got.map(({ greeting }) => greeting)), new Set(["changed"]));
    supervisor.find("receiver")?.suspend();
    await supervisor.ask(sender, "Burst", { type: "Refuse", from: 1, to: COUNT });
    await waitFor("a full mailbox", () => mailboxOf(supervisor).depth === CAPACITY);
    await supervisor.terminate("receiver", "stop");
    assert.equal(supervisor.find("receiver")?.lastExit?.kind, "shutdown");
    assert.equal(supervisor.find("receiver")?.status, "stopped");
    const { died } = supervisor.snapshot().deadLetters.counts;
    assert.equal(died, CAPACITY, "the stop overtook what waited");
  }));

const small = z.object({ n: z.int() });
const crier = protocol("crier", {
  /** Tells `count` events in one turn. */
  Cry: request({ body: z.object({ count: z.int() }), reply: z.object({}), deadlineMs: 60_000 }),
  Crying: request({
    body: z.object({}),
    reply: z.object({ turns: z.int() }),
    deadlineMs: 60_000,
  }),
});
const listener = protocol("listener", { Hear: event({ body: small, overflow: "wait" }) });
const config = z.object({});
const crierSpec = turnActor({ protocol: crier, uses: [listener], config, worker: "inline" });
const listenerSpec = serviceActor({
  protocol: listener,
  config,
  worker: "inline",
  limits: { mailbox: 8, concurrency: 1 },
});

Deno.test("H5 a turn whose events must wait holds its actor up, and loses none", async () => {
  const heard: number[] = [];
  const crierActor = turns(crierSpec, {
    state: { version: 1, schema: z.null(), initial: () => null },
    handlers: {
      Cry: (_state, { count }, context) =>
        upTo(count).reduce((turn, n) => turn.tell(listener, "Hear", { n }), context.stay())
          .reply({}),
      Crying: (_state, _body, context) => context.stay().reply({ turns: context.incarnation }),
    },
  });
  const listenerActor = service(listenerSpec, {
    start: () => null,
    handlers: {
      Hear(_resources, { n }) {
        heard.push(n);
      },
    },
  });
  await inlineHouse([crierActor, listenerActor], [
    child(listenerSpec, { config: () => ({}) }),
    child(crierSpec, { config: () => ({}) }),
  ], async ({ supervisor }) => {
    supervisor.find("listener")?.suspend();
    await supervisor.ask(crier, "Cry", { count: 1_000 });
    const next = supervisor.ask(crier, "Crying", {});
    await waitFor("the next to wait", () => supervisor.find("crier")?.beat.read("depth") === 1);
    supervisor.find("listener")?.resume();
    assert.deepEqual(await next, { turns: 1 });
    await waitFor("the last", () => heard.length === 1_000);
    assert.deepEqual(heard, upTo(1_000));
  });
});

Deno.test("H5 a flood of reports reaches main as one, with the last word on each fact", async () => {
  const gossip = protocol("gossip", {
    Chat: request({ body: z.object({ count: z.int() }), reply: z.object({}), deadlineMs: 30_000 }),
  });
  const spec = serviceActor({ protocol: gossip, config, worker: "inline" });
  const actor = service(spec, {
    start: () => null,
    handlers: {
      async Chat(_resources, { count }, call) {
        for (let n = 1; n <= count; n++) {
          call.report({ [`of ${n % 3}`]: n });
          if (n % 1_000 === 0) await Promise.resolve();
        }
        call.report({ count });
        return {};
      },
    },
  });
  const inline = inlineHost({
    clock: systemClock,
    random: () => 0.5,
    definitions: [actor as never],
  });
  let posted = 0;
  const host: Host = {
    start: (start) =>
      inline.start({
        ...start,
        receive(message) {
          if ((message as Up).is === "facts") posted += 1;
          start.receive(message);
        },
      }),
  };
  await inHouse(async ({ supervisor }) => {
    await supervisor.ask(gossip, "Chat", { count: 400_000 });
    const facts = { "of 0": 399_999, "of 1": 400_000, "of 2": 399_998, count: 400_000 };
    await waitFor("the facts", () => supervisor.find("gossip")?.facts.count === 400_000);
    assert.deepEqual(supervisor.find("gossip")?.facts, facts);
    assert.equal(posted, 1);
  }, { children: [child(spec, { config: () => ({}) })], host });
});

Deno.test("H5 an actor has so many facts to report and no more", async () => {
  const gossip = protocol("gossip", { Chat: request({ body: z.object({}), reply: z.object({}) }) });
  const spec = serviceActor({ protocol: gossip, config, worker: "inline" });
  const actor = service(spec, {
    start: () => null,
    handlers: {
      Chat(_resources, _body, call) {
        for (const n of upTo(65)) call.report({ [`fact ${n}`]: n });
        return {};
      },
    },
  });
  await inlineHouse([actor], [child(spec, { config: () => ({}) })], async ({ supervisor }) => {
    await assert.rejects(supervisor.ask(gossip, "Chat", {}), { code: "too-many-facts" });
    await waitFor("the facts", () => supervisor.find("gossip")?.facts["fact 64"] === 64);
    assert.equal(Object.keys(supervisor.find("gossip")?.facts ?? {}).length, 64);
    assert.equal(supervisor.find("gossip")?.restarts, 0);
  });
});

const answers = protocol("answers", {
  Slow: request({ body: z.object({}), reply: z.object({}), deadlineMs: 30_000 }),
  Odd: request({ body: z.object({}), reply: z.object({}) }),
});
const asker = protocol("asker", {
  Ask: request({
    body: z.object({ type: z.enum(["Slow", "Odd"]), count: z.int() }),
    reply: z.object({ outcomes: z.array(z.string()) }),
    deadlineMs: 30_000,
  }),
});
const askerSpec = serviceActor({ protocol: asker, uses: [answers], config, worker: "inline" });
const askerActor = service(askerSpec, {
  start: () => null,
  handlers: {
    async Ask(_resources, { type, count }, call) {
      const asked = upTo(count).map(() =>
        call.ask(answers, type, {}).then(() => "answered", ({ code }) => code)
      );
      return { outcomes: await Promise.all(asked) };
    },
  },
});

Deno.test("H5 main has no more requests of an actor in hand than it gave credit for", async () => {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const served = serve(answers, {
    async Slow() {
      begun += 1;
      await gate.promise;
      return {};
    },
    Odd: () => ({}),
  });
  await inlineHouse([askerActor], [child(askerSpec, { config: () => ({}) })], async (made) => {
    const asked = made.supervisor.ask(asker, "Ask", { type: "Slow", count: COUNT });
    await waitFor("main's hands to be full", () => begun === WINDOW);
    gate.resolve();
    const { outcomes } = await asked;
    assert.equal(outcomes.filter((one) => one === "answered").length, begun);
    assert.equal(outcomes.filter((one) => one === "overload").length, COUNT - begun);
    assert.ok(begun <= WINDOW + QUEUE, `${begun} were taken`);
  }, { serve: [served] });
});

Deno.test("H3 an answer of main that cannot be sent fails the request, and main lives on", async () => {
  const served = serve(answers, { Slow: () => ({}), Odd: () => ({ run: () => {} }) as never });
  await inlineHouse([askerActor], [child(askerSpec, { config: () => ({}) })], async (made) => {
    const { supervisor } = made;
    const odd = await supervisor.ask(asker, "Ask", { type: "Odd", count: 1 });
    assert.deepEqual(odd.outcomes, ["DataCloneError"]);
    const slow = await supervisor.ask(asker, "Ask", { type: "Slow", count: 1 });
    assert.deepEqual(slow.outcomes, ["answered"]);
  }, { serve: [served] });
});
