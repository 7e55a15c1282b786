/** Supervision, H7 and H8: what outlives a crash, what a message hands on. */

import assert from "node:assert/strict";
import { z } from "zod";
import { child } from "@/core/kernel/house.ts";
import {
  ActorError,
  durable,
  effect,
  event,
  protocol,
  request,
  service,
  serviceActor,
  sleep,
  turnActor,
  turns,
} from "@/core/kernel/mod.ts";
import { workerHost } from "@/core/hosts/worker.ts";
import { receiver, sender } from "@/tests/support/actors/postal.ts";
import { hooked } from "@/tests/support/hooked_store.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { gotBy, numbers, upTo, withPost } from "@/tests/support/postal_house.ts";
import { testProcessHost } from "@/tests/support/process_host.ts";
import { waitFor } from "@/tests/support/wait.ts";

const HOSTS = { worker: workerHost, process: testProcessHost };

for (const [kind, host] of Object.entries(HOSTS)) {
  Deno.test(`H7 behind the crash of a ${kind}, durable messages go on and ephemeral ones are counted`, () =>
    withPost(async ({ supervisor, store }) => {
      supervisor.find("receiver")?.suspend();
      for (const n of upTo(10)) {
        const crashUpTo = n === 4 ? 2 : 0;
        await supervisor.post(receiver, "Keep", { key: `k${n}`, body: { n, crashUpTo } });
      }
      const depth = () => supervisor.find("receiver")?.beat.read("depth");
      await waitFor("them to wait", () => depth() === 10);
      await supervisor.ask(sender, "Burst", { type: "Drop", from: 1, to: 5 });
      await waitFor("all to wait", () => depth() === 15);
      supervisor.find("receiver")?.resume();
      const rows = () => [...store.outbox.values()];
      await waitFor("the rest", () => rows().every(({ status }) => status === "done"));
      assert.deepEqual(numbers(await gotBy(supervisor), "main", "Keep"), upTo(10));
      assert.equal(supervisor.find("receiver")?.restarts, 2);
      const { counts, last } = supervisor.snapshot().deadLetters;
      assert.deepEqual(counts, { died: 5 });
      assert.deepEqual(last.map(({ to, count }) => [to, count]), [["receiver", 5]]);
    }, { host: host() }));

  Deno.test(`H7 a message that kills its ${kind} three times waits for a person, who replays it`, () =>
    withPost(async ({ supervisor, store }) => {
      const poison = { n: 1, crashUpTo: 3 };
      await supervisor.post(receiver, "Keep", { key: "poison", body: poison });
      await supervisor.post(receiver, "Keep", { key: "next", body: { n: 2 } });
      await waitFor("the next", () => store.outbox.get(2)?.status === "done");
      const [parked] = await supervisor.parked(10);
      assert.deepEqual([parked?.key, parked?.status, parked?.crashes], ["poison", "dead", 3]);
      assert.match(parked?.error?.message ?? "", /Crashed over Keep 1/);
      const { counts, last } = supervisor.snapshot().deadLetters;
      assert.deepEqual([counts.poison, last.at(-1)?.type], [1, "Keep"]);
      assert.equal(await supervisor.replay(parked?.id ?? 0), true);
      await waitFor("its turn", () => store.outbox.get(1)?.status === "done");
      assert.deepEqual(numbers(await gotBy(supervisor), "main", "Keep"), [2, 1]);
      assert.deepEqual(await supervisor.parked(10), []);
    }, { host: host() }));
}

Deno.test("H7 deaths count while the database does not take them, and nothing comes again before", () => {
  let refusals = 0;
  return withPost(async ({ supervisor, store }) => {
    await supervisor.post(receiver, "Keep", { key: "poison", body: { n: 1, crashUpTo: 9 } });
    await waitFor("its burial", () => store.outbox.get(1)?.status === "dead");
    assert.equal(refusals, 4);
    assert.equal(store.outbox.get(1)?.crashes, 3);
    await waitFor("readiness", () => supervisor.find("receiver")?.isReady);
    assert.equal(supervisor.find("receiver")?.restarts, 3);
  }, {
    wrap: (store) =>
      hooked(store, {
        before({ verb }) {
          const counts = verb === "countCrash" || verb === "bury";
          if (counts && refusals < 4) throw new Error(`Connection closed ${++refusals} times`);
        },
      }),
  });
});

Deno.test("H7 a service that crashes begins nothing more, however much it may do at once", () => {
  const body = z.object({});
  const pair = protocol("pair", {
    Crash: request({ body, reply: body }),
    Do: request({ body, reply: body }),
  });
  const spec = serviceActor({
    protocol: pair,
    config: z.object({}),
    worker: "inline",
    limits: { concurrency: 2 },
  });
  let done = 0;
  const actor = service(spec, {
    start: () => null,
    handlers: {
      Crash() {
        throw new ActorError("fatal", "broken", "It cannot go on");
      },
      Do() {
        done += 1;
        return {};
      },
    },
  });
  return inlineHouse([actor], [child(spec, { config: () => ({}) })], async ({ supervisor }) => {
    supervisor.find("pair")?.suspend();
    const asked = Promise.allSettled([
      supervisor.ask(pair, "Crash", {}),
      supervisor.ask(pair, "Do", {}),
    ]);
    await waitFor("both", () => supervisor.snapshot().actors[0]?.mailbox.depth === 2);
    supervisor.find("pair")?.resume();
    assert.deepEqual((await asked).map(({ status }) => status), ["rejected", "rejected"]);
    assert.equal(done, 0);
  });
});

Deno.test("H8 trace and deadline of a message are inherited by what a service sends over it", () =>
  withPost(async ({ supervisor }) => {
    const { trace } = await supervisor.ask(sender, "All", { n: 7 });
    const got = await waitFor("all of it", async () => {
      const got = await gotBy(supervisor);
      return got.length === 6 && got;
    });
    assert.deepEqual(got.map(({ type }) => type), [
      "Drop",
      "Refuse",
      "Latest",
      "Patient",
      "Ask",
      "Keep",
    ]);
    assert.deepEqual(new Set(got.map((one) => one.trace)), new Set([trace]));
    // A request that may take 20 s, asked within one that may take 0.3 s.
    supervisor.find("receiver")?.suspend();
    const startedAt = performance.now();
    await assert.rejects(supervisor.ask(sender, "AskInHaste", { n: 8 }), { kind: "deadline" });
    assert.ok(performance.now() - startedAt < 5_000);
    await waitFor("its time to pass", () => performance.now() - startedAt > 500);
    supervisor.find("receiver")?.resume();
    await waitFor("its expiry", () => supervisor.snapshot().deadLetters.counts.expired === 1);
  }));

const none = z.object({});
const traced = z.object({ traces: z.array(z.string()) });
const chain = protocol("chain", {
  Start: durable({ body: none }),
  Next: durable({ body: none }),
  Traces: request({ body: none, reply: traced }),
});
const helper = protocol("helper", {
  Ask: request({ body: none, reply: z.object({ trace: z.string() }) }),
  Told: event({ body: none }),
  Do: effect({ body: none, reply: none, safety: "idempotent" }),
  Traces: request({ body: none, reply: traced }),
});
const config = none;
const chainSpec = turnActor({ protocol: chain, uses: [helper], config, worker: "inline" });
const helperSpec = serviceActor({ protocol: helper, config, worker: "inline" });

const chainActor = turns(chainSpec, {
  state: { version: 1, schema: traced, initial: (): z.output<typeof traced> => ({ traces: [] }) },
  handlers: {
    Start: (state, _body, context) =>
      context.commit({ traces: [...state.traces, context.trace] })
        .send(chain, "Next", {})
        .tell(helper, "Told", {})
        .effect(helper, "Do", {})
        .ask(helper, "Ask", {
          body: {},
          then: (state, answer, later) =>
            later.commit({
              traces: [...state.traces, answer.ok ? answer.value.trace : "", later.trace],
            }),
        })
        .after("later", 1, (state, _value, later) =>
          later.commit({ traces: [...state.traces, later.trace] })),
    Next: (state, _body, context) => context.commit({ traces: [...state.traces, context.trace] }),
    Traces: (state, _body, context) => context.stay().reply(state),
  },
});
const helperActor = service(helperSpec, {
  start: (): { traces: string[] } => ({ traces: [] }),
  handlers: {
    Ask: (_state, _body, call) => ({ trace: call.trace }),
    Told(state, _body, call) {
      state.traces.push(call.trace);
    },
    Do(state, _body, call) {
      state.traces.push(call.trace);
      return {};
    },
    Traces: (state) => state,
  },
});

Deno.test("H8 a turn hands its trace to all it sends, and to the turns that follow from it", () =>
  inlineHouse([chainActor, helperActor], [
    child(helperSpec, { config: () => ({}) }),
    child(chainSpec, { config: () => ({}) }),
  ], async ({ supervisor }) => {
    await supervisor.post(chain, "Start", { key: "the-trace", body: {} });
    const traces = await waitFor("five turns", async () => {
      const { traces } = await supervisor.ask(chain, "Traces", {});
      return traces.length === 5 && traces;
    });
    const helped = await waitFor("two deeds", async () => {
      const { traces } = await supervisor.ask(helper, "Traces", {});
      return traces.length === 2 && traces;
    });
    assert.deepEqual(new Set([...traces, ...helped]), new Set(["the-trace"]));
  }));

const quick = protocol("quick", {
  /** Answered at once; what follows from it takes longer than its deadline. */
  Begin: request({ body: none, reply: none, deadlineMs: 100 }),
  Ended: request({ body: none, reply: z.object({ answer: z.string() }) }),
});
const slow = protocol("slow", { Take: request({ body: none, reply: none, deadlineMs: 5_000 }) });
const quickSpec = turnActor({ protocol: quick, uses: [slow], config, worker: "inline" });
const slowSpec = serviceActor({ protocol: slow, config, worker: "inline" });

Deno.test("H8 what a turn asks after its answer has a deadline of its own", () => {
  const answered = z.object({ answer: z.string() });
  const quickActor = turns(quickSpec, {
    state: { version: 1, schema: answered, initial: () => ({ answer: "" }) },
    handlers: {
      Begin: (_state, _body, context) =>
        context.stay().reply({}).ask(slow, "Take", {
          body: {},
          then: (_state, answer, later) =>
            later.commit({ answer: answer.ok ? "taken" : answer.error.kind }),
        }),
      Ended: (state, _body, context) => context.stay().reply(state),
    },
  });
  const slowActor = service(slowSpec, {
    start: () => null,
    handlers: {
      async Take(_resources, _body, call) {
        await sleep(call.clock, 300);
        return {};
      },
    },
  });
  return inlineHouse([quickActor, slowActor], [
    child(slowSpec, { config: () => ({}) }),
    child(quickSpec, { config: () => ({}) }),
  ], async ({ supervisor }) => {
    await supervisor.ask(quick, "Begin", {});
    const answer = async () => (await supervisor.ask(quick, "Ended", {})).answer;
    await waitFor("the answer", async () => await answer() === "taken");
  });
});
