/**
 * What became of a target whose creation or deletion got no readable answer: the account's targets
 * and its purchases are looked at, as they were before and as they are now.
 */

import type { AssetClass } from "@/core/domain/market.ts";
import type { OwnPageQuery } from "./account_queries.ts";
import type { ClosedTradesPage, ClosedTradesQuery } from "./closed_trades.ts";
import type { NewTarget, OwnTarget, OwnTargetsPage } from "./own_targets.ts";
import { type OwnTitle, viewOwn } from "./own_view.ts";
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

/** To be taken before the write and again to learn its fate, about the same title and moment. */
export async function viewTargets(
  account: TargetReads,
  about: OwnTitle,
  call: CallOptions,
): Promise<TargetsView> {
  const { standing, closed } = await viewOwn({
    standing: (query) => account.targetsPage(query, call),
    rowsOf: ({ targets }) => targets,
    closed: (query) => account.closedTargets(query, call),
  }, about);
  const filled = closed.flatMap(({ targetId }) => targetId === null ? [] : [targetId]);
  return { standing, filledIds: new Set(filled) };
}
