import assert from "node:assert/strict";
import definition, { type TargetState } from "@/actors/target_manager/actor.ts";
import type { TargetIntentRow } from "@/actors/target_manager/propose.ts";
import { targetManagerConfig, targetManagerSpec } from "@/actors/target_manager/spec.ts";
import type { Opportunity } from "@/core/domain/opportunity.ts";
import { judge } from "@/core/domain/judge.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { bid, evidence, NOW_MS, soundInput } from "@/tests/core/domain/builders.ts";
import { turnContext } from "@/tests/support/turn_context.ts";

const { state: stateSpec, handlers } = definition.turns;

/** Bought at 10.00, listed for 11.80, competing bid 9.00. */
function found(change: Partial<Opportunity> = {}): Opportunity {
  const [opportunity] = judge(soundInput()).opportunities;
  assert.ok(opportunity !== undefined);
  return { ...opportunity, bestBidCents: 850, ...change };
}

function take(
  opportunities: readonly Opportunity[],
  options: { state?: TargetState; nowMs?: number; whenOutbid?: "skip" | "upper" } = {},
) {
  const { state = stateSpec.initial(), nowMs = NOW_MS, whenOutbid } = options;
  const config = targetManagerConfig.parse({ whenOutbid });
  const context = turnContext(targetManagerSpec, { state, config, nowMs });
  const turn = handlers.OpportunitiesFound(state, { opportunities: [...opportunities] }, context);
  assert.deepEqual(stateSpec.schema.parse(turn.state), turn.state);
  assert.ok(turn.writes.every(({ name }) => targetManagerSpec.writes.includes(name)));
  const rows = turn.writes.flatMap((write) => write.rows) as TargetIntentRow[];
  return { turn, rows };
}

Deno.test("an accepted opportunity becomes one dry intent", () => {
  const { turn, rows } = take([found()]);
  assert.deepEqual(rows, [{
    key: `dry:${found().scanId}:offer-1`,
    game: "a8db",
    title: found().title,
    attributes: { floatPart: null, phase: null, paintSeed: null },
    priceCents: 851,
    amount: 1,
    reason: "Over the competing bid of $8.50",
    said: { code: "target-over", values: { bidCents: 850 } },
    mode: "dry",
    scanId: found().scanId,
    offerId: "offer-1",
    createdAtMs: NOW_MS,
  }]);
  assert.ok(turn.isDurable);
});

Deno.test("nothing but a row leaves the turn", () => {
  const { turn } = take([found()]);
  assert.deepEqual([turn.outbox, turn.asks, turn.tells, turn.timers], [[], [], [], []]);
  assert.equal(targetManagerSpec.permissions(targetManagerConfig.parse({})), "none");
});

Deno.test("a title is proposed once, whatever float or seed its offers have", () => {
  const others = ["FT-0", "FT-3"].map((floatPart, i) =>
    found({ offerId: `other-${i}`, assetClass: { floatPart, phase: null, paintSeed: i } })
  );
  const first = take([found(), ...others]);
  assert.equal(first.rows.length, 1);
  const second = take([found({ offerId: "later" })], { state: first.turn.state });
  assert.deepEqual(second.rows, []);
});

Deno.test("phases of a title are proposed apart", () => {
  const phased = (phase: string) =>
    found({ offerId: phase, assetClass: { floatPart: null, phase, paintSeed: null } });
  const { rows } = take([phased("ruby"), phased("phase-1")]);
  assert.deepEqual(rows.map(({ attributes }) => attributes.phase), ["ruby", "phase-1"]);
});

Deno.test("a title is proposed again on another day", () => {
  const first = take([found()]);
  const second = take([found({ scanId: "019bcb3e-6d1a-7a2c-8f00-00000000000b" })], {
    state: first.turn.state,
    nowMs: NOW_MS + DAY_MS,
  });
  assert.equal(second.rows.length, 1);
});

Deno.test("the resale speaks for a title that has both ways out", () => {
  const both = judge(soundInput({ evidence: evidence({ bids: [bid(1_150)] }) })).opportunities;
  assert.deepEqual(both.map(({ kind }) => kind), ["quick", "list"]);
  const { rows } = take(both.map((one) => ({ ...one, bestBidCents: 850 })));
  assert.equal(rows[0]?.priceCents, 851);
});

Deno.test("a bid that leaves no room is logged, not chased", () => {
  const { turn, rows } = take([found({ bestBidCents: 900 })]);
  assert.deepEqual(rows, []);
  assert.match(String(turn.logs[0]?.props.reason), /Not chased.*\$9\.00/);
  const later = take([found({ bestBidCents: 100 })], { state: turn.state });
  assert.equal(later.rows.length, 1, "Room that opens up later is used");
});

Deno.test("a bid that leaves no room is met at the limit where configured", () => {
  const { rows } = take([found({ bestBidCents: 900 })], { whenOutbid: "upper" });
  assert.equal(rows[0]?.priceCents, 900);
});

Deno.test("the memory of titles stays bounded", () => {
  let state = stateSpec.initial();
  for (let i = 0; i < 26; i++) {
    const batch = Array.from(
      { length: 200 },
      (_, k) => found({ title: `title ${i}-${k}`, offerId: `${i}-${k}` }),
    );
    state = take(batch, { state }).turn.state;
  }
  assert.equal(state.proposed.length, 8 * 5_000);
  assert.equal(take([found({ title: "title 25-199" })], { state }).rows.length, 0);
  assert.equal(take([found({ title: "title 0-0" })], { state }).rows.length, 1);
});
