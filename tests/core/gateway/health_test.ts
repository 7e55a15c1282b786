import assert from "node:assert/strict";
import { type ActorHealth, type Health, judgeHealth } from "@/core/gateway/health.ts";

const ACTOR: ActorHealth = {
  status: "ready",
  incarnation: 1,
  uptimeSeconds: 1,
  restarts: 0,
  restartsInWindow: 0,
  restartLimit: 10,
  nextRestartAt: null,
  lastExit: null,
  mailbox: { depth: 0, capacity: 1, dropped: 0, refused: 0 },
  handled: 0,
  busyMs: 0,
  heartbeatAgeMs: 0,
  lagMs: 0,
  checkpointAgeMs: null,
  memoryMB: 1,
  facts: {},
};

function house(change: Partial<Health> = {}): Omit<Health, "status" | "notes"> {
  return {
    version: "1",
    mode: "dry",
    market: "simulated",
    uptimeSeconds: 1,
    actors: { web: ACTOR },
    zombies: 0,
    deadLetters: 0,
    outbox: { pending: 0, attempting: 0, unknown: 0, oldestMs: 0 },
    breakers: { reads: "closed" },
    lease: { held: true, epoch: 1, expiresInMs: 1 },
    database: { status: "up", kind: "embedded", roundTripMs: 1, commitsWaitingMs: null },
    disk: { freeBytes: 1, usedRatio: 0.9 },
    ...change,
  };
}

function judged(change: Partial<Health>): readonly string[] {
  const { status, notes } = judgeHealth(house(change));
  return [status, ...notes.map(({ reason }) => reason)];
}

Deno.test("a house in which everything is as it should be passes without a note", () => {
  assert.deepEqual(judged({}), ["pass"]);
});

Deno.test("what hinders the work fails the house, what a person should see warns", () => {
  const { outbox, lease, database } = house();
  assert.deepEqual(judged({ lease: { ...lease, held: false }, deadLetters: 2 }), [
    "fail",
    "The lease is not held, so nothing can be written",
    "Dead letters: 2",
  ]);
  assert.deepEqual(judged({ database: { ...database, status: "down", commitsWaitingMs: 5 } }), [
    "fail",
    "The database does not answer",
    "Commits wait for the database",
  ]);
  assert.deepEqual(
    judged({
      zombies: 1,
      outbox: { ...outbox, unknown: 3 },
      breakers: { reads: "open" },
      disk: { freeBytes: 1, usedRatio: 0.91 },
    }),
    [
      "warn",
      "Hung threads that still burn a core: 1",
      "Effects without a known outcome: 3",
      "The circuit breaker reads is open",
      "The disk is nearly full",
    ],
  );
});

Deno.test("an actor that is not ready, or not connected, is named with its state, also as data", () => {
  const telegram = { ...ACTOR, facts: { connection: "offline" } };
  assert.deepEqual(judged({ actors: { scanner: { ...ACTOR, status: "failed" }, telegram } }), [
    "fail",
    "scanner has failed for good",
    "telegram is offline",
  ]);
  const { notes: [note] } = judgeHealth(house({ actors: { web: { ...ACTOR, status: "hung" } } }));
  assert.deepEqual(note, {
    reason: "web is hung",
    said: { code: "actor-is", values: { actor: "web", state: "hung" } },
  });
});
