/** Holds docs/scanning.md to the code: its guards, and its example recomputed from its own input. */

import assert from "node:assert/strict";
import { judge } from "@/core/domain/judge.ts";
import { type ExitPlan, GUARDS } from "@/core/domain/opportunity.ts";
import { GUARD_RULES } from "@/core/domain/guards.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { ANY, bid, evidence, NOW_MS, offer, quote, sale, soundInput } from "./builders.ts";

interface Example {
  readonly offer: {
    readonly priceCents: number;
    readonly floatPart: string;
    readonly suggestedCents: number;
  };
  readonly otherAsks: readonly { readonly priceCents: number; readonly lockedDays: number }[];
  readonly bids: readonly {
    readonly priceCents: number;
    readonly amount: number;
    readonly floatPart: string | null;
  }[];
  readonly salesEveryDays: number;
  readonly salesNewestFirst: readonly number[];
  readonly fee: { readonly feePpm: number; readonly minFeeCents: number };
  readonly reducedFee: Example["fee"] & {
    readonly minPriceCents: number;
    readonly maxPriceCents: number;
  };
}

const page = await Deno.readTextFile(new URL("../../../docs/scanning.md", import.meta.url));

function exampleOnPage(): Example {
  const block = /```json\n([\s\S]*?)```/.exec(page)?.[1];
  assert.ok(block !== undefined, "The page has no JSON block");
  return JSON.parse(block);
}

/** Rows of the result table: name, quick, list. */
function tableOnPage(): ReadonlyMap<string, readonly [number, number]> {
  const after = page.slice(page.indexOf("## A worked example"));
  const rows = [...after.matchAll(/^\| ([a-z][a-z ,-]+?) +\| +(-?\d+) +\| +(-?\d+) +\|/gm)];
  return new Map(rows.map(([, name = "", quick, list]) => [name, [Number(quick), Number(list)]]));
}

function judged(example: Example) {
  const { salesNewestFirst, salesEveryDays, reducedFee } = example;
  const { priceCents, suggestedCents } = example.offer;
  const assetClass = { ...ANY, floatPart: example.offer.floatPart };
  const candidate = offer({ priceCents, suggestedCents, assetClass });
  const others = example.otherAsks.map((ask, i) =>
    offer({
      offerId: `other-${i}`,
      priceCents: ask.priceCents,
      unlockAtMs: ask.lockedDays === 0 ? null : NOW_MS + ask.lockedDays * DAY_MS,
    })
  );
  return judge(soundInput({
    offer: candidate,
    quote: quote({ askCount: 1 + others.length }),
    evidence: evidence({
      asks: [candidate, ...others],
      bids: example.bids.map(({ priceCents, amount, floatPart }) =>
        bid(priceCents, { amount, wants: { ...ANY, floatPart } })
      ),
      sales: salesNewestFirst.map((cents, i) => sale(cents, 0.2 + i * salesEveryDays)),
      fee: example.fee,
      reducedFees: [{ ...reducedFee, title: candidate.title, expiresAtMs: NOW_MS + 30 * DAY_MS }],
    }),
  }));
}

Deno.test("the worked example of docs/scanning.md is what judge() computes", () => {
  const { plans, verdict, opportunities } = judged(exampleOnPage());
  const [quick, list] = plans;
  assert.ok(quick !== undefined && list !== undefined);
  const both = (of: (plan: ExitPlan) => number): [number, number] => [of(quick), of(list)];
  assert.deepEqual(
    Object.fromEntries(tableOnPage()),
    {
      "exit price": both((plan) => plan.exitCents),
      "fee, parts per million": both((plan) => plan.feePpm),
      "fee": both((plan) => plan.feeCents),
      "net": both((plan) => plan.netCents),
      "profit": both((plan) => plan.profitCents),
      "return, basis points": both((plan) => plan.roiBps),
      "break-even price": both((plan) => plan.breakEvenCents),
    },
  );
  assert.equal(verdict, "accepted");
  assert.deepEqual(opportunities.map(({ kind }) => kind), ["list"]);
  const [{ confidence, sales7d } = { confidence: "", sales7d: 0 }] = opportunities;
  assert.ok(page.includes(`${sales7d} sales in 7 days`), `The page names no ${sales7d} sales`);
  assert.ok(page.includes(`confidence is ${confidence}`));
});

Deno.test("docs/scanning.md names every guard and what it blocks, in their order", () => {
  const section = page.slice(page.indexOf("## Guards"), page.indexOf("## Before a title is read"));
  const rows = [...section.matchAll(/^\| ([a-z-]+) +\| .+ \| (both|list) +\|$/gm)];
  assert.deepEqual(
    rows.map(([, guard, blocks]) => [guard, blocks]),
    GUARD_RULES.map(({ id, blocks }) => [id, blocks.length === 2 ? "both" : "list"]),
  );
  assert.equal(rows.length, GUARDS.length);
});
