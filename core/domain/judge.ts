/**
 * The verdict on one offer. A way out is accepted when every guard that blocks it passes; the offer
 * is refused when every way out has a guard that fails; what is left was not read well enough.
 */

import { annualisedBps, type PricedExit } from "./fees.ts";
import { type Facts, gatherFacts, type JudgeInput, type Proof } from "./facts.ts";
import { type Finding, type Guard, GUARD_RULES, MAX_REASON } from "./guards.ts";
import type { Offer } from "./market.ts";
import type { ExitKind, ExitPlan, GuardVerdict, Opportunity } from "./opportunity.ts";

export type Verdict = "accepted" | "refused" | "unverified";

export interface Judgement {
  readonly verdict: Verdict;
  /** Ways out that no guard fails. */
  readonly open: readonly ExitKind[];
  /** The offer as the newest reading shows it. */
  readonly offer: Offer;
  /** One per guard, in the order of `GUARDS`. */
  readonly guards: readonly GuardAnswers[];
  /** Both ways out in money, where there is a price to compute them from. */
  readonly plans: readonly ExitPlan[];
  /** One per accepted way out. */
  readonly opportunities: readonly Opportunity[];
}

/** A guard's verdict, and what it says about one way out; null where it does not block that. */
export interface GuardAnswers extends GuardVerdict {
  about(kind: ExitKind): Finding | null;
}

const KINDS: readonly ExitKind[] = ["quick", "list"];
const NONE: readonly ExitKind[] = [];

export function judge(input: JudgeInput): Judgement {
  const facts = gatherFacts(input);
  const findings = GUARD_RULES.map((guard, i) => answersOf(guard, i, facts));
  const { proof, offer } = facts;
  const open = KINDS.filter((kind) => worst(findings, kind) !== "fail");
  // Nothing is accepted unread.
  const accepted = proof === null ? NONE : open.filter((kind) => worst(findings, kind) === "pass");
  const verdict = verdictOf(open, accepted);
  if (proof === null) {
    return { verdict, open, offer, guards: findings, plans: [], opportunities: [] };
  }
  return {
    verdict,
    open,
    offer,
    guards: findings,
    plans: KINDS.flatMap((kind) => proof.exits[kind]?.plan ?? []),
    opportunities: accepted.flatMap((kind) => {
      const exit = proof.exits[kind];
      return exit === null ? [] : [opportunity({ facts, proof, exit, findings })];
    }),
  };
}

/**
 * What one guard says about each way out; null where it does not block one. As a verdict it passes
 * an offer that it passes for one way out, and fails one it fails for all.
 */
class Answers implements GuardAnswers {
  readonly guard: GuardVerdict["guard"];
  readonly outcome: GuardVerdict["outcome"];
  readonly #quick: Finding | null;
  readonly #list: Finding | null;

  constructor(guard: GuardVerdict["guard"], quick: Finding | null, list: Finding) {
    this.guard = guard;
    this.#quick = quick;
    this.#list = list;
    this.outcome = quick === null || quick === list
      ? list.outcome
      : mildest(quick.outcome, list.outcome);
  }

  about(kind: ExitKind): Finding | null {
    return kind === "quick" ? this.#quick : this.#list;
  }

  /** Put into words when asked for: of most listings nobody reads it. */
  get reason(): string {
    const said = [this.#quick, this.#list].flatMap((finding) =>
      finding?.outcome === this.outcome ? [finding.reason] : []
    );
    return [...new Set(said)].join("; ").slice(0, MAX_REASON);
  }
}

/** The last answers of each guard: of most listings most guards say the very same. */
const lately: Answers[] = [];

function answersOf({ id, blocks, isPerKind, check }: Guard, index: number, facts: Facts): Answers {
  const list = check(facts, "list");
  const forQuick = isPerKind === true ? check(facts, "quick") : list;
  const quick = blocks.includes("quick") ? forQuick : null;
  const last = lately[index];
  if (last?.guard === id && last.about("list") === list && last.about("quick") === quick) {
    return last;
  }
  return lately[index] = new Answers(id, quick, list);
}

/** What stands between an offer and one way out. */
function worst(answers: readonly Answers[], kind: ExitKind): Finding["outcome"] {
  let worst: Finding["outcome"] = "pass";
  for (const answer of answers) {
    const outcome = answer.about(kind)?.outcome ?? "pass";
    if (outcome === "fail") return "fail";
    if (outcome === "unknown") worst = "unknown";
  }
  return worst;
}

function verdictOf(open: readonly ExitKind[], accepted: readonly ExitKind[]): Verdict {
  if (accepted.length > 0) return "accepted";
  return open.length === 0 ? "refused" : "unverified";
}

function mildest(a: Finding["outcome"], b: Finding["outcome"]): Finding["outcome"] {
  if (a === "pass" || b === "pass") return "pass";
  return a === "unknown" || b === "unknown" ? "unknown" : "fail";
}

interface Accepted {
  readonly facts: Facts;
  readonly proof: Proof;
  readonly exit: PricedExit;
  readonly findings: readonly Answers[];
}

function opportunity({ facts, proof, exit, findings }: Accepted): Opportunity {
  const { offer, context, lockDays } = facts;
  const { plan, rule } = exit;
  const boundDays = lockDays + (plan.kind === "quick" ? 0 : proof.liquidity.daysToSell);
  return {
    ...plan,
    scanId: context.scanId,
    game: context.game,
    level: context.level,
    offerId: offer.offerId,
    title: offer.title,
    assetClass: offer.assetClass,
    buyCents: offer.priceCents,
    lockDays,
    confidence: confidence(facts, proof, plan),
    annualisedBps: annualisedBps(plan.roiBps, boundDays),
    sales7d: proof.sales.sales7d,
    otherAskCents: proof.otherAskCents,
    bestBidCents: proof.bid?.priceCents ?? null,
    fee: rule,
    guards: findings.flatMap((answers) => {
      const finding = answers.about(plan.kind);
      if (finding === null) return [];
      const { outcome, reason, said } = finding;
      return [{ guard: answers.guard, outcome, reason, said }];
    }),
    foundAtMs: context.nowMs,
  };
}

const HIGH_LIQUIDITY = 60;
const FAIR_LIQUIDITY = 40;
const STEADY_VARIATION = 0.15;

/**
 * Doubt lowers it: an unusual return, old evidence, a lone bid, a price that has to wait for its buyer,
 * a fallen or unsteady market.
 */
function confidence(facts: Facts, proof: Proof, plan: ExitPlan): Opportunity["confidence"] {
  const { rules } = facts.context;
  const isTooGood = plan.roiBps > 3 * facts.level.usualMaxRoiBps;
  if (isTooGood || proof.evidenceAgeMs > rules.freshEvidenceMs) return "low";
  if (plan.kind === "quick") {
    const { bid } = proof;
    if (bid === null || !bid.isSupported) return "low";
    return bid.lots > 1 ? "high" : "medium";
  }
  if (proof.salesAgeMs > rules.freshSalesMs || plan.exitCents > proof.usualCents) return "low";
  const { score } = proof.liquidity;
  if (proof.sales.isFallen || score < FAIR_LIQUIDITY) return "low";
  const isSteady = proof.sales.variation !== null && proof.sales.variation <= STEADY_VARIATION;
  return score >= HIGH_LIQUIDITY && isSteady ? "high" : "medium";
}
