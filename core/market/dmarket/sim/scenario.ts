/**
 * The scenario file, `marketd-scenario/1`: a market as people write, exchange and keep it. All inner
 * rows are in wire form. Unknown fields are allowed, so that files may say more than we read.
 */

import { z } from "zod";
import { GAMES } from "@/core/domain/market.ts";
import { PURCHASES } from "./labels.ts";

/** The value of `format`. */
export const SCENARIO_FORMAT = "marketd-scenario/1";

const MAX_TITLES = 200_000;
const MAX_ROWS_PER_TITLE = 100_000;

const WHOLE = "Must be a whole number of at most 15 digits, plain or in quotes";

/** A whole number in either of DMarket's encodings; kept as the string that the live API sends. */
const int64 = z.union([
  z.string().regex(/^\d{1,15}$/, WHOLE),
  z.int(WHOLE).min(0, WHOLE).max(999_999_999_999_999, WHOLE),
], WHOLE).transform(String);

/** A price that no client would take stands in no file. */
const MAX_CENTS = 1_000_000_000_000;
const PRICE = "Must be whole cents above 0 and up to $10 billion";
const price = int64.refine((text) => Number(text) >= 1 && Number(text) <= MAX_CENTS, PRICE);

const timestamp = z.string().refine(
  (text) => /^\d{4}-\d\d-\d\dT/.test(text) && Number.isFinite(Date.parse(text)),
  "Must be an ISO 8601 date and time",
);

const fraction = z.string().regex(/^[01](\.\d{1,9})?$/, "Must be a fraction such as 0.07");
const title = z.string().min(1).max(300);
/** Ours, never on the wire: what is planted in a row. */
const labels = z.array(z.string().max(100)).max(30).optional();

const offer = z.looseObject({
  offerId: z.string().min(1).max(100),
  priceCents: price,
  createdAt: timestamp.nullish(),
  locked: z.boolean().default(false),
  labels,
  /** One of them by its older name. */
  purchase: z.enum(PURCHASES).optional(),
  attributes: z.looseObject({
    title: title.optional(),
    gameId: z.string().optional(),
    unlockDate: timestamp.nullish(),
    settlementTime: timestamp.nullish(),
    withdrawOnlyEndTime: timestamp.nullish(),
    revertPendingUntil: timestamp.nullish(),
  }).default({}),
});

const target = z.looseObject({
  labels,
  amount: int64,
  /** Cents. */
  price,
  attributes: z.looseObject({}).default({}),
});

const sale = z.looseObject({
  /** Dollars. */
  price: z.string().regex(/^\d{1,12}(\.\d{1,6})?$/, 'Must be dollars in quotes, such as "15.99"')
    .refine(
      (text) => Number(text) >= 0.01 && Number(text) <= MAX_CENTS / 100,
      "Must be above 0 and up to $10 billion",
    ),
  /** Unix seconds. */
  date: int64,
  txOperationType: z.enum(["Offer", "Target", "Order"]),
  offerAttributes: z.looseObject({}).default({}),
  orderAttributes: z.looseObject({}).default({}),
});

const aggregated = z.looseObject({
  orderBestPrice: int64.optional(),
  orderCount: int64.optional(),
  offerBestPrice: int64.optional(),
  offerCount: int64.optional(),
});

const titleRow = z.looseObject({
  title,
  labels,
  offers: z.array(offer).max(MAX_ROWS_PER_TITLE).default([]),
  targets: z.array(target).max(MAX_ROWS_PER_TITLE).default([]),
  sales: z.array(sale).max(MAX_ROWS_PER_TITLE).default([]),
  truth: z.looseObject({
    quick: z.boolean().optional(),
    list: z.boolean().optional(),
    label: z.string().max(100).optional(),
  }).optional(),
  /** What the aggregate says in place of what the rows add up to. */
  aggregated: aggregated.optional(),
});

const fees = z.looseObject({
  defaultFee: z.looseObject({ fraction, minAmount: z.int().min(0) }),
  reducedFees: z.array(z.looseObject({
    title,
    fraction,
    minPrice: z.int().min(0),
    maxPrice: z.int().min(0),
    expiresAt: z.int().min(0),
  })).default([]),
  /** The source had no fees: these are the documented default. */
  assumed: z.boolean().default(false),
});

const game = z.looseObject({
  fees: fees.optional(),
  titles: z.array(titleRow).max(MAX_TITLES),
});

const scenario = z.looseObject({
  format: z.literal(SCENARIO_FORMAT),
  seed: z.int().min(0).max(4_294_967_295).default(0),
  /** The moment the rows describe; without it dates are taken as they are. */
  now: timestamp.optional(),
  games: z.partialRecord(z.enum(GAMES), game),
});

/** A checked scenario: defaults filled in, whole numbers as strings. */
export type Scenario = z.output<typeof scenario>;
/** One game of a scenario. */
export type ScenarioGame = z.output<typeof game>;
/** One title of a scenario. */
export type ScenarioTitle = z.output<typeof titleRow>;
/** One listing of a scenario, in wire form. */
export type ScenarioOffer = z.output<typeof offer>;
/** One sale of a scenario, in wire form. */
export type ScenarioSale = z.output<typeof sale>;

/** A file that is no scenario; the message lists what is wrong by JSON path. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
}

const MAX_ISSUES = 10;

/** The checked scenario. Throws {@link ScenarioError}. */
export function parseScenario(value: unknown): Scenario {
  const parsed = scenario.safeParse(value);
  if (!parsed.success) throw new ScenarioError(issuesText(parsed.error.issues));
  checkOnce(parsed.data);
  return parsed.data;
}

/** Issues as lines of `path: message`, at most ten. */
export function issuesText(issues: readonly z.core.$ZodIssue[]): string {
  const lines = issues.slice(0, MAX_ISSUES).map(({ path, message }) =>
    `${pathOf(path)}: ${message}`
  );
  const more = issues.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n");
}

function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "(root)";
  return path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("").slice(
    path[0] !== undefined && typeof path[0] !== "number" ? 1 : 0,
  );
}

/** What the shape alone cannot say: ids and titles are unique, and rows name their own title and game. */
function checkOnce({ games }: Scenario): void {
  const offerIds = new Set<string>();
  for (const id of GAMES) {
    const titles = new Set<string>();
    for (const [i, row] of (games[id]?.titles ?? []).entries()) {
      const path = `games.${id}.titles[${i}]`;
      if (titles.has(row.title)) {
        throw new ScenarioError(`${path}.title: "${row.title}" appears twice`);
      }
      titles.add(row.title);
      for (const [j, { offerId, attributes }] of row.offers.entries()) {
        const offer = `${path}.offers[${j}]`;
        if (offerIds.has(offerId)) {
          throw new ScenarioError(`${offer}.offerId: "${offerId}" appears twice`);
        }
        offerIds.add(offerId);
        requireOwn(`${offer}.attributes.title`, attributes.title, row.title);
        requireOwn(`${offer}.attributes.gameId`, attributes.gameId || id, id);
      }
    }
  }
}

function requireOwn(path: string, told: string | undefined, own: string): void {
  if (told === undefined || told === own) return;
  throw new ScenarioError(`${path}: Must be "${own}": current value is "${told}"`);
}
