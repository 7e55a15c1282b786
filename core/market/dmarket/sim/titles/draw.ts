/** Draws the titles of a whole market: unique, and the same for the same seed. */

import type { GameId } from "@/core/domain/market.ts";
import { hashText, mix, Rng } from "../random.ts";
import { drawCs2, KNIVES, slug, spread, UNPAINTED } from "./cs2.ts";
import { drawDota2 } from "./dota2.ts";
import { drawRust } from "./rust.ts";
import { drawTf2 } from "./tf2.ts";
import type { TitleSpec } from "./spec.ts";

interface Share {
  readonly game: GameId;
  readonly share: number;
  readonly draw: (rng: Rng, seed: number) => TitleSpec;
}

const SHARES: readonly Share[] = [
  { game: "a8db", share: 0.64, draw: drawCs2 },
  { game: "9a92", share: 0.16, draw: drawDota2 },
  { game: "tf2", share: 0.1, draw: drawTf2 },
  { game: "rust", share: 0.1, draw: drawRust },
];

/** Draws per wanted title before a vocabulary counts as used up. */
const MAX_DRAWS_PER_TITLE = 12;

/** About `count` titles over the four games; fewer when a game's vocabulary is used up. */
export function drawTitles(seed: number, count: number): TitleSpec[] {
  return SHARES.flatMap(({ share, draw }, index) => {
    const wanted = Math.max(1, Math.round(count * share));
    const rng = new Rng(seed, 21, index);
    const byTitle = new Map<string, TitleSpec>();
    for (let i = 0; i < wanted * MAX_DRAWS_PER_TITLE && byTitle.size < wanted; i++) {
      const spec = draw(rng, seed);
      if (!byTitle.has(spec.title)) byTitle.set(spec.title, spec);
    }
    return [...byTitle.values()];
  });
}

/** Sisters that make a knife without a finish worth listing. */
const MIN_SISTERS = 3;

/** Knives without a finish, whose names begin those of the finished ones among `specs`. */
export function vanillaKnives(specs: readonly TitleSpec[], seed: number): readonly TitleSpec[] {
  return KNIVES.map((knife) => `★ ${knife}`).filter((title) =>
    specs.filter((spec) => spec.title.startsWith(`${title} | `)).length >= MIN_SISTERS
  ).map((title) => ({
    game: "a8db",
    title,
    categoryPath: `knife/${slug(title)}`,
    basePriceCents: spread(mix(seed, hashText(title)), {
      lowCents: 9_000,
      highCents: 60_000,
      skew: 1.2,
    }),
    item: { ...UNPAINTED, category: "★" },
  }));
}
