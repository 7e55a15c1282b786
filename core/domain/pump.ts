/** Signs that someone lifts a price, and for how long a title that showed them is left alone. */

import type { GameId, TitleEvidence } from "./market.ts";
import { type KnownReason, reason } from "./reasons.ts";
import type { TradeRules } from "./rules.ts";
import { salesOf, type SalesRead, type SalesSummary } from "./sales.ts";

/** Each sign, the worst first; empty when there is none. */
export function pumpSigns(sales: SalesSummary, rules: TradeRules): readonly KnownReason[] {
  const { spikeCount, riseBps, hourRiseBps } = sales;
  const { maxSpikes, maxRiseBps, maxHourRiseBps } = rules;
  const signs: KnownReason[] = [];
  if (spikeCount > maxSpikes) {
    signs.push(reason("spikes-exceed", { spikeCount, mostCount: maxSpikes }));
  }
  if (riseBps !== null && riseBps > maxRiseBps) {
    signs.push(reason("newest-rise", { riseBps, mostBps: maxRiseBps }));
  }
  if (hourRiseBps !== null && hourRiseBps > maxHourRiseBps) {
    signs.push(reason("hour-rise", { riseBps: hourRiseBps, mostBps: maxHourRiseBps }));
  }
  return signs;
}

/** A title whose sales were pumped, refused until then. Plain data, to be kept with other state. */
export interface PumpBan {
  readonly game: GameId;
  readonly title: string;
  readonly untilMs: number;
}

/** Bans kept at once; the one that ends first makes room. */
export const MAX_PUMP_BANS = 500;

/** What was read of titles of one game. */
export interface PumpReading {
  readonly game: GameId;
  readonly evidence: readonly (SalesRead & Pick<TitleEvidence, "title">)[];
  readonly nowMs: number;
}

/**
 * The bans after titles were read: a pump seen now lasts from now, whatever was known before; bans
 * that are over are gone. A title with phases is pumped when one of its phases is. A ban never
 * prolongs itself: only sales do.
 */
export function banPumped(
  bans: readonly PumpBan[],
  { game, evidence, nowMs }: PumpReading,
  rules: TradeRules,
): readonly PumpBan[] {
  const pumped = evidence.filter((read) => isPumped(read, rules)).map(({ title }) => title);
  const isNew = new Set(pumped);
  const kept = bans.filter((ban) =>
    ban.untilMs > nowMs && !(ban.game === game && isNew.has(ban.title))
  );
  if (pumped.length === 0 && kept.length === bans.length) return bans;
  const untilMs = nowMs + rules.pumpBanMs;
  return [...kept, ...[...isNew].map((title) => ({ game, title, untilMs }))]
    .sort((a, b) => a.untilMs - b.untilMs)
    .slice(-MAX_PUMP_BANS);
}

/** Until when a title is refused; null when it is not. For {@link JudgeContext.pumpedUntilMs}. */
export function pumpedUntilMs(
  bans: readonly PumpBan[],
  { game, title, nowMs }: { readonly game: GameId; readonly title: string; readonly nowMs: number },
): number | null {
  const ban = bans.find((one) => one.game === game && one.title === title);
  return ban === undefined || ban.untilMs <= nowMs ? null : ban.untilMs;
}

function isPumped(evidence: SalesRead, rules: TradeRules): boolean {
  const known = new Set(evidence.sales.flatMap(({ phase }) => phase ?? []));
  const phases = known.size === 0 ? [null] : [...known];
  return phases.some((phase) => pumpSigns(salesOf(evidence, phase, rules), rules).length > 0);
}
