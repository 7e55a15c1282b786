import assert from "node:assert/strict";
import { answerError, errorDetail } from "@/core/market/dmarket/answers.ts";

Deno.test("answerError() says the consequence of every status", () => {
  const cases: [number, string][] = [
    [302, "rejected unexpected-status"],
    [400, "rejected bad-request"],
    [401, "rejected unauthorized"],
    [403, "rejected forbidden"],
    [404, "rejected not-found"],
    [409, "rejected conflict"],
    [410, "rejected gone"],
    [418, "rejected refused"],
    [429, "transient rate-limited"],
    [500, "transient server-error"],
    [503, "transient server-error"],
  ];
  for (const [status, expected] of cases) {
    const error = answerError("GET /x", { status, text: "" });
    assert.equal(`${error.kind} ${error.code}`, expected);
    assert.equal(error.message, `DMarket answered GET /x with ${status}`);
  }
});

Deno.test("errorDetail() reads all four error forms", () => {
  const cases: [unknown, string | null][] = [
    [
      { code: "NotFound", message: "No such user", validationDetails: {} },
      "NotFound: No such user",
    ],
    [{ Code: "Unauthorized", Message: "Unauthorized" }, "Unauthorized"],
    [{ error: "bad title", code: 3, message: "bad title" }, "3: bad title"],
    [{ error: "boom" }, "boom"],
    [{}, null],
    [[], null],
    [null, null],
    ["text", null],
    [{ code: { a: 1 } }, null],
  ];
  for (const [body, detail] of cases) assert.equal(errorDetail(JSON.stringify(body)), detail);
  assert.equal(errorDetail("<html>"), null);
  assert.equal(errorDetail(""), null);
});

Deno.test("errorDetail() is short and shows nothing that may be a key", () => {
  const key = "c5321490b7f5ce81d5ba1bebd5501257b964de2dab21e24007c79d1324696467";
  const detail = errorDetail(
    JSON.stringify({ code: "InvalidSignature", message: `key ${key} no` }),
  );
  assert.equal(detail, "InvalidSignature: key (hidden) no");
  const long = errorDetail(JSON.stringify({ message: "word ".repeat(500) }));
  assert.ok(long !== null && long.length <= 200);
});
