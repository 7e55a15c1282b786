/**
 * What became of a target whose creation or deletion got no readable answer: the account's targets
 * and its purchases are looked at, as they were before and as they are now.
 */

import type { AssetClass, GameId } from "@/core/domain/market.ts";
import type { OwnPageQuery } from "./account_reads.ts";
import {
  type ClosedTradesPage,
  type ClosedTradesQuery,
  walkClosedTrades,
} from "./closed_trades.ts";
import type { NewTarget, OwnTarget, OwnTargetsPage } from "./own_targets.ts";
import { walkPages } from "./pages.ts";
import type { CallOptions } from "./transport.ts";

/** What the market shows of the account's targets of one title. */
export interface TargetsView {
  readonly standing: readonly OwnTarget[];
  /** Those that have bought something since the moment asked about. */
  readonly filledIds: ReadonlySet<string>;
}

/** `filled`: it stood, bought all it should, and is gone. */
export type TargetCreation =
  | { readonly fate: "created" | "filled"; readonly targetId: string }
  | { readonly fate: "not-created" };

/**
 * Right while the account creates one target of a title at a time. A request that may still be under
 * way can change what this says: it is asked after the write's deadline.
 */
export function creationOf(wish: NewTarget, before: TargetsView, now: TargetsView): TargetCreation {
  const known = new Set([...before.standing.map(({ targetId }) => targetId), ...before.filledIds]);
  const stands = now.standing.find((target) => !known.has(target.targetId) && meets(target, wish));
  if (stands !== undefined) return { fate: "created", targetId: stands.targetId };
  const targetId = [...now.filledIds].find((id) => !known.has(id));
  return targetId === undefined ? { fate: "not-created" } : { fate: "filled", targetId };
}

/** Part of it may have been bought already. */
function meets(target: OwnTarget, wish: NewTarget): boolean {
  return target.title === wish.title && target.priceCents === wish.priceCents &&
    target.amount <= wish.amount && isSameClass(target.wants, wish.wants);
}

function isSameClass(a: AssetClass, b: AssetClass): boolean {
  return a.floatPart === b.floatPart && a.phase === b.phase && a.paintSeed === b.paintSeed;
}

/** `filled`: gone, and it has bought something first, all of it or a part. */
export type TargetDeletion = "deleted" | "filled" | "standing";

/** To be asked after the write's deadline, as {@link creationOf}. */
export function deletionOf(targetId: string, now: TargetsView): TargetDeletion {
  if (now.standing.some((target) => target.targetId === targetId)) return "standing";
  return now.filledIds.has(targetId) ? "filled" : "deleted";
}

/** The reads a look-up needs; {@link AccountReads} has them. */
export interface TargetReads {
  targetsPage(query: OwnPageQuery, call: CallOptions): Promise<OwnTargetsPage>;
  closedTargets(query: ClosedTradesQuery, call: CallOptions): Promise<ClosedTradesPage>;
}

/** Pages of 100 that are read of either list. */
const MAX_PAGES = 100;
const PAGE_ROWS = 100;

/**
 * To be taken before the write and again to learn its fate, with the same `sinceMs`: the market's
 * time before the write. Targets are read before purchases: one that is filled between the reads is
 * seen to stand, and never to be missing. Throws as the client does.
 */
export async function viewTargets(
  account: TargetReads,
  { game, title, sinceMs }: {
    readonly game: GameId;
    readonly title: string;
    readonly sinceMs: number;
  },
  call: CallOptions,
): Promise<TargetsView> {
  const standing: OwnTarget[] = [];
  const targetsFrom = (cursor: string | null) =>
    account.targetsPage({ game, cursor, limit: PAGE_ROWS }, call);
  for await (const { targets } of walkPages(targetsFrom, MAX_PAGES)) {
    standing.push(...targets.filter((target) => target.title === title));
  }
  const filledIds = new Set<string>();
  const closedFrom = (query: ClosedTradesQuery) => account.closedTargets(query, call);
  for await (const trades of walkClosedTrades(closedFrom, { sinceMs, maxPages: MAX_PAGES })) {
    for (const { title: bought, targetId } of trades) {
      if (bought === title && targetId !== null) filledIds.add(targetId);
    }
  }
  return { standing, filledIds };
}
