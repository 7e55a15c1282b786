/** A scenario of one title for each way to be right or wrong about a market. */

const NOW = "2026-01-17T13:00:00Z";
const NOW_S = Date.parse(NOW) / 1_000;
const DAY_S = 86_400;

type Wire = Record<string, unknown>;

interface TitleParts {
  readonly prices: readonly number[];
  readonly offer?: Wire;
  readonly attributes?: Wire;
  readonly targets?: readonly Wire[];
  readonly sales?: readonly Wire[];
  readonly truth: { readonly quick: boolean; readonly list: boolean };
}

/** Twenty sales around `cents`; within ten days unless said otherwise. */
function sales(cents: number, everyDays = 0.5, newestDays = 0.2): readonly Wire[] {
  return Array.from({ length: 20 }, (_, i) => ({
    price: ((cents + (i % 5) - 2) / 100).toFixed(2),
    date: String(Math.round(NOW_S - (newestDays + i * everyDays) * DAY_S)),
    txOperationType: "Offer",
  }));
}

function target(cents: number, attributes: Wire = {}): Wire {
  return {
    amount: "2",
    price: String(cents),
    attributes: { floatPartValue: "any", paintSeed: "any", phase: "any", ...attributes },
  };
}

/** The first offer carries the special parts; all are suggested at about 12.50. */
function title(name: string, parts: TitleParts): Wire {
  return {
    title: name,
    offers: parts.prices.map((cents, i) => ({
      offerId: `${name}-${i}`,
      priceCents: String(cents),
      createdAt: NOW,
      locked: false,
      discountPercent: Math.trunc((1 - cents / 1_250) * 100),
      ...(i === 0 ? parts.offer : {}),
      attributes: {
        title: name,
        gameId: "a8db",
        tradable: true,
        cs2: { float: "0.2356", paintSeed: 412 },
        ...(i === 0 ? parts.attributes : {}),
      },
    })),
    targets: parts.targets ?? [target(900)],
    sales: parts.sales ?? sales(1_180),
    truth: parts.truth,
  };
}

const NEITHER = { quick: false, list: false };
const inDays = (days: number) => new Date((NOW_S + days * DAY_S) * 1_000).toISOString();

/** Verdicts expected of the titles, by name. */
export const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "Fair resale": ["accepted", "list"],
  "Rich bid": ["accepted", "quick"],
  "Reserved": ["refused"],
  "Trade locked": ["refused"],
  "Sale restricted": ["refused"],
  "Joke": ["refused"],
  "Never sold": ["refused"],
  "Sold long ago": ["refused"],
  "Sold steadily": ["accepted", "list"],
  "Bid for another float": ["refused"],
  "Bid for a dearer float": ["refused"],
  "Locked, then a rich bid": ["accepted", "quick"],
  "Too dear for its fee": ["refused"],
  "No listing": ["refused"],
  "Doppler of unknown phase": ["unverified"],
};

export function smallMarket(): Wire {
  const phased = sales(1_180).map((sale) => ({ ...sale, offerAttributes: { phase: "ruby" } }));
  const titles = [
    title("Fair resale", { prices: [1_000, 1_200], truth: { quick: false, list: true } }),
    title("Rich bid", {
      prices: [1_000, 1_010],
      targets: [target(1_150)],
      sales: [],
      truth: { quick: true, list: false },
    }),
    title("Reserved", { prices: [1_000, 1_200], offer: { locked: true }, truth: NEITHER }),
    title("Trade locked", {
      prices: [1_000, 1_200],
      attributes: { tradable: false, unlockDate: inDays(3) },
      truth: NEITHER,
    }),
    title("Sale restricted", {
      prices: [1_000, 1_200],
      attributes: { saleRestricted: true },
      truth: NEITHER,
    }),
    title("Joke", { prices: [6_300, 999_999_900], truth: NEITHER }),
    title("Never sold", { prices: [1_000, 1_200], sales: [], truth: NEITHER }),
    title("Sold long ago", { prices: [1_000, 1_200], sales: sales(1_180, 0.5, 8), truth: NEITHER }),
    title("Sold steadily", {
      prices: [1_000, 1_200],
      sales: sales(1_180, 1.2),
      truth: { quick: false, list: true },
    }),
    title("Bid for another float", {
      prices: [1_000, 1_010],
      targets: [target(1_150, { floatPartValue: "FT-0" })],
      truth: NEITHER,
    }),
    title("Bid for a dearer float", {
      prices: [1_010, 1_020],
      offer: { priceCents: "1050" },
      attributes: { cs2: { float: "0.151", floatPartValue: "FT-0", paintSeed: 412 } },
      targets: [target(1_300, { floatPartValue: "FT-0" })],
      truth: NEITHER,
    }),
    title("Locked, then a rich bid", {
      prices: [990, 1_000, 1_010],
      offer: { locked: true },
      targets: [target(1_150)],
      sales: [],
      truth: { quick: true, list: false },
    }),
    title("Too dear for its fee", { prices: [1_110, 1_200], truth: NEITHER }),
    title("No listing", { prices: [], truth: NEITHER }),
    title("Doppler of unknown phase", {
      prices: [1_000, 1_200],
      sales: phased,
      truth: { quick: false, list: false },
    }),
  ];
  return { format: "marketd-scenario/1", seed: 1, now: NOW, games: { a8db: { titles } } };
}
