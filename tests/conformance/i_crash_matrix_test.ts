/**
 * Supervision, I1 and I7: the crash matrix. One decision with one effect; the actor at work, or the
 * whole house, dies at one point of its way. Whoever dies where, the oracle says what must be true
 * in the end. On real workers, in both stores; the house that starts after a death is a new one.
 * Deaths that strike at no point of that way are named with their tests.
 */

import assert from "node:assert/strict";
import { FencedError, type TurnRecord } from "@/core/kernel/store.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import {
  DEEDS_CHILDREN,
  type Ended,
  head,
  type Kind,
  KINDS,
  World,
} from "@/tests/support/actors/deeds.ts";
import { type Backend, BACKENDS, withBackend } from "@/tests/support/backends.ts";
import { house } from "@/tests/support/house.ts";
import { hooked, type StoreCall } from "@/tests/support/hooked_store.ts";
import { waitFor } from "@/tests/support/wait.ts";

const KEY = "the deed";

/** Where death strikes. `victim`: who is at work there. */
const POINTS = {
  "before the handler": "head",
  "in the handler, before its commit": "head",
  "after the commit, before it is acknowledged": "head",
  "after it is acknowledged, before its effect is released": "head",
  "after the claim, before the call": "hands",
  "after the call, before its answer": "hands",
  "after the answer, before it is recorded": "hands",
} as const;
type Point = keyof typeof POINTS;

/** Deaths that no point of one decision's way shows: their tests, by name, where they are. */
const ELSEWHERE = {
  "the supervisor dies with its lease held": {
    "tests/fault/kill_test.ts": [
      "I5 a house that is killed loses and doubles nothing, and the next leads at once",
    ],
    "tests/conformance/i_state_test.ts": [
      "I5 a second supervisor does not start while the first lives, and then owns every write",
    ],
  },
  "a hung actor wakes after it was replaced": {
    "tests/conformance/j_zombie_test.ts": [
      "J3 a turn that ends after its actor was replaced changes nothing",
      "J3 a message whose handler hung is handled once, by the next",
      "J3 a service that wakes reaches neither peers nor the store nor the world",
      "J3 a blind effect whose service hung is parked, and its late end is not heard",
    ],
  },
  "the database dies, freezes or is out of reach": {
    "tests/fault/database_test.ts": [
      "I1 the database is killed three times under load: nothing lost, nothing doubled",
      "I1 the database is frozen under load: nothing lost, nothing doubled",
      "I1 the database is out of reach (${mode}) under load: nothing lost, nothing doubled",
    ],
  },
} as const;
const DEATHS = ["actor", "house"] as const;
type Death = typeof DEATHS[number];

/** What is true in the end. */
interface Outcome {
  readonly decided: number;
  readonly ends: readonly string[];
  readonly calls: number;
  readonly deeds: number;
  readonly lookups: number;
  readonly status: string;
}

/** The oracle: an effect is in doubt only between its claim and its record. */
function oracle(point: Point, death: Death, kind: Kind): Outcome {
  const done = { decided: 1, ends: ["done"], calls: 1, deeds: 1, lookups: 0, status: "done" };
  if (POINTS[point] === "head") return done;
  const wasCalled = point !== "after the claim, before the call";
  // The answer had reached main, and only main records: its actor's death no longer matters.
  if (point === "after the answer, before it is recorded" && death === "actor") return done;
  switch (kind) {
    case "Again":
      return { ...done, calls: wasCalled ? 2 : 1 };
    case "Ask":
      return { ...done, lookups: 1 };
    case "Once": {
      const times = wasCalled ? 1 : 0;
      return { ...done, ends: ["unknown"], calls: times, deeds: times, status: "unknown" };
    }
  }
}

/** Strikes once, at its point. */
class Reaper {
  hasStruck = false;
  /** What the house that is to die writes after its death is refused, as by the next one's epoch. */
  isHouseDead = false;
  #supervisor: Supervisor | null = null;
  readonly #point: Point;
  readonly #death: Death;

  constructor(point: Point, death: Death) {
    this.#point = point;
    this.#death = death;
  }

  watch(supervisor: Supervisor): void {
    this.#supervisor = supervisor;
  }

  at(point: Point): void {
    if (this.hasStruck || point !== this.#point) return;
    this.hasStruck = true;
    if (this.#death === "house") this.isHouseDead = true;
    const error = { kind: "fatal" as const, code: "reaper", message: `Struck ${point}` };
    this.#supervisor?.find(POINTS[point])?.kill("killed", error);
  }

  before = ({ verb, args }: StoreCall) => {
    if (isDecision(verb, args)) this.at("in the handler, before its commit");
    if (verb === "claim") this.at("after it is acknowledged, before its effect is released");
    if (verb === "settle") this.at("after the answer, before it is recorded");
    if (this.isHouseDead) throw new FencedError("The next house owns the store");
  };
  after = ({ verb, args }: StoreCall) => {
    if (isDecision(verb, args)) this.at("after the commit, before it is acknowledged");
    if (verb === "claim") this.at("after the claim, before the call");
    if (this.isHouseDead) throw new FencedError("The next house owns the store");
  };
}

function isDecision(verb: string, args: readonly unknown[]): boolean {
  return verb === "commit" && (args[0] as TurnRecord).outbox.length > 0;
}

async function live(
  scene: { readonly point: Point; readonly death: Death; readonly kind: Kind },
  backend: Backend,
): Promise<Outcome> {
  const { point, death, kind } = scene;
  const world = new World();
  const reaper = new Reaper(point, death);
  world.after = () => reaper.at("after the call, before its answer");
  const options = { children: DEEDS_CHILDREN, serve: [world.served] };
  const doomed = house({ ...options, wrap: () => hooked(backend.store, reaper) });
  const next = house({ ...options, wrap: () => backend.store });
  reaper.watch(doomed.supervisor);
  await doomed.supervisor.start();
  try {
    await decide(doomed.supervisor, { point, kind, reaper });
    await waitFor("death", () => reaper.hasStruck);
    if (death === "house") await next.supervisor.start();
    const { supervisor } = death === "house" ? next : doomed;
    const ended = await endOf(supervisor);
    const { decided } = await supervisor.ask(head, "Ended", {});
    return {
      decided: decided.length,
      ends: ended.map(({ outcome }) => outcome),
      calls: world.calls.length,
      deeds: world.deeds.length,
      lookups: world.lookups.length,
      status: (await backend.outbox()).get(KEY) ?? "",
    };
  } finally {
    await Promise.all([doomed.supervisor.stop(3_000), next.supervisor.stop(3_000)]);
  }
}

async function decide(
  supervisor: Supervisor,
  { point, kind, reaper }: { readonly point: Point; readonly kind: Kind; readonly reaper: Reaper },
): Promise<void> {
  const message = { key: "decide", body: { id: KEY, kind, way: "well" as const } };
  if (point !== "before the handler") {
    await supervisor.post(head, "Decide", message);
    return;
  }
  supervisor.find("head")?.suspend();
  await supervisor.post(head, "Decide", message);
  await waitFor("it to wait", () => supervisor.find("head")?.beat.read("depth") === 1);
  reaper.at(point);
  supervisor.find("head")?.resume();
}

async function endOf(supervisor: Supervisor): Promise<readonly Ended[]> {
  return await waitFor("the end", async () => {
    const { ended } = await supervisor.ask(head, "Ended", {});
    return ended.length > 0 && ended;
  }, 20_000);
}

for (const backend of BACKENDS) {
  for (const point of Object.keys(POINTS) as Point[]) {
    for (const death of DEATHS) {
      Deno.test(`I1 I7 the ${death} dies ${point} (${backend})`, async () => {
        await Promise.all(KINDS.map((kind) =>
          withBackend(backend, async (one) => {
            const outcome = await live({ point, death, kind }, one);
            assert.deepEqual(outcome, oracle(point, death, kind), kind);
          })
        ));
      });
    }
  }
}

for (const [death, files] of Object.entries(ELSEWHERE)) {
  Deno.test(`I1 I5 ${death}: its tests are there`, async () => {
    for (const [file, names] of Object.entries(files)) {
      const source = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
      for (const name of names) {
        const isTest = source.includes(`Deno.test("${name}"`) ||
          source.includes(`Deno.test(\`${name}\``);
        assert.ok(isTest, `${file} has no test of this name: ${name}`);
      }
    }
  });
}
