/** Supervision, H1 to H4: order, requests, refusals. On the Worker host. */

import assert from "node:assert/strict";
import { z } from "zod";
import { child, group } from "@/core/kernel/house.ts";
import { event, protocol, request, service, serviceActor } from "@/core/kernel/mod.ts";
import type { TurnRecord } from "@/core/kernel/store.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { counter, echo } from "@/tests/support/actors/counter.ts";
import { receiver, rival, sender } from "@/tests/support/actors/postal.ts";
import { type House, inHouse, TEST_CHILDREN } from "@/tests/support/house.ts";
import { hooked } from "@/tests/support/hooked_store.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { gotBy, numbers, upTo, withPost } from "@/tests/support/postal_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

Deno.test("H2 a request fails at once though a redefinition has parted the two", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.ask(echo, "AskCounter", {});
    const alone = TEST_CHILDREN.map((one) => ({ ...one, actor: { ...one.actor, uses: [] } }));
    const intensity = { max: 5, withinMs: 60_000 };
    supervisor.redefine(group("root", { intensity, children: alone }));
    await supervisor.terminate("counter", "kill");
    await assert.rejects(supervisor.ask(echo, "AskCounter", {}), { kind: "peer-down" });
  }));

Deno.test("H1 order is kept per pair and class, whoever else sends", () =>
  withPost(async ({ supervisor }) => {
    const COUNT = 300;
    const POSTS = 30;
    const post = async (from: typeof sender | typeof rival) => {
      for (const n of upTo(POSTS)) {
        await supervisor.ask(from, "Post", { key: `${from.name}-${n}`, n });
      }
    };
    await Promise.all([sender, rival].flatMap((from) => [
      supervisor.ask(from, "Burst", { type: "Patient", from: 1, to: COUNT }),
      post(from),
    ]));
    const got = await waitFor("all of it", async () => {
      const got = await gotBy(supervisor);
      return got.length === 2 * (COUNT + POSTS) && got;
    });
    for (const from of ["sender", "rival"]) {
      assert.deepEqual(numbers(got, from, "Patient"), upTo(COUNT));
      assert.deepEqual(numbers(got, from, "Keep"), upTo(POSTS));
    }
  }));

Deno.test("H1 a post that the database refuses at first is not overtaken by those behind it", () => {
  let tries = 0;
  const refusing = hooked(new MemoryStore(), {
    before({ verb }) {
      if (verb === "enqueue" && ++tries % 4 === 1) throw new Error("Connection closed");
    },
  });
  return withPost(async ({ supervisor }) => {
    await Promise.all(upTo(12).map((n) => supervisor.ask(sender, "Post", { key: `k${n}`, n })));
    const got = await waitFor("all of it", async () => {
      const got = await gotBy(supervisor);
      return got.length === 12 && got;
    });
    assert.deepEqual(numbers(got, "sender", "Keep"), upTo(12));
  }, { wrap: () => refusing });
});

/** A house whose turns, all but the first, wait for `release`. */
function withGate(test: (house: House, release: () => void) => Promise<void>): Promise<void> {
  const gate = Promise.withResolvers<void>();
  return withPost((house) => test(house, gate.resolve), {
    wrap: (store) =>
      hooked(store, {
        async before({ verb, args }) {
          const isLater = verb === "commit" && (args[0] as TurnRecord).expectVersion > 0;
          if (isLater) await gate.promise;
        },
      }),
  });
}

Deno.test("H1 one message is handled at a time, also while a commit is under way", () =>
  withGate(async ({ supervisor, store }, release) => {
    for (const n of upTo(5)) await supervisor.post(receiver, "Keep", { key: `k${n}`, body: { n } });
    await supervisor.ask(sender, "Burst", { type: "Drop", from: 1, to: 5 });
    const { beat } = supervisor.find("receiver") ?? assert.fail("no receiver");
    await waitFor("the mailbox to fill", () => beat.read("depth") > 0);
    assert.equal(store.actors.get("receiver")?.version, 1, "only the start is committed");
    release();
    const got = await waitFor("all of it", async () => {
      const got = await gotBy(supervisor);
      return got.length === 10 && got;
    });
    assert.deepEqual(numbers(got, "main", "Keep"), upTo(5));
    assert.deepEqual(numbers(got, "sender", "Drop"), upTo(5));
    assert.equal(supervisor.find("receiver")?.restarts, 0);
  }));

const queue = protocol("queue", {
  Take: request({ body: z.object({ n: z.int() }), reply: z.object({}) }),
});

for (const concurrency of [1, 3]) {
  Deno.test(`H1 a service begins in order, ${concurrency} at once where it may`, async () => {
    const spec = serviceActor({
      protocol: queue,
      config: z.object({}),
      worker: "inline",
      limits: { concurrency },
    });
    const begun: number[] = [];
    const gates = upTo(9).map(() => Promise.withResolvers<void>());
    const actor = service(spec, {
      start: () => null,
      handlers: {
        async Take(_resources, { n }) {
          begun.push(n);
          await gates[n - 1]?.promise;
          return {};
        },
      },
    });
    await inlineHouse([actor], [child(spec, { config: () => ({}) })], async ({ supervisor }) => {
      const asked = upTo(9).map((n) => supervisor.ask(queue, "Take", { n }));
      for (const n of upTo(9)) {
        const wanted = Math.min(9, n - 1 + concurrency);
        await waitFor(`${wanted} to be begun`, () => begun.length === wanted);
        gates[n - 1]?.resolve();
        await asked[n - 1];
      }
      await Promise.all(asked);
      assert.deepEqual(begun, upTo(9));
    });
  });
}

/** A request that must fail at once: long before its deadline of five seconds. */
async function failsAtOnce(ask: Promise<unknown>, kind: string): Promise<void> {
  const startedAt = performance.now();
  await assert.rejects(ask, { kind });
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < 1_000, `It took ${tookMs} ms`);
}

Deno.test("H2 a request to an actor that is in no house fails at once", () =>
  withPost(async ({ supervisor }) => {
    await failsAtOnce(supervisor.ask(sender, "AskNobody", {}), "peer-down");
  }));

Deno.test("H2 a request to a dead actor fails at once", () =>
  withPost(async ({ supervisor }) => {
    await supervisor.terminate("receiver");
    await failsAtOnce(supervisor.ask(sender, "Ask", { n: 1 }), "peer-down");
    await failsAtOnce(supervisor.ask(receiver, "Got", {}), "peer-down");
  }));

Deno.test("H2 a request to a dying actor fails at once", () =>
  withGate(async ({ supervisor }, release) => {
    await supervisor.post(receiver, "Keep", { key: "k", body: { n: 1 } });
    const { beat } = supervisor.find("receiver") ?? assert.fail("no receiver");
    await waitFor("its handling", () => beat.read("currentId") > 0);
    const stopped = supervisor.terminate("receiver");
    // What comes after the stop on the same channel shows that the stop has come.
    await supervisor.find("receiver")?.probe([], 5_000);
    await failsAtOnce(supervisor.ask(sender, "Ask", { n: 1 }), "peer-down");
    assert.equal(supervisor.find("receiver")?.status, "draining");
    release();
    await stopped;
  }));

Deno.test("H2 a request whose peer dies later fails when the death is known", () =>
  withPost(async ({ supervisor }) => {
    supervisor.find("receiver")?.suspend();
    const asked = supervisor.ask(sender, "Ask", { n: 1 });
    await waitFor("the request", () => supervisor.find("receiver")?.beat.read("depth") === 1);
    supervisor.find("receiver")?.chaos("exit");
    await failsAtOnce(asked, "peer-down");
  }));

Deno.test("H2 a request whose peer ends for good fails when the end is known", () =>
  withPost(async ({ supervisor }) => {
    supervisor.find("receiver")?.suspend();
    const asked = supervisor.ask(sender, "Ask", { n: 1 });
    await waitFor("the request", () => supervisor.find("receiver")?.beat.read("depth") === 1);
    const failed = failsAtOnce(asked, "peer-down");
    await supervisor.terminate("receiver", "kill");
    await failed;
  }));

Deno.test("H2 a request that nobody answers fails at its deadline, and is not handled later", () =>
  withPost(async ({ supervisor }) => {
    supervisor.find("receiver")?.suspend();
    const startedAt = performance.now();
    await assert.rejects(supervisor.ask(sender, "AskInHaste", { n: 1 }), { kind: "deadline" });
    assert.ok(performance.now() - startedAt >= 299);
    // The receiver counts from the arrival, a moment later than the asker.
    await waitFor("its time to pass", () => performance.now() - startedAt > 500);
    supervisor.find("receiver")?.resume();
    assert.deepEqual(await gotBy(supervisor), []);
    await waitFor("the letter", () => supervisor.snapshot().deadLetters.counts.expired === 1);
  }));

Deno.test("H3 a failing responder makes the request fail with its error", () =>
  inHouse(async ({ supervisor }) => {
    const refused = supervisor.ask(echo, "Fail", { kind: "rejected" });
    await assert.rejects(refused, { kind: "rejected", code: "no", message: "Not this one" });
    assert.equal(supervisor.find("echo")?.restarts, 0, "a refusal is an answer");
    const broken = supervisor.ask(echo, "Fail", { kind: "bug" });
    await assert.rejects(broken, { kind: "fatal", code: "TypeError", message: "A bug" });
    await waitFor("the restart", () => supervisor.find("echo")?.restarts === 1);
    assert.equal(await supervisor.ask(counter, "Count", {}).then(({ count }) => count), 0);
  }));

for (
  const [how, type] of [["tell", "Drop"], ["ask", "Ask"], ["unheard", "Unheard"]] as const
) {
  Deno.test(`H4 a message that does not match is refused and seen (${how})`, () =>
    withPost(async ({ supervisor }) => {
      const mistake = supervisor.ask(sender, "Mistake", { how });
      if (how === "ask") await assert.rejects(mistake, { kind: "rejected" });
      else await mistake;
      const letter = await waitFor("the letter", () => supervisor.snapshot().deadLetters.last[0]);
      const { reason, from, to, count } = letter;
      assert.deepEqual([reason, from, to, letter.type, count], [
        "refused",
        "sender",
        "receiver",
        type,
        1,
      ]);
      assert.equal(supervisor.find("receiver")?.restarts, 0);
      assert.deepEqual(await gotBy(supervisor), []);
    }));
}

Deno.test("H4 H5 messages that are refused give their credit back: the next one arrives", () =>
  withPost(async ({ supervisor }) => {
    // The receiver grants as many frames as its mailbox holds, 8.
    for (const _ of upTo(9)) await supervisor.ask(sender, "Mistake", { how: "tell" });
    await waitFor("the letters", () => supervisor.snapshot().deadLetters.counts.refused === 9);
    assert.equal((await supervisor.ask(sender, "Ask", { n: 1 })).n, 1);
  }));

Deno.test("H4 a durable message that does not match is kept for a person, and the next goes on", () =>
  withPost(async ({ supervisor }) => {
    await supervisor.ask(sender, "Mistake", { how: "post" });
    await supervisor.post(receiver, "Keep", { key: "good", body: { n: 1 } });
    const got = await waitFor("the next", async () => (await gotBy(supervisor))[0]);
    assert.equal(got.n, 1);
    const [parked, ...more] = await supervisor.parked(10);
    assert.deepEqual([parked?.type, parked?.status, more.length], ["Keep", "dead", 0]);
    assert.equal(parked?.error?.code, "invalid-message");
    const [letter] = supervisor.snapshot().deadLetters.last;
    assert.deepEqual([letter?.reason, letter?.from, letter?.to], ["refused", "sender", "receiver"]);
    assert.equal(supervisor.find("receiver")?.restarts, 0);
  }));

const small = z.object({ n: z.int() });
/** One actor, as it sees itself and as somebody with narrower schemas sees it. */
const lax = protocol("peer", {
  Ask: request({ body: z.unknown(), reply: z.unknown() }),
  Hear: event({ body: z.unknown() }),
});
const strict = protocol("peer", {
  Ask: request({ body: small, reply: small }),
  Hear: event({ body: small }),
});
const trier = protocol("trier", {
  Try: request({ body: z.object({}), reply: z.object({ codes: z.array(z.string()) }) }),
});

Deno.test("H4 what the sender's own schema refuses neither leaves it nor comes back to it", async () => {
  const config = z.object({});
  const peerSpec = serviceActor({ protocol: lax, config, worker: "inline" });
  const trierSpec = serviceActor({ protocol: trier, uses: [strict], config, worker: "inline" });
  const seen: unknown[] = [];
  const peerActor = service(peerSpec, {
    start: () => null,
    handlers: {
      Ask(_resources, body) {
        seen.push(body);
        return { n: "seven" };
      },
      Hear: (_resources, body) => void seen.push(body),
    },
  });
  const trierActor = service(trierSpec, {
    start: () => null,
    handlers: {
      async Try(_resources, _body, call) {
        const wrong = { n: "one" } as never;
        const tries = [
          () => call.ask(strict, "Ask", wrong),
          async () => await call.tell(strict, "Hear", wrong),
          () => call.ask(strict, "Ask", { n: 1 }),
        ];
        const codes = tries.map((run) => run().then(() => "fine", ({ code }) => code as string));
        return { codes: await Promise.all(codes) };
      },
    },
  });
  const given = { config: () => ({}) };
  const children = [child(peerSpec, given), child(trierSpec, given)];
  await inlineHouse([peerActor, trierActor], children, async ({ supervisor }) => {
    const { codes } = await supervisor.ask(trier, "Try", {});
    assert.deepEqual(codes, ["invalid-message", "invalid-message", "invalid-message"]);
    assert.deepEqual(seen, [{ n: 1 }]);
  });
});
