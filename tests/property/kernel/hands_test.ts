/**
 * Whole supervisors in virtual time, three groups deep, while members die and hands stop, start and
 * recycle them in the middle of everything. Whatever happened, in the end runs who is wanted and
 * nobody else, and at no moment does an actor run twice or is told of as what it is not.
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Restart, Strategy } from "@/core/kernel/house.ts";
import {
  type Command,
  DEATHS,
  FINE,
  HANDS,
  type Script,
  ScriptedHouse,
  type ScriptedOptions,
  type Verb,
} from "@/tests/support/scripted_house.ts";

async function play(
  options: ScriptedOptions,
  commands: readonly Command[],
  bootMs = 100,
): Promise<ScriptedHouse> {
  const house = new ScriptedHouse(options);
  const check = () => assert.deepEqual(house.wrong, [], house.trail.join(" | "));
  house.begin();
  await house.take({ passMs: bootMs });
  for (const command of commands) {
    await house.take(command);
    check();
  }
  await house.end();
  check();
  return house;
}

const ALL: ScriptedOptions = { strategies: ["all", "all", "all"] };
const slow = (startMs: number): Script => ({ startMs, starts: "ready", stopMs: 30 });
const at = (who: string, ...verbs: Verb[]) => verbs.map((verb) => ({ do: verb, who }));
const pass = (passMs: number) => ({ passMs });

const HISTORIES: Readonly<Record<string, Parameters<typeof play>>> = {
  "D4 one that a hand stops while all start again holds up nobody": [
    ALL,
    [{ script: [slow(200)] }, ...at("f", "crash"), pass(30), ...at("a", "terminate")],
  ],
  "D2 one that a hand stops and starts while all stop is up with them": [
    ALL,
    [
      ...at("f", "crash"),
      ...at("a", "crash"),
      pass(0),
      ...at("a", "stop"),
      { ticks: 10 },
      ...at("a", "restart"),
    ],
  ],
  "D2 one that a hand starts again while others still stop is left to run": [
    ALL,
    [
      { script: [slow(1)] },
      ...at("e", "crash"),
      pass(100),
      ...at("a", "crash"),
      pass(5),
      ...at("f", "terminate"),
      { ticks: 10 },
      ...at("f", "restart"),
      pass(5),
    ],
  ],
  "D5 one that a hand stops while others still stop is not restarting": [
    ALL,
    [
      { script: [slow(1)] },
      ...at("e", "crash"),
      pass(100),
      ...at("f", "crash"),
      pass(5),
      ...at("a", "terminate"),
    ],
  ],
  "D2 a start by hand that a restart of all overtakes is made up for": [
    ALL,
    [
      ...at("a", "terminate"),
      pass(5),
      { script: [slow(200)] },
      ...at("a", "restart"),
      pass(5),
      ...at("f", "crash"),
    ],
  ],
  "B17 one that is added while all start again ends with its group": [
    ALL,
    [...at("mid", "add"), ...at("e", "crash")],
  ],
  "C3 a temporary one is not restarted with others, and holds up nobody": [
    { ...ALL, restarts: ["temporary"] },
    [{ script: [{ startMs: 0, starts: "vanish", stopMs: 0 }] }, ...at("f", "crash"), pass(300)],
  ],
  "C4 a start that a hand stops is over before the next may begin": [
    {},
    [
      ...at("a", "terminate"),
      pass(5),
      { script: [slow(Infinity)] },
      ...at("a", "restart"),
      pass(5),
      ...at("a", "terminate"),
      { ticks: 20 },
      ...at("a", "restart"),
      pass(100),
    ],
  ],
  "B7 one that a hand stops is not started by a soft limit": [{}, at("e", "stop", "recycle")],
  "B7 one that a hand stops while it starts anew by a soft limit stays down": [
    {},
    [
      { script: [slow(1)] },
      ...at("e", "crash"),
      pass(100),
      ...at("e", "recycle"),
      pass(5),
      ...at("e", "terminate"),
    ],
  ],
  "B17 one that a hand stops before its group starts ends with that": [
    { restarts: ["permanent", "permanent", "permanent", "permanent", "temporary"] },
    [...at("a", "terminate"), ...at("e", "terminate")],
    0,
  ],
};

for (const [name, history] of Object.entries(HISTORIES)) {
  Deno.test(`${name} (virtual time)`, async () => void await play(...history));
}

Deno.test("F1 a supervisor that gives up while it is restarted is one more failure of its parent", async () => {
  const failures = [15, 25, 45].flatMap((ms) => [...at("c", "crash"), pass(ms)]);
  const { trail } = await play({}, [
    ...failures,
    { script: [FINE, slow(900)] },
    ...at("c", "crash"),
    pass(15),
    ...failures,
    ...at("c", "crash"),
    pass(200),
  ]);
  const restarts = trail.filter((line) => line.startsWith("d again"));
  assert.deepEqual(restarts, ["d again in 10", "d again in 20"]);
});

Deno.test("K1 one that was ready as it was asked to stop is draining (virtual time)", async () => {
  for (let ticks = 0; ticks < 40; ticks++) {
    await play(ALL, [
      ...at("a", "terminate"),
      pass(5),
      { script: [{ startMs: 0, starts: "ready", stopMs: 200 }] },
      ...at("a", "restart"),
      { ticks },
      ...at("a", "terminate"),
      pass(5),
    ]);
  }
});

Deno.test("G1 a stop in the middle of the start tells of an end when it has come", async () => {
  const house = new ScriptedHouse({});
  await house.take({ script: [FINE, slow(Infinity)] });
  house.begin();
  await house.take(pass(5));
  await house.take({ do: "stop", who: "root" });
  await house.end();
  assert.deepEqual(house.wrong, []);
  assert.equal(house.trail.filter((line) => line.endsWith(" left")).length, 2);
});

Deno.test("E4 one that dies while all are stopped was ready only once", async () => {
  const house = new ScriptedHouse(ALL);
  await house.take({ script: [FINE, FINE, FINE, FINE, slow(1)] });
  house.begin();
  for (
    const command of [pass(1_000), ...at("f", "crash"), pass(5), ...at("a", "crash"), pass(50)]
  ) {
    await house.take(command);
  }
  const readyMs = house.supervisor.find("a")?.history.readyMs ?? 0;
  assert.ok(readyMs > 900 && readyMs < 1_100, `${readyMs} ms`);
  await house.end();
});

const actors = fc.constantFrom("a", "b", "c", "d", "e", "f", "x");
const members = fc.constantFrom("a", "b", "c", "d", "e", "f", "mid", "leaf", "x");
const scripts: fc.Arbitrary<Script> = fc.record({
  startMs: fc.constantFrom(0, 1, 30, 200, Infinity),
  starts: fc.constantFrom("ready", "ready", "ready", "crash", "finish", "vanish"),
  stopMs: fc.constantFrom(0, 1, 30, 200, Infinity),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constantFrom(...DEATHS, "crash" as const), who: actors }),
  fc.record({ do: fc.constantFrom(...HANDS), who: members }),
  fc.record({ do: fc.constantFrom("terminate" as const, "restart" as const), who: members }),
  fc.record({ do: fc.constant("add" as const), who: fc.constantFrom("root", "mid", "leaf") }),
  fc.record({ script: fc.array(scripts, { minLength: 1, maxLength: 4 }) }),
  fc.record({ passMs: fc.constantFrom(0, 1, 5, 11, 30, 100, 300) }),
  fc.record({ ticks: fc.nat(20) }),
);
const strategy = fc.constantFrom<Strategy>("one", "all", "rest");
const restart = fc.constantFrom<Restart>("permanent", "permanent", "transient", "temporary");
const options = fc.record({
  strategies: fc.array(strategy, { minLength: 3, maxLength: 3 }),
  restarts: fc.array(restart, { minLength: 6, maxLength: 6 }),
});

Deno.test("hands in the middle of anything leave everybody as they are wanted", async () => {
  const commands = fc.array(command, { maxLength: 30, size: "max" });
  await fc.assert(
    fc.asyncProperty(options, commands, fc.constantFrom(0, 1, 100), async (...of) => {
      await play(...of);
    }),
    { numRuns: 150 },
  );
});
