/** Where the page's answers come from: views of main, the market-watcher, the scanner. */

import { FILTER_FIELDS } from "@/core/domain/filters/fields.ts";
import { type GameId, GAMES } from "@/core/domain/market.ts";
import { ReadCache } from "@/core/http/read_cache.ts";
import type { ServiceContext } from "@/core/kernel/mod.ts";
import { analysis } from "@/core/protocol/analysis.ts";
import { health, views } from "@/core/protocol/views.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { marketWatcher } from "@/core/protocol/watcher.ts";
import type { Row, Sources } from "./handle.ts";
import type { webSpec } from "./spec.ts";

/** Every look at a game reads all its quotes: pages that are open share one. */
const GLANCE_MS = 20_000;
const STALE_MS = 10 * 60_000;
const IDEAS_PER_GAME = 3;
const MAX_FOUND = 20;

export function sourcesOf(context: ServiceContext<typeof webSpec>): Sources {
  const { clock, signal } = context;
  const glances = new ReadCache<readonly Row[]>({
    clock,
    maxEntries: 2,
    ttlMs: GLANCE_MS,
    staleMs: STALE_MS,
  });
  return {
    list: (name, query) => context.ask(views, name, query),
    health: () => context.ask(health, "Snapshot", {}),
    markets: () =>
      glances.get(
        "markets",
        signal,
        () => Promise.all(GAMES.map((game) => context.ask(analysis, "Overview", { game }))),
      ),
    ideas: () => glances.get("ideas", signal, () => ideas(context)),
    watches: async () => (await context.ask(marketWatcher, "Watches", {})).watches,
    titles: async (text) =>
      (await context.ask(analysis, "Titles", { game: null, text, limit: MAX_FOUND })).titles,
    title: (game, title) => context.ask(analysis, "Title", { game, title }),
    watch: async ({ game, title, priority }) => {
      const { watches } = await context.ask(marketWatcher, "Watches", {});
      const known = watches.find((one) => one.game === game && one.title === title);
      return await context.ask(marketWatcher, "Watch", {
        game,
        title,
        priority: priority === "" ? known?.priority ?? "normal" : priority,
        note: known?.note ?? null,
      });
    },
    unwatch: ({ game, title }) => context.ask(marketWatcher, "Unwatch", { game, title }),
    filters: async () => {
      const kept = await wanted(context);
      return GAMES.map((game) => ({ game, wants: kept(game), fields: FILTER_FIELDS[game] }));
    },
    setFilter: ({ game, wants }) =>
      context.ask(marketWatcher, "SetFilter", { userId: context.config.reader, game, wants }),
    scan: async ({ game, level }) => {
      const filter = (await wanted(context))(game);
      const scanId = uuid(context.random);
      return await context.ask(scanner, "StartScan", {
        ...{ scanId, game, level, filter },
        requestedBy: "page",
      });
    },
    now: () => clock.now(),
  };
}

/** What the reader wants of each game. */
async function wanted(
  context: ServiceContext<typeof webSpec>,
): Promise<(game: GameId) => Readonly<Record<string, unknown>>> {
  const { reader: userId } = context.config;
  const { filters } = await context.ask(marketWatcher, "Filters", { userId });
  return (game) => filters.find((one) => one.game === game)?.wants ?? {};
}

/** A random one, version 4. */
function uuid(random: () => number): string {
  return "00000000-0000-4000-8000-000000000000".replaceAll(
    "0",
    () => Math.floor(random() * 16).toString(16),
  );
}

/** The best of every game, best first. */
async function ideas(context: ServiceContext<typeof webSpec>): Promise<readonly Row[]> {
  const found = await Promise.all(GAMES.map(async (game) => {
    const { ideas } = await context.ask(analysis, "Finder", { game, limit: IDEAS_PER_GAME });
    return ideas.map((idea) => ({ game, ...idea }));
  }));
  return found.flat().toSorted((a, b) => b.score - a.score);
}
