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
    scan: "Scan a game now",
    opportunities: "The latest finds",
    health: "Is everything alive?",
    stop: "Stop scanning",
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

  page: {
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
