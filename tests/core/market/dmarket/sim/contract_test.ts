/** The yardstick itself: what it takes for documented, and what not. */

import assert from "node:assert/strict";
import { OPERATIONS } from "@/core/market/dmarket/operations.ts";
import { documentedAnswer, documentOf } from "../documented.ts";
import { assertDocumented } from "./contract.ts";

const NAMES = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[];

interface Change {
  readonly what: string;
  readonly body: unknown;
}

/** The body once for each of its fields, with that field changed by `change`. */
function changed(body: unknown, what: string, change: (at: Parent, name: string) => void) {
  const changes: Change[] = [];
  const places = fieldPlaces(body);
  for (const place of places) {
    const copy = structuredClone(body);
    const name = place.at(-1) ?? "";
    const parent = place.slice(0, -1).reduce<unknown>(
      (at, key) => (at as Parent)[key],
      copy,
    ) as Parent;
    change(parent, name);
    changes.push({ what: `${what} ${place.join(".")}`, body: copy });
  }
  return changes;
}

type Parent = Record<string, unknown>;

function fieldPlaces(value: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = [...at, key];
    const own = Array.isArray(value) || at.at(-1) === "attributes" ? [] : [place];
    return [...own, ...fieldPlaces(inner, place)];
  });
}

function accepts(path: string, json: unknown): boolean {
  try {
    assertDocumented({ status: 200, text: "", json }, path);
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) return false;
    throw error;
  }
}

for (const name of NAMES) {
  const { path, response } = documentOf(name);
  const answer = documentedAnswer(response) as Parent;

  Deno.test(`${name}: its documented answer passes, any other does not`, () => {
    assert.ok(accepts(path, answer));
    // Asking for the inventory to be read again is answered by an empty object.
    assert.equal(accepts(path, {}), name === "syncInventory");
    assert.ok(!accepts(path, { ...answer, strayed: 1 }), "a stray field");
    const changes = [
      ...changed(answer, "without", (parent, field) => delete parent[field]),
      ...changed(answer, "null for", (parent, field) => {
        parent[field] = null;
      }),
      ...changed(answer, "with a stray beside", (parent) => {
        parent.strayed = 1;
      }),
    ];
    const taken = changes.filter(({ body }) => accepts(path, body)).map(({ what }) => what);
    assert.deepEqual(taken, []);
    assert.equal(changes.length > 0, name !== "syncInventory");
  });
}
