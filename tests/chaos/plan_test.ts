import assert from "node:assert/strict";
import { endsProcess, hitsDatabase, isActorKill, planKills } from "./plan.ts";

const ACTORS = ["scanner", "notifier", "telegram"];

Deno.test("of 1,000 kills at least 300 are kill -9 of everything, a few hang or eat all memory", () => {
  for (const seed of [1, 2, 77]) {
    const plan = planKills(1_000, seed, ACTORS);
    const count = (kind: string) => plan.filter((kill) => kill.kind === kind).length;
    assert.equal(plan.length, 1_000);
    assert.equal(count("everything"), 340);
    assert.equal(count("hang"), 6);
    assert.equal(count("oom"), 15);
    assert.equal(count("child"), 32);
    assert.equal(new Set(plan.map(({ kind }) => kind)).size, 13, "every kind comes");
  }
});

Deno.test("a short run has the same shares, as far as they can be split", () => {
  const plan = planKills(20, 4, ACTORS);
  const everything = plan.filter(({ kind }) => kind === "everything").length;
  assert.ok(everything >= 5 && everything <= 9, `${everything} of 20`);
});

Deno.test("one seed, one plan; another seed, another plan", () => {
  assert.deepEqual(planKills(50, 9, ACTORS), planKills(50, 9, ACTORS));
  assert.notDeepEqual(planKills(50, 9, ACTORS), planKills(50, 10, ACTORS));
});

Deno.test("an actor is named exactly where one is broken", () => {
  for (const { kind, actor } of planKills(300, 3, ACTORS)) {
    assert.equal(actor !== null, isActorKill(kind) || kind === "child");
    if (actor !== null) assert.ok(kind === "child" ? actor === "signer" : ACTORS.includes(actor));
    if (actor === null) assert.ok(endsProcess(kind) !== hitsDatabase(kind), kind);
    else assert.ok(!hitsDatabase(kind));
  }
});
