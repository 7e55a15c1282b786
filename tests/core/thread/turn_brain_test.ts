import assert from "node:assert/strict";
import { z } from "zod";
import { child } from "@/core/kernel/house.ts";
import { protocol, request, turnActor, turns } from "@/core/kernel/mod.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";
import { waitFor } from "@/tests/support/wait.ts";

const keeper = protocol("keeper", {
  Put: request({ body: z.object({ word: z.string() }), reply: z.object({}) }),
  Show: request({ body: z.object({}), reply: z.object({ state: z.unknown() }) }),
});
const keeperSpec = turnActor({ protocol: keeper, config: z.object({}), worker: "inline" });
const lastTwo = z.object({ words: z.array(z.string()).transform((words) => words.slice(-2)) });

Deno.test("I1 the state that goes on is the one that was stored, whatever the turn said", async () => {
  const actor = turns(keeperSpec, {
    state: { schema: lastTwo, version: 1, upgrade: {}, initial: () => ({ words: [] }) },
    handlers: {
      // Its `word` is no part of the state.
      Put: (state, body, { commit }) =>
        commit({ ...body, words: [...state.words, body.word] }).reply({}),
      Show: (state, _body, { stay }) => stay().reply({ state }),
    },
  });
  await inlineHouse([actor], [child(keeperSpec, { config: () => ({}) })], async (house) => {
    const { supervisor } = house;
    for (const word of ["a", "b", "c"]) await supervisor.ask(keeper, "Put", { word });
    assert.deepEqual(await supervisor.ask(keeper, "Show", {}), { state: { words: ["b", "c"] } });
    supervisor.recycle("keeper");
    await waitFor("its next life", () => {
      const { isReady, incarnation } = supervisor.find("keeper") ?? assert.fail();
      return isReady && incarnation === 2;
    });
    assert.deepEqual(await supervisor.ask(keeper, "Show", {}), { state: { words: ["b", "c"] } });
  });
});

Deno.test("I1 state that changes again and again is written in time all the same", async () => {
  const clock = new ManualClock();
  const schema = z.object({ words: z.array(z.string()) });
  const actor = turns(keeperSpec, {
    state: { schema, version: 1, upgrade: {}, initial: () => ({ words: [] }) },
    handlers: {
      Put: ({ words }, { word }, { keep }) => keep({ words: [...words, word] }).reply({}),
      Show: (state, _body, { stay }) => stay().reply({ state }),
    },
  });
  const place = child(keeperSpec, { config: () => ({}) });
  await inlineHouse([actor], [place], async ({ supervisor }) => {
    const writtenAtMs = () => supervisor.find("keeper")?.beat.read("checkpointAtMs");
    for (const word of ["a", "b"]) {
      await supervisor.ask(keeper, "Put", { word });
      assert.equal(writtenAtMs(), 0);
      await clock.advance(600);
    }
    assert.equal(writtenAtMs(), clock.now() - 200);
  }, { clock });
});
