/** Holds answers to the OpenAPI document and to the field sets that live clients parse. */

import assert from "node:assert/strict";
import type { Answer } from "./signed_client.ts";
import openapi from "@/tests/fixtures/dmarket/openapi-operations.json" with { type: "json" };
import shapes from "@/tests/fixtures/dmarket/shape-fields.json" with { type: "json" };

interface Field {
  readonly type: string;
  readonly format?: string;
  readonly enum?: readonly (string | number)[];
}

type Fields = Readonly<Record<string, Field>>;

/** A body as the fixture describes it: a tree of objects, lists and leaves. */
interface Tree {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly (string | number)[];
  readonly object?: Readonly<Record<string, Tree>>;
  readonly list?: Tree;
}

function fieldsOf(path: string): Fields {
  const operation = openapi.operations.find((known) => known.path === path);
  assert.ok(operation, `no operation ${path}`);
  return Object.fromEntries(flattened(operation.response as Tree, ""));
}

/** Paths such as `items[].offerId` with what is said about them. */
function flattened(tree: Tree, path: string): [string, Field][] {
  const { object, list, type = object ? "object" : list ? "array" : "any" } = tree;
  const inner = Object.entries(object ?? {}).flatMap(([name, field]) =>
    flattened(field, path === "" ? name : `${path}.${name}`)
  );
  const own: [string, Field][] = path === "" ? [] : [[path, { ...tree, type }]];
  return [...own, ...inner, ...(list === undefined ? [] : flattened(list, `${path}[]`))];
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
function conforms(value: unknown, field: Field): boolean {
  if (field.type === "any") return true;
  if (field.type === "integer") {
    return field.format === "int64" && typeof value === "string"
      ? /^-?\d+$/.test(value)
      : Number.isInteger(value);
  }
  const fits = jsonType(value) === field.type;
  return fits && (field.enum === undefined || field.enum.includes(value as string));
}

/** Each documented field is there, and every value of it has the documented type. */
export function assertDocumented(
  answer: Answer,
  path: string,
  except: readonly string[] = [],
): void {
  assert.equal(answer.status, 200, answer.text);
  for (const [name, field] of Object.entries(fieldsOf(path))) {
    if (except.includes(name)) continue;
    const values = valuesAt(answer.json, name);
    const parent = name.replace(/(\.[^.]+|\[\])$/, "");
    const parents = name.includes(".") ? valuesAt(answer.json, parent) : [answer.json];
    if (parents.length > 0 && !name.endsWith("[]")) {
      assert.ok(values.length > 0, `${path} lacks ${name}`);
    }
    for (const value of values) {
      assert.ok(conforms(value, field), `${path} ${name}: ${JSON.stringify(value)}`);
    }
  }
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
