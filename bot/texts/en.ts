import { GAME_TITLES } from "@/core/domain/market.ts";
import type { Catalogue } from "./catalogue.ts";
import { formats } from "./format.ts";

const f = formats("en-US", { second: "s", minute: "min", hour: "h", day: "d" });

function plural(count: number, one: string, many: string): string {
  return `${f.count(count)} ${count === 1 ? one : many}`;
}

export const en: Catalogue = {
  ...f,
  language: "en",

  modeBadge: { dry: "🧪 DRY" },
  modeMeaning: { dry: "Dry run: nothing is bought or sold." },
  repeated: "↻ possibly repeated",
  level: {
    boost: "boost",
    standard: "standard",
    medium: "medium",
    advanced: "advanced",
    pro: "pro",
  },
  exit: { quick: "quick", list: "list" },

  commands: {
    status: "Scans in progress, load of the machine",
    opportunities: "The latest finds",
    find: "Titles worth watching, and why",
    market: "A game at a glance",
    title: "Analysis of one title",
    watches: "What I watch for you",
    watch: "Watch a title's price",
    unwatch: "Stop watching a title",
    scan: "Scan a game now, with your filter",
    filter: "What a scan should look for",
    stop: "Stop scanning",
    health: "Is everything alive?",
    language: "English, Русский, Español, Deutsch",
    help: "What I understand",
    start: "Who I am",
  },
  helpTitle: "Commands",
  scanUsage: ({ games, levels, fallback }) =>
    `Games: ${games}. Levels: ${levels}. Without either: ${fallback}.`,
  opportunitiesUsage: (most) => `A number from 1 to ${most} may follow.`,
  welcome: "I watch DMarket and tell you what is worth buying.",
  unknownCommand: (name) => `I do not know /${name}. /help lists what I understand.`,
  notACommand: "I understand commands only. /help lists them.",
  badArgument: (command, wrong) => `/${command} does not take “${wrong}”.`,
  busy: "Too many commands are waiting for their answers. Try again in a minute.",
  unavailable: {
    health: "The health report is not available right now.",
    opportunities: "The list of finds is not available right now.",
    market: "The market view is not available right now.",
    title: "The analysis is not available right now.",
    watches: "The watches are not available right now.",
    filter: "The filters are not available right now.",
  },

  newOpportunities: (count) => plural(count, "opportunity", "opportunities"),
  latestOpportunities: "Latest finds",
  noOpportunities: "Nothing found yet.",
  andMore: (count) => `and ${f.count(count)} more`,
  sales7d: (count) => `${plural(count, "sale", "sales")} in 7 d`,
  bid: (price) => `bid ${price}`,
  nextAsk: (price) => `next ask ${price}`,
  locked: (days) => `locked ${plural(Math.ceil(days), "day", "days")}`,
  confidence: { low: "low confidence", medium: "medium confidence", high: "high confidence" },

  scanRequested: "Scan requested",
  scanningStopped: "Scanning stopped. Nothing is scanned until /scan.",
  scanStatus: {
    queued: "Scan waiting",
    running: "Scanning",
    completed: "Scan finished",
    stopped: "Scan stopped",
    failed: "Scan failed",
  },
  offersOf: (processed, total) =>
    total === null
      ? plural(processed, "offer", "offers")
      : `${f.count(processed)} of ${plural(total, "offer", "offers")}`,
  found: (count) => `${f.count(count)} found`,
  refused: (count) => `${f.count(count)} refused`,
  unverified: (count) => `${f.count(count)} not verified`,
  took: (time) => `took ${time}`,
  scansIn: (count, time) => `${plural(count, "scan", "scans")} in ${time}`,
  failed: (count) => `${f.count(count)} failed`,
  left: (time) => `${time} left`,

  statusTitle: "Status",
  scanningPaused: "Scanning is stopped. /scan starts it again.",
  nothingRunning: "No scan is running.",
  queued: (count) => plural(count, "scan is waiting", "scans are waiting"),
  nextScanIn: (time) => `Next scan in ${time}`,
  lastScan: "Last",
  scannerSilent: "The scanner does not answer right now.",
  resourcesSilent: "The resource monitor does not answer right now.",
  resources: ({ cpu, memory, diskFree }) => `CPU ${cpu} · memory ${memory} · ${diskFree} disk free`,
  heldBack: (factor, reason) => `Held back to ${factor}: ${reason}`,

  healthTitle: { pass: "All well", warn: "Something needs attention", fail: "Not healthy" },
  upFor: (time) => `up ${time}`,
  actorsReady: (ready, all) => `${f.count(ready)} of ${f.count(all)} actors ready`,
  restarts: (count) => plural(count, "restart", "restarts"),
  deadLetters: (count) => plural(count, "dead letter", "dead letters"),

  alert: { info: "For your information", warning: "Attention", critical: "Alarm" },
  timesSince: (times, time) => `×${f.count(times)} in ${time}`,

  market: {
    marketTitle: "Market",
    titles: (count) => plural(count, "title", "titles"),
    twoSided: (count) => `${f.count(count)} with offers and bids`,
    books: (offers, bids) => `${offers} offers · ${bids} bids`,
    medians: (offer, spread) => `median offer ${offer} · median spread ${spread}`,
    oneSided: ({ asksOnly, bidsOnly, crossed }) =>
      `nobody bids for ${asksOnly} · nobody sells ${bidsOnly} · bid above offer ${crossed}`,
    quotesSince: (time) => `Quotes of the last ${time}`,
    noQuotes: "No title was scanned in the last 24 hours. /scan starts.",

    ideasTitle: "Worth watching",
    noIdeas: "Nothing stands out in what was scanned in the last 24 hours.",
    ideaScore: (score) => `${score} of 100`,
    ideaBook: (bids, offers) =>
      `${plural(bids, "bid", "bids")} for ${plural(offers, "offer", "offers")}`,
    liquidity: (score) => `liquidity ${score} of 100`,
    salesUnread: "sales not read yet",
    ideasMeaning: "A target over the best bid, resold under the best offer, after the fee. " +
      "A reason to look, not to buy.",

    unknownTitle: "Nothing is known of this title.",
    liquidityInputs: ({ days, variation, offers, volume }) =>
      [
        `sells in ${days} d`,
        variation === null ? "" : `prices vary by ${variation}`,
        plural(offers, "offer", "offers"),
        `${volume} in 7 d`,
      ].filter((part) => part !== "").join(" · "),
    sold: ({ days, sales, offers, targets, sum, complete }) =>
      `${days} d: ${complete ? "" : "at least "}${sales} sold · ${offers} offers, ` +
      `${targets} targets · ${sum}`,
    reference: (price, sales) => `fair price ${price}, median of ${plural(sales, "sale", "sales")}`,
    noReference: "too few sales for a fair price",
    offerNow: (price) => `offer ${price}`,
    noOffer: "nobody sells",
    bidNow: (price) => `bid ${price}`,
    noBid: "nobody bids",
    executableBid: (price) => `${price} for any asset`,
    spread: (price, share) => `spread ${price} (${share})`,
    depth: ({ band, offers, offersSum, bids, bidsSum }) =>
      `within ${band}: ${offers} offers ${offersSum} · ${bids} bids ${bidsSum}`,
    pumped: "Looks pumped",
    fallen: "Falling",
    calm: "no sign of a pump",
    outliers: (count) => `${plural(count, "outlier", "outliers")} left out`,
    tooFewDays: "too few days with sales for indicators",
    band: (lower, upper) => `band ${lower} to ${upper}`,
    days: ({ sold, zero, gap }) =>
      `${plural(sold, "day", "days")} with sales · ${f.count(zero)} without · ` +
      `${f.count(gap)} not seen`,
    readAgo: (time) => `read ${time} ago`,
    olderBecause: "Not read again:",

    whichTitle: "Which one?",
    noTitle: (text) =>
      `No title of the last 24 hours goes by “${text}”. A scan has to meet it first.`,
    notWatching: (text) => `I watch nothing that goes by “${text}”.`,
    moreTitles: (count) => `and ${f.count(count)} more: add a word`,

    watchesTitle: "Watches",
    noWatches: "Nothing is watched. /find has ideas; /watch and a title begins.",
    watching: "Watching",
    notWatchedAnyMore: "Not watched any more",
    wasNotWatched: "It was not watched",
    watchRefused: "Not watched",
    priority: { high: "high", normal: "normal", low: "low" },
    every: (time) => `every ${time}`,
    unread: "not read yet",
    unreadable: (times) => `could not be read ${plural(times, "time", "times")} in a row`,
    lastChange: (change, time) => `last: ${change}, ${time} ago`,
    side: { ask: "offer", bid: "bid" },
    gone: { ask: "nobody sells any more", bid: "nobody bids any more" },
    hysteresis: "Told: a move of 5 %. A move back has to be 6 %, or a price that swings would be " +
      "told each time.",
    noWebSocket: "DMarket has no official WebSocket: prices are read every 15, 30 or 60 s, by " +
      "priority.",

    filtersTitle: "Filters",
    filterTitle: "Filter",
    noFilter: "no filter, every offer counts",
    anyValue: "any",
    or: " or ",
    yes: "yes",
    no: "no",
    filterUse: "Your /scan uses the filter of its game; scheduled scans see everything.",
    filterTap: "Tap to add or take away.",
    filterType: (example) => `Type it: ${example}`,
    filterRefused: "The filter stays as it was",
    filterProblem: (field, value, rule) => {
      switch (rule.kind) {
        case "unknown":
          return `“${field}” is no filter here: ${rule.allowed} are`;
        case "words":
          return `${field} cannot be ${value}: it takes ${rule.allowed}`;
        case "numbers":
          return `${field} cannot be ${value}: it takes whole numbers from ${rule.from} to ${rule.to}`;
        case "flag":
          return `${field} cannot be ${value}: it takes yes or no`;
        case "path":
          return `${field} cannot be ${value}: it takes a category such as rifle or rifle/ak-47`;
        case "names":
          return `${field} cannot be ${value}: it takes names of at most 100 characters, with commas`;
      }
    },
    withFilter: (filter) => `filter: ${filter}`,

    languageNow: "I speak English.",
    titleUsage: "Words of a title may follow a game: /title cs2 ak redline ft",
    watchUsage: "The same, and high, normal or low at the end",
    gameUsage: (games) => `A game may follow: ${games}`,
    filterUsage: "/filter cs2 exterior minimal-wear, field-tested · /filter cs2 clear",

    button: {
      market: "📈 Market",
      ideas: "⭐ Worth watching",
      watches: "👁 Watches",
      filters: "🎚 Filters",
      scan: "🔍 Scan",
      finds: "💡 Finds",
      status: "⏱ Status",
      language: "🌐 Language",
      analysis: "📊 Analysis",
      watch: "👁 Watch",
      unwatch: "🗑 Stop watching",
      refresh: "🔄 Refresh",
      clear: "🗑 Clear",
      back: "‹ Back",
      any: "any",
    },
  },

  page: {
    locale: "en-US",
    search: "Find a title: ak redline ft",
    searchNothing: "No title of the last 24 hours goes by that name.",

    marketTitle: "Market",
    noMarket: "Nothing scanned in the last 24 hours",
    titles: "titles",
    twoSided: "with offers and bids",
    medianOffer: "Median offer",
    medianSpread: "Median spread",
    crossed: "Bid above offer",

    ideasTitle: "Worth watching",
    ideasMeaning: "A target over the best bid, resold under the best offer, after the fee: " +
      "a reason to look, not to buy.",
    noIdeas: "Nothing stands out in what was scanned in the last 24 hours.",
    target: "Target",
    resell: "Resell",
    score: "Score",
    liquidity: "Liquidity",
    crowd: "Bids / offers",
    salesUnread: "sales not read yet",

    watchesTitle: "Watched titles",
    noWatches: "Nothing is watched. Watch a title below, or with /watch in Telegram.",
    priority: { high: "high", normal: "normal", low: "low" },
    offer: "Offer",
    bid: "Bid",
    lastChange: "Last change",
    noChange: "none yet",
    unread: "not read yet",
    every: "every {time}",
    failing: "{count} readings failed",
    polled: "Told: a move of 5 %, or 6 % back. DMarket has no official WebSocket: prices are " +
      "read every 15, 30 or 60 s, by priority.",
    watch: "Watch",
    unwatch: "Stop watching",
    analysis: "Analysis",
    spread: "Spread",
    anyAsset: "Bid for any asset",
    fairPrice: "Fair price",
    salesByDay: "Sales by day",

    annualised: "Per year",
    guards: "Guards",
    confidenceOf: { low: "low", medium: "medium", high: "high" },

    live: "live",
    lost: "connection lost, trying again",
    health: { pass: "All well", warn: "Needs attention", fail: "Not healthy" },
    noHealth: "No health report",
    up: "up {time}",
    unavailable: "Not available right now; it will be back in a moment.",
    notFound: "Nothing is here.",
    back: "To the overview",

    scansTitle: "Scans",
    noScans: "No scan yet. The first one starts by itself.",
    scanStatus: {
      queued: "waiting",
      running: "running",
      completed: "finished",
      stopped: "stopped",
      failed: "failed",
    },
    offers: "offers",
    found: "found",
    left: "{time} left",

    opportunitiesTitle: "Opportunities",
    noOpportunities: "Nothing found yet. What passes every guard appears here.",
    buy: "Buy",
    exit: "Exit",
    net: "Net",
    profit: "Profit",
    roi: "ROI",
    kind: { quick: "quick", list: "list" },
    sales7d: "Sales in 7 d",
    bestBid: "Best bid",
    otherAsk: "Next ask",
    breakEven: "Break-even",
    fee: "Fee",
    lock: "Trade lock",
    confidence: "Confidence",

    targetsTitle: "Dry targets",
    noTargets: "No target proposed yet.",

    actorsTitle: "Actors",
    restarts: "restarts",
    waiting: "waiting",

    games: GAME_TITLES,
    justNow: "just now",
    ago: "{time} ago",
    second: "s",
    minute: "min",
    hour: "h",
    day: "d",
  },
};
