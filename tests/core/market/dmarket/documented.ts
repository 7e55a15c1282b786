/** The operations of the OpenAPI document, and answers made of every field it names. */

import assert from "node:assert/strict";
import { OPERATIONS } from "@/core/market/dmarket/operations.ts";
import openapi from "@/tests/fixtures/dmarket/openapi-operations.json" with { type: "json" };

export interface FieldType {
  readonly type: string;
  readonly format?: string;
  readonly required?: boolean;
  readonly enum?: readonly unknown[];
}

export interface Documented {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly enum?: readonly string[];
  }[];
  readonly request: Readonly<Record<string, FieldType>> | null;
  readonly response: Readonly<Record<string, FieldType>>;
}

/** What the document says of an operation. */
export function documentOf(name: keyof typeof OPERATIONS): Documented {
  const { method, path } = OPERATIONS[name];
  const found = (openapi.operations as readonly unknown[] as readonly Documented[]).find((known) =>
    known.method === method && known.path.replaceAll(/\{\w+\}/g, "{}") === path
  );
  assert.ok(found, `${method} ${path} is not documented`);
  return found;
}

/** What the document leaves open: the form of texts that hold numbers, and of free objects. */
const FORMS: Readonly<Record<string, unknown>> = {
  attributes: { id: "id", title: "T", gameId: "a8db", tradable: true },
  "aggregatedPrices[].offerBestPrice.Amount": "1599",
  "aggregatedPrices[].orderBestPrice.Amount": "1310",
  "items[].offerRecommendedPrice.amount": "15.99",
  "items[].suggestedPrice.amount": "15.40",
  "sales[].price": "15.99",
  "orders[].price": "1310",
  "defaultFee.fraction": "0.07",
  "reducedFees[].fraction": "0.03",
  currency: "USD",
  Currency: "USD",
  title: "T",
  Title: "T",
  usd: "12345",
  usdAvailableToWithdraw: "12000",
  Successful: true,
};

function sample(path: string, field: FieldType): unknown {
  const name = path.split(".").at(-1) ?? "";
  if (path === "orders[].attributes") return {};
  if (path in FORMS) return FORMS[path];
  if (name in FORMS && field.type !== "any") return FORMS[name];
  if (field.enum !== undefined) return field.enum[0];
  if (field.type === "string") {
    if (field.format === "int64" || field.format === "uint64") return "1781692200";
    return field.format === "date-time" ? "2026-06-17T10:30:00Z" : "id";
  }
  const values: Record<string, unknown> = { integer: 7, number: 15.99, boolean: true, any: "x" };
  return values[field.type] ?? {};
}

/** An answer with every documented field; lists hold one element. */
export function documentedAnswer(fields: Documented["response"]): unknown {
  const root: Record<string, unknown> = {};
  const isParent = (path: string) => Object.keys(fields).some((one) => one.startsWith(`${path}.`));
  for (const [path, field] of Object.entries(fields)) {
    const parents = path.split(".").slice(0, -1);
    let at = root;
    for (const parent of parents) {
      const inner = at[parent.replace("[]", "")];
      at = (Array.isArray(inner) ? inner[0] : inner) as Record<string, unknown>;
    }
    const name = (path.split(".").at(-1) ?? "").replace("[]", "");
    if (path.endsWith("[]")) at[name] = [sample(path, field)];
    else if (isParent(path)) at[name] = {};
    else at[name] = field.type === "array" ? [] : sample(path, field);
  }
  return root;
}
