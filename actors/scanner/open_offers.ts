/** The opportunities on show: which ones a scan found again, and which ones it closes, and why. */

import type { Judgement } from "@/core/domain/judge.ts";
import type { ExitKind, Opportunity } from "@/core/domain/opportunity.ts";
import { type Explained, explained, reason } from "@/core/domain/reasons.ts";
import { MAX_OPEN, type OpenOffer, type Scan } from "./state.ts";

/** A row of the write `opportunities_closed`: an opportunity that is none any more. */
export interface Closing extends Explained {
  readonly offerId: string;
  readonly kind: ExitKind;
}

export interface OpenChange {
  readonly open: readonly OpenOffer[];
  readonly closed: readonly Closing[];
}

/** What final verdicts change: accepted ones are on show, refused ones are taken off with the reason. */
export function applyVerdicts(
  open: readonly OpenOffer[],
  judgements: readonly Judgement[],
  scan: Scan,
): OpenChange {
  const byId = new Map(open.map((offer) => [offer.offerId, offer]));
  const closed: Closing[] = [];
  for (const judgement of judgements) {
    const { offerId } = judgement.offer;
    const earlier = byId.get(offerId);
    const kinds = judgement.opportunities.map(({ kind }) => kind);
    if (judgement.verdict === "unverified") continue;
    const lost = earlier?.kinds.filter((kind) => !kinds.includes(kind)) ?? [];
    closed.push(...lost.map((kind) => ({ offerId, kind, ...whyLost(judgement, kind) })));
    byId.delete(offerId);
    if (kinds.length > 0) {
      const { game, level } = scan;
      byId.set(offerId, { offerId, game, level, kinds, ...SEEN });
    }
  }
  return bounded([...byId.values()], closed);
}

const SEEN = { confirmed: true, met: true, unread: false };

/** Before a scan: nothing of its band is confirmed yet. */
export function unconfirm(
  open: readonly OpenOffer[],
  band: Pick<Scan, "game" | "level">,
): OpenOffer[] {
  return open.map((offer) =>
    isOfBand(offer, band) ? { ...offer, confirmed: false, met: false } : offer
  );
}

/** Ids of listings that a scan came across. */
interface Sightings {
  readonly met?: ReadonlySet<string> | undefined;
  /** Not verified, because they stand as they were verified before. */
  readonly standing?: ReadonlySet<string> | undefined;
  /** To be verified, but their titles could not be read. */
  readonly unread?: ReadonlySet<string> | undefined;
}

/**
 * Marks the opportunities of a scan's band that it met, and those that it leaves standing. One whose
 * title cannot be read stands for that scan: the next has to read it.
 */
export function meet(
  open: readonly OpenOffer[],
  { met, standing, unread }: Sightings,
  scan: Scan,
): readonly OpenOffer[] {
  // What a filtered scan meets is not what the scan of the whole band has met.
  if (scan.filter !== null) return open;
  return open.map((offer) => {
    if (!isOfBand(offer, scan)) return offer;
    const { offerId } = offer;
    if (standing?.has(offerId) === true) return { ...offer, ...SEEN };
    const isMet = offer.met || met?.has(offerId) === true;
    const isUnread = unread?.has(offerId) === true;
    return {
      ...offer,
      met: isMet,
      confirmed: offer.confirmed || (isUnread && !offer.unread),
      unread: offer.unread || isUnread,
    };
  });
}

/**
 * After a scan of the whole band: what it did not find again is closed. What it may not have reached
 * stays as it is.
 */
export function closeUnconfirmed(open: readonly OpenOffer[], scan: Scan): OpenChange {
  const isReached = (offer: OpenOffer) => offer.met || scan.cutShort === null;
  // Where no title could be read, others had no turn in vain.
  const isMute = scan.unreadTitles > 0 && scan.unreadTitles === scan.spent;
  const unasked = open.filter((offer) => isMute && offer.met && !offer.confirmed);
  const unread = new Set(unasked.map(({ offerId }) => offerId));
  const known = meet(open, { unread }, scan);
  const stale = known.filter((offer) =>
    isOfBand(offer, scan) && !offer.confirmed && isReached(offer)
  );
  return {
    open: known.filter((offer) => !stale.includes(offer)),
    closed: stale.flatMap((offer) => {
      const { offerId, kinds } = offer;
      const why = explained(reason(whyStale(offer), {}));
      return kinds.map((kind) => ({ offerId, kind, ...why }));
    }),
  };
}

function whyStale({ met, unread }: OpenOffer) {
  if (!met) return "no-longer-listed";
  return unread ? "title-unread" : "others-promise-more";
}

export function opportunitiesOf(judgements: readonly Judgement[]): readonly Opportunity[] {
  return judgements.flatMap(({ opportunities }) => opportunities);
}

function isOfBand(offer: OpenOffer, band: Pick<Scan, "game" | "level">): boolean {
  return offer.game === band.game && offer.level === band.level;
}

/** What the first guard that fails says of this way out. */
function whyLost({ guards }: Judgement, kind: ExitKind): Explained {
  const failed = guards.map((guard) => guard.about(kind)).find((one) => one?.outcome === "fail");
  const { said } = failed ?? {};
  return explained(
    said ?? reason(kind === "quick" ? "bid-pays-no-more" : "resale-pays-no-more", {}),
  );
}

/** The oldest give way, closed rather than forgotten. */
function bounded(open: readonly OpenOffer[], closed: readonly Closing[]): OpenChange {
  const why = explained(reason("newer-took-place", {}));
  const excess = open.slice(0, Math.max(0, open.length - MAX_OPEN));
  return {
    open: open.slice(excess.length),
    closed: [
      ...closed,
      ...excess.flatMap(({ offerId, kinds }) => kinds.map((kind) => ({ offerId, kind, ...why }))),
    ],
  };
}
