/** What an asset's attributes say about the filters of its game. */

import type { AssetTraits } from "@/core/domain/filters/match.ts";
import type { GameId } from "@/core/domain/market.ts";

/** Names of one asset that are kept. */
const MAX_NAMES = 50;
const MAX_CHARS = 100;

/**
 * Reads `attributes` of a v2 row. For people's filters only, so that a field of another form is one
 * that was not told, never an error.
 */
export function readTraits(game: GameId, attributes: unknown): AssetTraits {
  const asset = record(attributes);
  const category = text(asset.categoryPath);
  switch (game) {
    case "a8db": {
      const cs2 = record(asset.cs2 ?? asset.cs2Attributes);
      const rank = text(cs2.category)?.[0] ?? null;
      return {
        category,
        exterior: text(cs2.exterior, "EXTERIOR_"),
        floatPart: text(cs2.floatPart, "FLOAT_PART_"),
        phase: text(cs2.phase),
        pattern: number(cs2.paintSeed),
        stickers: names(cs2.stickers),
        // A knife is filed under its star whether it counts kills or not.
        statTrak: rank !== null && /stattrak/i.test(rank) ? true : null,
        souvenir: rank === null ? null : /souvenir/i.test(rank),
      };
    }
    case "9a92": {
      const { hero, rarity, quality, gems } = record(asset.dota2);
      return {
        hero: text(hero),
        rarity: text(rarity),
        quality: text(quality),
        gems: names(gems),
      };
    }
    case "tf2": {
      const { quality, effect, isCraftable } = record(asset.tf2);
      return {
        quality: text(quality),
        craftable: typeof isCraftable === "boolean" ? isCraftable : null,
        unusualEffect: typeof effect === "string" ? text(effect) ?? [] : null,
      };
    }
    case "rust":
      return { type: text(record(asset.rust).type) ?? category };
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Readonly<Record<string, unknown>>
    : {};
}

function text(value: unknown, prefix = ""): readonly string[] | null {
  if (typeof value !== "string" || value.length > MAX_CHARS) return null;
  const bare = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return bare === "" || /unspecified/i.test(bare) ? null : [bare];
}

function number(value: unknown): number | null {
  const read = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof read === "number" && Number.isInteger(read) ? read : null;
}

function names(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value.slice(0, MAX_NAMES).flatMap((entry: unknown) => text(record(entry).name) ?? []);
}
