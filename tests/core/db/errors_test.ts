import assert from "node:assert/strict";
import { isAnswer, isAway, toDatabaseError } from "@/core/db/errors.ts";
import { ActorError } from "@/core/kernel/errors.ts";

function failure(code: string): Error {
  return Object.assign(new Error("It failed"), { code });
}

Deno.test("a connection that breaks under a write leaves the outcome unknown", () => {
  for (const code of ["CONNECTION_CLOSED", "ECONNRESET", "EPIPE", "57P01", "57P02"]) {
    const error = toDatabaseError(failure(code), "write");
    assert.equal(error.kind, "unknown", code);
    assert.equal(error.code, "database-outcome-unknown", code);
  }
});

Deno.test("a connection that breaks under a read may simply be used again", () => {
  const error = toDatabaseError(failure("CONNECTION_CLOSED"), "read");
  assert.equal(error.kind, "transient");
  assert.ok(isAway(error));
});

Deno.test("a database that was never reached changed nothing", () => {
  for (const code of ["ECONNREFUSED", "ENOENT", "57P03", "53300", "CONNECT_TIMEOUT"]) {
    assert.ok(isAway(toDatabaseError(failure(code), "write")), code);
  }
});

Deno.test("each class of SQL errors has its consequence", () => {
  const kinds = Object.fromEntries(
    ["57014", "55P03", "40P01", "53100", "25P03", "25006", "22P02", "23505", "28P01", "42P01"]
      .map((code) => [code, toDatabaseError(failure(code), "write").kind]),
  );
  assert.deepEqual(kinds, {
    "57014": "transient",
    "55P03": "transient",
    "40P01": "transient",
    "53100": "transient",
    "25P03": "transient",
    "25006": "transient",
    "22P02": "rejected",
    "23505": "rejected",
    "28P01": "fatal",
    "42P01": "fatal",
  });
});

Deno.test("an error keeps its cause and is not wrapped twice", () => {
  const cause = failure("42P01");
  const error = toDatabaseError(cause, "write");
  assert.equal(error.cause, cause);
  assert.match(error.message, /It failed \(42P01\)/);
  const own = new ActorError("rejected", "own", "Own");
  assert.equal(toDatabaseError(own, "write"), own);
});

Deno.test("what the server says itself is an answer, whatever it says; silence and broken lines are none", () => {
  for (const code of ["57P03", "53300", "28P01", "57014", "XX000"]) {
    assert.ok(isAnswer(toDatabaseError(failure(code), "read")), code);
  }
  for (const code of ["ECONNREFUSED", "ENOENT", "EPIPE", "CONNECTION_CLOSED"]) {
    assert.ok(!isAnswer(toDatabaseError(failure(code), "read")), code);
  }
  assert.ok(!isAnswer(new ActorError("transient", "database-deadline", "No answer")));
});
