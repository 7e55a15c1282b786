/** What a listing says about itself without its attributes: its title and its class. */

import type { Offer } from "@/core/domain/market.ts";
import { FILTER_FIELDS, plainWords } from "./fields.ts";
import type { AssetTraits } from "./match.ts";

const EXTERIOR = /\((Factory New|Minimal Wear|Field-Tested|Well-Worn|Battle-Scarred)\)$/;

/**
 * Traits that follow from title and class alone; what does not follow is null. Souvenir and
 * StatTrak always stand in a CS2 title. A quality stands in front of a Dota 2 or TF2 title unless it
 * is the ordinary one, which cannot be told from a word of the name.
 */
export function traitsOfOffer({ game, title, assetClass }: Offer): AssetTraits {
  switch (game) {
    case "a8db": {
      const exterior = EXTERIOR.exec(title)?.[1];
      return {
        exterior: exterior === undefined ? null : [exterior],
        floatPart: assetClass.floatPart === null ? null : [assetClass.floatPart],
        phase: assetClass.phase === null ? [] : [assetClass.phase],
        pattern: assetClass.paintSeed,
        statTrak: title.includes("StatTrak™"),
        souvenir: title.startsWith("Souvenir "),
      };
    }
    case "9a92":
      return { quality: leadingQuality(game, title) };
    case "tf2": {
      const isUncraftable = title.startsWith("Non-Craftable ");
      return {
        quality: leadingQuality(game, title.replace(/^Non-Craftable /, "")),
        craftable: isUncraftable ? false : null,
      };
    }
    case "rust":
      return {};
  }
}

function leadingQuality(game: "9a92" | "tf2", title: string): readonly string[] | null {
  const spec = FILTER_FIELDS[game].quality;
  const word = plainWords(title.split(" ")[0] ?? "");
  return spec?.kind === "words" && spec.allowed.includes(word) ? [word] : null;
}

/** Traits read from attributes over those that follow from the title. */
export function joinTraits(base: AssetTraits, told: AssetTraits): AssetTraits {
  const known = Object.entries(told).filter(([, trait]) => trait !== null && trait !== undefined);
  return { ...base, ...Object.fromEntries(known) };
}
