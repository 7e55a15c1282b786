import assert from "node:assert/strict";
import { matchOperation, OPERATIONS } from "@/core/market/dmarket/operations.ts";
import openapi from "@/tests/fixtures/dmarket/openapi-operations.json" with { type: "json" };

function documentedPath(path: string): string {
  return path.replaceAll(/\{\w+\}/g, "{}");
}

Deno.test("the table holds exactly the operations of the OpenAPI document", () => {
  const documented = openapi.operations.map(({ method, path }) =>
    `${method} ${documentedPath(path)}`
  );
  const ours = Object.values(OPERATIONS).map(({ method, path }) => `${method} ${path}`);
  assert.equal(ours.length, 22);
  assert.deepEqual(ours.toSorted(), documented.toSorted());
});

Deno.test("every operation matches itself, and no other", () => {
  for (const operation of Object.values(OPERATIONS)) {
    const path = operation.path.replaceAll("{}", "AK-47%20%7C%20Redline");
    assert.equal(matchOperation(operation.method, path), operation);
  }
});

Deno.test("whatever can change something is a write", () => {
  const reads = Object.values(OPERATIONS).filter(({ access }) => access === "read");
  assert.deepEqual(
    reads.filter(({ method }) => method !== "GET").map(({ path }) => path),
    ["/marketplace-api/v1/aggregated-prices"],
  );
  assert.equal(reads.length, 13);
  for (const { access, rateClass } of Object.values(OPERATIONS)) {
    assert.equal(access === "write", rateClass === "write");
  }
});

Deno.test("what is not in the table matches nothing", () => {
  const strangers: [string, string][] = [
    ["POST", "/marketplace-api/v2/offers"],
    ["GET", "/exchange/v1/offers-buy"],
    ["GET", "/exchange/v1/market/items"],
    ["GET", "/marketplace-api/v2/offers/"],
    ["GET", "/marketplace-api/v2/offers?x=1"],
    ["GET", "/marketplace-api/v2/offersX"],
    ["POST", "/marketplace-api/v2/offersXbatchCreate"],
    ["GET", "/marketplace-api/v1/targets-by-title/a8db/a/b"],
    ["GET", "/marketplace-api/v1/targets-by-title/a8db/"],
    ["GET", "//marketplace-api/v2/offers"],
    ["get", "/marketplace-api/v2/offers"],
    ["DELETE", "/exchange/v1/offers"],
    ["GET", ""],
  ];
  for (const [method, path] of strangers) {
    assert.equal(matchOperation(method, path), null, `${method} ${path}`);
  }
});
