/** Values that a schema accepts, made from nothing but the schema. */

import { z } from "zod";

/** The part of JSON Schema that zod writes. */
interface Rule {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Rule[];
  readonly oneOf?: readonly Rule[];
  readonly properties?: Readonly<Record<string, Rule>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Rule;
  readonly additionalProperties?: Rule | boolean;
  readonly items?: Rule;
  /** A tuple. */
  readonly prefixItems?: readonly Rule[];
  readonly minItems?: number;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

const UUID = "0198a7c2-7f00-7000-8000-000000000001";

/** Several values that reach every branch, the last without anything optional; checked. */
export function samplesOf(schema: z.ZodType): readonly unknown[] {
  const found = samples(z.toJSONSchema(schema, { io: "input", reused: "inline" }) as Rule);
  for (const sample of found) schema.parse(sample);
  return found;
}

function samples(rule: Rule): readonly unknown[] {
  if (rule.const !== undefined) return [rule.const];
  if (rule.enum !== undefined) return rule.enum.slice(0, 1);
  const choices = rule.anyOf ?? rule.oneOf;
  if (choices !== undefined) return choices.flatMap(samples);
  if (typeof rule.type === "object") {
    return rule.type.flatMap((type) => samples({ ...rule, type }));
  }
  switch (rule.type) {
    case "object":
      return objects(rule);
    case "array":
      if (rule.prefixItems !== undefined) return [rule.prefixItems.map((one) => samples(one)[0])];
      return [samples(rule.items ?? {}), ...(rule.minItems === undefined ? [[]] : [])];
    case "string":
      return [text(rule)];
    case "integer":
    case "number":
      return [Math.max(1, rule.minimum ?? 1, (rule.exclusiveMinimum ?? 0) + 1)];
    case "boolean":
      return [true, false];
    case "null":
      return [null];
  }
  return [{}];
}

function objects({ properties = {}, required = [], ...rule }: Rule): readonly unknown[] {
  const values = Object.entries(properties).map(([name, one]) => [name, samples(one)] as const);
  const count = Math.max(1, ...values.map(([, of]) => of.length));
  const nth = (n: number) => values.map(([name, of]) => [name, of[n % of.length]] as const);
  const whole = Array.from({ length: count }, (_, n) => nth(n));
  const bare = nth(0).filter(([name]) => required.includes(name));
  const isBarer = bare.length < values.length;
  return [...whole, ...(isBarer ? [bare] : [])].map((entries) => ({
    ...Object.fromEntries(entries),
    ...extra(rule),
  }));
}

function extra({ additionalProperties, propertyNames }: Rule): Readonly<Record<string, unknown>> {
  if (typeof additionalProperties !== "object") return {};
  const [name = "key"] = propertyNames === undefined ? [] : samples(propertyNames);
  const [value] = samples(additionalProperties);
  return { [String(name)]: value };
}

function text({ format, minLength = 0, maxLength = 20 }: Rule): string {
  if (format === "uuid") return UUID;
  if (format === "uri") return "http://127.0.0.1:1";
  return "sample".slice(0, maxLength).padEnd(minLength, "x");
}
