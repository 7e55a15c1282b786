/**
 * Turns recorded responses into one scenario, in both forms that exist: bodies of the retired
 * `/exchange/v1/market/items`, and price lists reduced from live scans. Only what was recorded is
 * filled in: such a scenario has no bids and no sales, and its fees are the documented default.
 */

import { z } from "zod";
import { type GameId, GAMES } from "@/core/domain/market.ts";
import type { Wire } from "./books.ts";
import { ASSUMED_FEES } from "./market.ts";
import { issuesText, SCENARIO_FORMAT, ScenarioError } from "./scenario.ts";
import { discountPercent, isoOf } from "./wire.ts";

/** One recorded listing, in the units of both forms. */
interface Listing {
  readonly game: GameId;
  readonly title: string;
  readonly offerId: string;
  readonly priceCents: number;
  readonly suggestedCents: number | null;
  /** Unix seconds; null when it was not recorded. */
  readonly createdAtS: number | null;
  /** The moment of the recording, unix seconds. */
  readonly seenAtS: number;
  /** Left of the trade lock, as recorded: may be negative. */
  readonly lockS: number;
  readonly locked: boolean;
  /** What else is known, in wire form. */
  readonly attributes: Wire;
}

/** A file's name, for messages, and its parsed content. */
export interface RecordedFile {
  readonly name: string;
  readonly content: unknown;
}

const centsText = z.string().regex(/^\d{0,15}$/, "Must be cents in quotes");

const v1Schema = z.looseObject({
  objects: z.array(z.looseObject({
    itemId: z.string().min(1),
    title: z.string().min(1),
    gameId: z.enum(GAMES),
    classId: z.string().optional(),
    lockStatus: z.boolean().optional(),
    price: z.looseObject({ USD: centsText.min(1, "Must not be empty") }),
    suggestedPrice: z.looseObject({ USD: centsText }).optional(),
    createdAt: z.int().optional(),
    extra: z.looseObject({
      offerId: z.string().min(1).optional(),
      categoryPath: z.string().optional(),
      tradable: z.boolean().optional(),
      withdrawable: z.boolean().optional(),
      saleRestricted: z.boolean().optional(),
      tradeLockDuration: z.number().optional(),
      inGameAssetID: z.string().optional(),
      exterior: z.string().optional(),
      category: z.string().optional(),
      floatValue: z.number().optional(),
      floatPartValue: z.string().optional(),
      paintIndex: z.int().optional(),
      paintSeed: z.int().optional(),
      stickers: z.array(z.looseObject({ name: z.string() })).optional(),
    }),
  })),
});

const pricesSchema = z.looseObject({
  prices: z.array(z.looseObject({
    item_id: z.string().min(1),
    item_name: z.string().min(1),
    game: z.enum(["csgo", "dota2", "tf2", "rust"]),
    price_usd: z.number().min(0).max(1e9),
    suggested_price_usd: z.number().min(0).max(1e9).nullish(),
    collected_at: z.string().refine((text) => Number.isFinite(Date.parse(text)), "Must be a date"),
    trade_lock_hours: z.number().nullish(),
    category: z.string().nullish(),
    exterior: z.string().nullish(),
    float_value: z.number().nullish(),
  })),
});

const SCANNED_GAMES = { csgo: "a8db", dota2: "9a92", tf2: "tf2", rust: "rust" } as const;

/** One scenario of all files; of offers recorded twice the later stays. Throws ScenarioError. */
export function importRecorded(files: readonly RecordedFile[]): Wire {
  // A listing for nothing is none, and a scenario has no place for it.
  const listings = files.flatMap(listingsOf).filter(({ priceCents }) => priceCents > 0);
  if (listings.length === 0) throw new ScenarioError("The files hold no offers");
  const latest = new Map<string, Listing>();
  for (const listing of listings) {
    const known = latest.get(listing.offerId);
    if (known === undefined || known.seenAtS <= listing.seenAtS) {
      latest.set(listing.offerId, listing);
    }
  }
  const nowS = listings.reduce((newest, { seenAtS }) => Math.max(newest, seenAtS), 0);
  const games = Map.groupBy(latest.values(), ({ game }) => game);
  return {
    format: SCENARIO_FORMAT,
    seed: 0,
    now: isoOf(nowS),
    games: Object.fromEntries([...games].map(([game, rows]) => [game, gameOf(rows)])),
  };
}

function listingsOf({ name, content }: RecordedFile): readonly Listing[] {
  const asked = typeof content === "object" && content !== null ? content : {};
  if ("objects" in asked) return v1Listings(checked(v1Schema, name, content));
  if ("prices" in asked) return scannedListings(checked(pricesSchema, name, content));
  throw new ScenarioError(`${name}: Must hold "objects" (v1 market items) or "prices" (a scan)`);
}

function checked<T extends z.ZodType>(schema: T, name: string, content: unknown): z.output<T> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new ScenarioError(issuesText(parsed.error.issues).replaceAll(/^/gm, `${name}: `));
}

/** The body names no moment of its own: the newest listing in it stands for the recording. */
function v1Listings({ objects }: z.output<typeof v1Schema>): readonly Listing[] {
  const seenAtS = objects.reduce((newest, { createdAt = 0 }) => Math.max(newest, createdAt), 0);
  return objects.map((row) => {
    const { extra } = row;
    const suggested = row.suggestedPrice?.USD ?? "";
    return {
      game: row.gameId,
      title: row.title,
      offerId: extra.offerId ?? row.itemId,
      priceCents: Number(row.price.USD),
      suggestedCents: suggested === "" ? null : Number(suggested),
      createdAtS: row.createdAt ?? null,
      seenAtS,
      lockS: extra.tradeLockDuration ?? 0,
      locked: row.lockStatus ?? false,
      attributes: {
        id: row.itemId,
        ...known({
          categoryPath: extra.categoryPath,
          classId: row.classId,
          inGameAssetId: extra.inGameAssetID,
          tradable: extra.tradable,
          withdrawable: extra.withdrawable,
          saleRestricted: extra.saleRestricted,
        }),
        ...(row.gameId === "a8db" ? { cs2: v1Cs2(extra) } : {}),
      },
    };
  });
}

function v1Cs2(extra: z.output<typeof v1Schema>["objects"][number]["extra"]): Wire {
  return known({
    ...cs2Words(extra.category, extra.exterior),
    float: extra.floatValue?.toFixed(10),
    floatPart: extra.floatPartValue === undefined
      ? undefined
      : `FLOAT_PART_${enumOf(extra.floatPartValue)}`,
    paintSeed: extra.paintSeed,
    paintIndex: extra.paintIndex,
    stickers: extra.stickers?.map(({ name }) => ({ name })),
  });
}

function scannedListings({ prices }: z.output<typeof pricesSchema>): readonly Listing[] {
  return prices.map((row) => {
    const game = SCANNED_GAMES[row.game];
    const suggested = row.suggested_price_usd ?? 0;
    const lockS = Math.round((row.trade_lock_hours ?? 0) * 3_600);
    const words = cs2Words(row.category, row.exterior);
    return {
      game,
      title: row.item_name,
      offerId: row.item_id,
      priceCents: Math.round(row.price_usd * 100),
      // The scan wrote 0 where the market gave none.
      suggestedCents: suggested === 0 ? null : Math.round(suggested * 100),
      createdAtS: null,
      seenAtS: Math.floor(Date.parse(row.collected_at) / 1_000),
      lockS,
      locked: false,
      attributes: {
        ...(game === "a8db"
          ? { cs2: known({ ...words, float: row.float_value?.toFixed(10) }) }
          : {}),
      },
    };
  });
}

function gameOf(listings: readonly Listing[]): Wire {
  const titles = Map.groupBy(listings, ({ title }) => title);
  return {
    fees: ASSUMED_FEES,
    titles: [...titles].map(([title, rows]) => ({ title, offers: rows.map(offerOf) })),
  };
}

function offerOf(listing: Listing): Wire {
  const { priceCents, createdAtS, lockS, seenAtS } = listing;
  const discount = discountPercent(priceCents, listing.suggestedCents);
  return {
    offerId: listing.offerId,
    priceCents: String(priceCents),
    ...(createdAtS === null ? {} : { createdAt: isoOf(createdAtS) }),
    locked: listing.locked,
    ...(discount === null ? {} : { discountPercent: discount }),
    attributes: {
      title: listing.title,
      gameId: listing.game,
      ...listing.attributes,
      tradeLockDuration: `${lockS}s`,
      unlockDate: lockS === 0 ? null : isoOf(seenAtS + lockS),
    },
  };
}

/** The enum names of a category and a wear; empty words were not recorded. */
function cs2Words(category?: string | null, exterior?: string | null): Wire {
  const kind = (category ?? "").replace("★", "star").replace("™", "_tm");
  return {
    category: kind === "" ? undefined : `CATEGORY_${enumOf(kind)}`,
    exterior: (exterior ?? "") === "" ? undefined : `EXTERIOR_${enumOf(exterior ?? "")}`,
  };
}

function enumOf(words: string): string {
  return words.toUpperCase().replaceAll(/[ -]/g, "_");
}

function known(fields: Readonly<Record<string, unknown>>): Wire {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
