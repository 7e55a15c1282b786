/**
 * What must hold whatever was killed. Pure: evidence goes in, violations come out. `lost`: something
 * that was stored, said or asked is gone. `doubled`: something happened twice.
 */

import type { Evidence, OutboxEvidence } from "./evidence.ts";

export interface Violation {
  readonly is: "lost" | "doubled";
  readonly what: string;
}

const lost = (what: string): Violation => ({ is: "lost", what });
const doubled = (what: string): Violation => ({ is: "doubled", what });

// ---- one moment ---------------------------------------------------------------------------------

/** Holds at every moment, also in the middle of a scan: every turn is one transaction. */
export function judgeMoment(evidence: Evidence): Violation[] {
  return [
    ...judgeScans(evidence),
    ...judgeOpportunities(evidence),
    ...judgeOutbox(evidence),
  ];
}

function judgeScans({ scans, found }: Evidence): Violation[] {
  const violations: Violation[] = [];
  const byScan = Map.groupBy(found, ({ scanId }) => scanId);
  for (const scan of scans) {
    const { scanId, band, status, processed, total, accepted } = scan;
    const name = `scan ${scanId} of ${band}`;
    if (status === "completed" && total !== null && processed !== total) {
      const what = `${name} judged ${processed} of ${total} offers`;
      violations.push(processed < total ? lost(what) : doubled(what));
    }
    const batches = byScan.get(scanId) ?? [];
    const offers = batches.flatMap((
      batch,
    ) => [...new Set(batch.found.map((key) => key.split(" ")[0] ?? ""))]);
    const distinct = new Set(offers).size;
    if (distinct < offers.length) violations.push(doubled(`${name} accepted an offer twice`));
    if (distinct !== accepted) {
      const what = `${name} accepted ${accepted} offers and sent ${distinct}`;
      violations.push(distinct < accepted ? lost(what) : doubled(what));
    }
    const numbers = new Set(batches.map(({ batch }) => batch));
    for (let batch = 1; batch <= Math.max(0, ...numbers); batch++) {
      if (!numbers.has(batch)) violations.push(lost(`${name} has no batch ${batch}`));
    }
  }
  return violations;
}

function judgeOpportunities({ opportunities, open, found }: Evidence): Violation[] {
  const violations: Violation[] = [];
  const accepted = new Set(found.flatMap((batch) => batch.found));
  for (const key of accepted) {
    if (!opportunities.has(key)) violations.push(lost(`opportunity ${key} was sent, not stored`));
  }
  for (const key of opportunities.keys()) {
    if (!accepted.has(key)) violations.push(lost(`opportunity ${key} was stored, not sent`));
  }
  const shown = new Set(open);
  if (shown.size < open.length) violations.push(doubled("the checkpoint shows an offer twice"));
  for (const [key, status] of opportunities) {
    if ((status === "open") !== shown.has(key)) {
      violations.push(lost(`opportunity ${key} is ${status}, unlike in the checkpoint`));
    }
  }
  return violations;
}

function judgeOutbox({ outbox, consumed }: Evidence): Violation[] {
  const violations: Violation[] = [];
  const done = new Map<string, number>();
  for (const key of consumed) done.set(key, (done.get(key) ?? 0) + 1);
  for (const row of outbox) {
    const name = nameOf(row);
    if (["dead", "failed", "unknown"].includes(row.status)) {
      violations.push(lost(`${name} is ${row.status}`));
    }
    if (row.kind === "effect") continue;
    const times = done.get(`${row.target} ${row.id}`) ?? 0;
    if (times > 1) violations.push(doubled(`${name} was consumed ${times} times`));
    if (row.status === "done" && times === 0) violations.push(lost(`${name} was never consumed`));
    if (row.status === "pending" && times > 0) violations.push(doubled(`${name} waits again`));
  }
  return violations;
}

function nameOf({ id, type, target, key }: OutboxEvidence): string {
  return `outbox row ${id} (${type} to ${target}, ${key})`;
}

// ---- before and after ---------------------------------------------------------------------------

/** What was committed before a kill is there after it, and nothing has gone back. */
export function judgeSurvival(before: Evidence, after: Evidence): Violation[] {
  const violations: Violation[] = [];
  for (const [actor, { version, incarnation }] of before.actors) {
    const now = after.actors.get(actor);
    if (now === undefined || now.version < version) {
      violations.push(lost(`${actor} went back from version ${version} to ${now?.version}`));
    }
    if (now !== undefined && now.incarnation < incarnation) {
      violations.push(lost(`${actor} went back to incarnation ${now.incarnation}`));
    }
  }
  const scans = new Map(after.scans.map((scan) => [scan.scanId, scan]));
  for (const { scanId, processed, pages, status } of before.scans) {
    const now = scans.get(scanId);
    const isBack = now === undefined || now.processed < processed || now.pages < pages ||
      (status === "completed" && now.status !== "completed");
    if (isBack) violations.push(lost(`scan ${scanId} went back from ${processed} offers`));
  }
  for (const key of before.opportunities.keys()) {
    if (!after.opportunities.has(key)) violations.push(lost(`opportunity ${key} is gone`));
  }
  const rows = new Map(after.outbox.map((row) => [row.id, row]));
  for (const row of before.outbox) {
    const now = rows.get(row.id);
    if (now === undefined || now.key !== row.key) violations.push(lost(`${nameOf(row)} is gone`));
    else if (row.status === "done" && now.status !== "done") {
      violations.push(doubled(`${nameOf(row)} was done and is ${now.status}`));
    }
  }
  return violations;
}

// ---- what people were told ----------------------------------------------------------------------

/** A message as the phone got it. */
export interface Told {
  readonly text: string;
  readonly replyTo: number | null;
}

/** How a repeat says that it may be one. */
export const REPEAT_MARK = "↻";

/** `asked`: ids of the commands; `isOver`: everything that was owed must have been said by now. */
export function judgeTelling(
  { outbox }: Evidence,
  { told, asked, isOver }: {
    readonly told: readonly Told[];
    readonly asked: readonly number[];
    readonly isOver: boolean;
  },
): Violation[] {
  const violations: Violation[] = [];
  const plain = told.filter(({ text }) => !text.includes(REPEAT_MARK));
  for (const id of asked) {
    const unmarked = plain.filter(({ replyTo }) => replyTo === id).length;
    if (unmarked > 1) violations.push(doubled(`command ${id} was answered ${unmarked} times`));
    const answers = told.filter(({ replyTo }) => replyTo === id).length;
    if (isOver && answers === 0) violations.push(lost(`command ${id} was never answered`));
  }
  const news = plain.filter(({ replyTo, text }) => replyTo === null && isNews(text));
  for (const [text, same] of Map.groupBy(news, (message) => message.text)) {
    if (same.length > 1) violations.push(doubled(`said ${same.length} times: ${firstLine(text)}`));
  }
  const owed = outbox.filter(({ kind, replyTo }) => kind === "effect" && replyTo === null);
  const unasked = plain.filter(({ replyTo }) => replyTo === null);
  if (unasked.length > owed.length) {
    violations.push(doubled(`${unasked.length} messages for ${owed.length} effects`));
  }
  if (isOver) {
    const said = told.filter(({ replyTo }) => replyTo === null).length;
    if (said < owed.length) violations.push(lost(`${said} messages for ${owed.length} effects`));
    const waiting = outbox.filter(({ status }) => status !== "done");
    violations.push(...waiting.map((row) => lost(`${nameOf(row)} still is ${row.status}`)));
  }
  return violations;
}

/** The very same find is never news twice; other notices may well repeat their words. */
function isNews(text: string): boolean {
  return text.includes("→");
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

// ---- what the market was asked ------------------------------------------------------------------

/**
 * Bands of the scans that a kill between the two moments may have met: under way before it, or begun
 * since.
 */
export function bandsMet(before: Evidence, after: Evidence): string[] {
  const statuses = new Map(before.scans.map(({ scanId, status }) => [scanId, status]));
  return after.scans
    .filter(({ scanId, status }) => {
      const then = statuses.get(scanId) ?? "queued";
      return then === "running" || then === "queued" && status !== "queued";
    })
    .map(({ band }) => band);
}

/** A page of a scan may be fetched once more for every kill that met the scan. */
export function judgePages(
  { scans }: Evidence,
  { pagesAsked, killsMet }: {
    /** Pages the market gave out, by band. */
    readonly pagesAsked: ReadonlyMap<string, number>;
    /** Kills while a scan of the band was under way, by band. */
    readonly killsMet: ReadonlyMap<string, number>;
  },
): { readonly violations: Violation[]; readonly again: number } {
  const violations: Violation[] = [];
  let again = 0;
  for (const [band, asked] of pagesAsked) {
    const counted = scans.filter((scan) => scan.band === band)
      .reduce((sum, { pages }) => sum + pages, 0);
    const excess = Math.max(0, asked - counted);
    again += excess;
    const allowed = killsMet.get(band) ?? 0;
    if (excess > allowed) {
      const what = `${excess} pages of ${band} were fetched again over ${allowed} kills`;
      violations.push(doubled(what));
    }
  }
  return { violations, again };
}
