/** Holds answers to the OpenAPI document and to the field sets that live clients parse. */

import assert from "node:assert/strict";
import type { FieldType } from "../documented.ts";
import type { Answer } from "./signed_client.ts";
import openapi from "@/tests/fixtures/dmarket/openapi-operations.json" with { type: "json" };
import shapes from "@/tests/fixtures/dmarket/shape-fields.json" with { type: "json" };

type Fields = Readonly<Record<string, FieldType>>;

/** Where an operation's answers differ from the document, each for a reason. */
export interface Differences {
  /** Documented fields that come in another form, or not at all. */
  readonly unlike?: readonly string[];
  /** Fields that come without being documented. */
  readonly extra?: readonly string[];
  /** Documented fields that may be null. */
  readonly nullable?: readonly string[];
  /** Documented lists that have no rows in this answer. */
  readonly empty?: readonly string[];
}

function fieldsOf(path: string): Fields {
  const operation = openapi.operations.find((known) => known.path === path);
  assert.ok(operation, `no operation ${path}`);
  return operation.response as unknown as Fields;
}

/** All values at a path such as `items[].offerId`. */
function valuesAt(body: unknown, path: string): unknown[] {
  const parts = path.replaceAll("[]", ".[]").split(".").filter((part) => part !== "");
  return parts.reduce<unknown[]>((values, part) =>
    values.flatMap((value) => {
      if (part === "[]") return Array.isArray(value) ? value : [];
      const inner = (value as Record<string, unknown> | null)?.[part];
      return inner === undefined ? [] : [inner];
    }), [body]);
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** The specification's int64 fields travel as strings: DMarket speaks protobuf's JSON. */
function conforms(value: unknown, field: FieldType): boolean {
  if (field.type === "integer") {
    return field.format === "int64" && typeof value === "string"
      ? /^-?\d+$/.test(value)
      : Number.isInteger(value);
  }
  const fits = jsonType(value) === field.type;
  return fits && (field.enum === undefined || field.enum.includes(value));
}

/** Every documented field is there, in its documented type, and no field that is not documented. */
export function assertDocumented(
  answer: Pick<Answer, "status" | "text" | "json">,
  path: string,
  differences: Differences = {},
): void {
  assert.equal(answer.status, 200, answer.text);
  const fields = fieldsOf(path);
  for (const [name, field] of Object.entries(fields)) {
    if (differences.unlike?.includes(name)) continue;
    assertField(answer.json, { path, name, field, differences });
  }
  for (const name of new Set(fieldNames(answer.json, fields))) {
    const isKnown = name in fields || differences.extra?.includes(name);
    assert.ok(isKnown, `${path} does not document ${name}`);
  }
}

interface Expected {
  readonly path: string;
  readonly name: string;
  readonly field: FieldType;
  readonly differences: Differences;
}

function assertField(body: unknown, { path, name, field, differences }: Expected): void {
  const values = valuesAt(body, name);
  const parents = valuesAt(body, name.replace(/(\.?[^.[\]]+|\[\])$/, ""))
    .filter((parent) => parent !== null);
  if (name.endsWith("[]")) {
    const isEmpty = differences.empty?.includes(name.slice(0, -2)) || parents.length === 0;
    assert.ok(isEmpty || values.length > 0, `${path} ${name} has no row to look at`);
  } else assert.equal(values.length, parents.length, `${path} lacks ${name}`);
  for (const value of values) {
    const mayBeNull = value === null && differences.nullable?.includes(name);
    assert.ok(
      mayBeNull || conforms(value, field),
      `${path} ${name} must be ${field.type}, is ${JSON.stringify(value)}`,
    );
  }
}

/** Paths of all fields of a body, down to objects whose fields the document leaves open. */
function fieldNames(value: unknown, fields: Fields, at = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => fieldNames(one, fields, `${at}[]`));
  const isOpen = at in fields && !Object.keys(fields).some((path) => path.startsWith(`${at}.`));
  if (typeof value !== "object" || value === null || isOpen) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return [path, ...fieldNames(inner, fields, path)];
  });
}

/** Every field that live clients read is there in one of its types. */
export function assertShape(
  answer: Answer,
  shape: keyof typeof shapes,
  except: readonly string[] = [],
): void {
  for (const [name, types] of Object.entries(shapes[shape])) {
    if (except.includes(name)) continue;
    const values = valuesAt(answer.json, name);
    if (!name.endsWith("[]")) assert.ok(values.length > 0, `${shape} lacks ${name}`);
    for (const value of values) {
      assert.ok(
        (types as readonly string[]).includes(jsonType(value)) || value === null,
        `${shape} ${name}: ${JSON.stringify(value)}`,
      );
    }
  }
}
