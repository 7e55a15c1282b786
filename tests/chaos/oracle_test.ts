/** The oracle sees every kind of loss and doubling, each planted into sound evidence. */

import assert from "node:assert/strict";
import type { Evidence, OutboxEvidence } from "./evidence.ts";
import {
  bandsMet,
  judgeMoment,
  judgePages,
  judgeSurvival,
  judgeTelling,
  type Told,
} from "./oracle.ts";

const SCAN = {
  scanId: "s1",
  band: "a8db standard",
  status: "completed",
  processed: 40,
  total: 40,
  accepted: 2,
  pages: 3,
};

function row(id: number, change: Partial<OutboxEvidence> = {}): OutboxEvidence {
  return {
    id,
    key: `key ${id}`,
    kind: "message",
    target: "notifier",
    type: "Command",
    status: "done",
    replyTo: null,
    ...change,
  };
}

const ANSWER = row(3, { kind: "effect", target: "telegram", type: "Send", replyTo: 900 });
const NEWS = row(4, { kind: "effect", target: "telegram", type: "Send" });

function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    actors: new Map([["scanner", { version: 7, incarnation: 2 }]]),
    scans: [SCAN],
    opportunities: new Map([["o1 quick", "open"], ["o2 list", "closed"]]),
    open: ["o1 quick"],
    activeScans: 0,
    outbox: [row(1), row(2, { target: "scanner" }), ANSWER, NEWS],
    found: [
      { scanId: "s1", batch: 1, found: ["o1 quick"] },
      { scanId: "s1", batch: 2, found: ["o2 list"] },
    ],
    consumed: ["notifier 1", "scanner 2"],
    ...change,
  };
}

function moment(change: Partial<Evidence>): string[] {
  return judgeMoment(evidence(change)).map(({ is }) => is);
}

Deno.test("sound evidence is left alone", () => {
  assert.deepEqual(judgeMoment(evidence()), []);
  assert.deepEqual(judgeSurvival(evidence(), evidence()), []);
  const running = { ...SCAN, status: "running", processed: 12, total: 40 };
  assert.deepEqual(moment({ scans: [running] }), []);
});

Deno.test("an offer judged never or twice shows in the completed scan", () => {
  assert.deepEqual(moment({ scans: [{ ...SCAN, processed: 39 }] }), ["lost"]);
  assert.deepEqual(moment({ scans: [{ ...SCAN, processed: 41 }] }), ["doubled"]);
});

Deno.test("accepted offers, what was sent, and what is stored must be the same", () => {
  assert.deepEqual(moment({ scans: [{ ...SCAN, accepted: 3 }] }), ["lost"]);
  assert.deepEqual(moment({ scans: [{ ...SCAN, accepted: 1 }] }), ["doubled"]);
  const [first, second] = evidence().found;
  assert.ok(first !== undefined && second !== undefined);
  const twice = [first, second, { scanId: "s1", batch: 3, found: ["o1 quick"] }];
  assert.deepEqual(moment({ found: twice }), ["doubled"]);
  const gap = [first, { ...second, batch: 3 }];
  assert.deepEqual(moment({ found: gap }), ["lost"]);
  assert.deepEqual(moment({ opportunities: new Map([["o1 quick", "open"]]) }), ["lost"]);
  const more = new Map([...evidence().opportunities, ["o9 list", "closed"]]);
  assert.deepEqual(moment({ opportunities: more }), ["lost"]);
});

Deno.test("the checkpoint and the table show the same offers", () => {
  assert.deepEqual(moment({ open: [] }), ["lost"]);
  assert.deepEqual(moment({ open: ["o1 quick", "o2 list"] }), ["lost"]);
  assert.deepEqual(moment({ open: ["o1 quick", "o1 quick"] }), ["doubled"]);
});

Deno.test("a message is consumed once, and nothing is given up", () => {
  assert.deepEqual(moment({ consumed: ["scanner 2"] }), ["lost"]);
  const twice = ["notifier 1", "notifier 1", "scanner 2"];
  assert.deepEqual(moment({ consumed: twice }), ["doubled"]);
  const again = [row(1, { status: "pending" }), row(2, { target: "scanner" })];
  assert.deepEqual(moment({ outbox: again }), ["doubled"]);
  for (const status of ["dead", "failed", "unknown"]) {
    const outbox = [row(1), row(2, { target: "scanner" }), { ...ANSWER, status }];
    assert.deepEqual(moment({ outbox }), ["lost"], status);
  }
});

Deno.test("what was committed before a kill is there after it", () => {
  const before = evidence();
  const after = (change: Partial<Evidence>) =>
    judgeSurvival(before, evidence(change)).map(({ is }) => is);
  assert.deepEqual(after({ actors: new Map() }), ["lost"]);
  const older = new Map([["scanner", { version: 6, incarnation: 3 }]]);
  assert.deepEqual(after({ actors: older }), ["lost"]);
  const earlier = new Map([["scanner", { version: 8, incarnation: 1 }]]);
  assert.deepEqual(after({ actors: earlier }), ["lost"]);
  assert.deepEqual(after({ scans: [] }), ["lost"]);
  assert.deepEqual(after({ scans: [{ ...SCAN, pages: 2 }] }), ["lost"]);
  assert.deepEqual(after({ scans: [{ ...SCAN, status: "running" }] }), ["lost"]);
  assert.deepEqual(after({ opportunities: new Map([["o1 quick", "open"]]) }), ["lost"]);
  assert.deepEqual(after({ outbox: before.outbox.slice(1) }), ["lost"]);
  const reused = [row(1, { key: "another" }), ...before.outbox.slice(1)];
  assert.deepEqual(after({ outbox: reused }), ["lost"]);
  const undone = [row(1, { status: "pending" }), ...before.outbox.slice(1)];
  assert.deepEqual(after({ outbox: undone }), ["doubled"]);
});

const REPLY: Told = { text: "Status", replyTo: 900 };
const FIND: Told = { text: "1 opportunity\nAK-47 $10.00 → $12.00", replyTo: null };

function telling(told: readonly Told[], isOver = true, change: Partial<Evidence> = {}): string[] {
  const judged = judgeTelling(evidence(change), { told, asked: [900], isOver });
  return judged.map(({ is }) => is);
}

Deno.test("each command is answered once; a second time only marked", () => {
  assert.deepEqual(telling([REPLY, FIND]), []);
  const marked = { ...REPLY, text: "Status\n↻ possibly repeated" };
  assert.deepEqual(telling([REPLY, marked, FIND]), []);
  assert.deepEqual(telling([marked, FIND]), [], "the first try may not have arrived");
  assert.deepEqual(telling([REPLY, REPLY, FIND]), ["doubled"]);
  assert.deepEqual(telling([FIND]), ["lost"]);
  assert.deepEqual(telling([FIND], false), [], "it may still come");
});

Deno.test("news is told once, and as much of it as was decided", () => {
  assert.deepEqual(telling([REPLY, FIND, FIND]), ["doubled", "doubled"]);
  assert.deepEqual(telling([REPLY]), ["lost"]);
  const other = { ...FIND, text: "1 opportunity\nAWP $20.00 → $23.00" };
  assert.deepEqual(telling([REPLY, FIND, other]), ["doubled"], "nobody decided to say it");
});

Deno.test("at the end nothing may wait any more", () => {
  const outbox = [row(1), { ...ANSWER, status: "attempting" }, NEWS];
  assert.deepEqual(telling([REPLY, FIND], true, { outbox }), ["lost"]);
  assert.deepEqual(telling([REPLY, FIND], false, { outbox }), []);
});

Deno.test("a kill costs a scan one page at most", () => {
  const asked = (pages: number) => new Map([[SCAN.band, pages]]);
  const met = new Map([[SCAN.band, 1]]);
  const judge = (pages: number) =>
    judgePages(evidence(), { pagesAsked: asked(pages), killsMet: met });
  assert.deepEqual(judge(3), { violations: [], again: 0 });
  assert.deepEqual(judge(4), { violations: [], again: 1 });
  assert.equal(judge(5).violations[0]?.is, "doubled");
});

Deno.test("a kill met what was under way before it, or began since", () => {
  const scans = (...statuses: readonly string[]) =>
    evidence({
      scans: statuses.map((status, at) => ({
        ...SCAN,
        scanId: `s${at}`,
        band: `band ${at}`,
        status,
      })),
    });
  assert.deepEqual(bandsMet(scans("running"), scans("completed")), ["band 0"]);
  assert.deepEqual(bandsMet(scans("queued"), scans("running")), ["band 0"]);
  assert.deepEqual(bandsMet(scans(), scans("running")), ["band 0"]);
  assert.deepEqual(bandsMet(scans("completed", "queued"), scans("completed", "queued")), []);
});
