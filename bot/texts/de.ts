import { GAME_TITLES } from "@/core/domain/market.ts";
import type { Catalogue } from "./catalogue.ts";
import { formats } from "./format.ts";

const f = formats("de-DE", { second: "s", minute: "min", hour: "h", day: "d" });

function plural(count: number, one: string, many: string): string {
  return `${f.count(count)} ${count === 1 ? one : many}`;
}

export const de: Catalogue = {
  ...f,
  language: "de",

  modeBadge: { dry: "🧪 DRY" },
  modeMeaning: { dry: "Trockenlauf: Es wird nichts gekauft oder verkauft." },
  repeated: "↻ möglicherweise wiederholt",
  level: {
    boost: "boost",
    standard: "standard",
    medium: "medium",
    advanced: "advanced",
    pro: "pro",
  },
  exit: { quick: "sofort", list: "Angebot" },

  commands: {
    status: "Laufende Scans, Last der Maschine",
    opportunities: "Die neuesten Funde",
    find: "Beachtenswerte Titel, mit Grund",
    market: "Ein Spiel auf einen Blick",
    title: "Analyse eines Titels",
    watches: "Was ich für dich beobachte",
    watch: "Den Preis eines Titels beobachten",
    unwatch: "Einen Titel nicht mehr beobachten",
    scan: "Ein Spiel jetzt scannen, mit deinem Filter",
    filter: "Wonach ein Scan suchen soll",
    stop: "Scannen anhalten",
    health: "Lebt alles?",
    language: "English, Русский, Español, Deutsch",
    help: "Was ich verstehe",
    start: "Wer ich bin",
  },
  helpTitle: "Befehle",
  scanUsage: ({ games, levels, fallback }) =>
    `Spiele: ${games}. Stufen: ${levels}. Ohne beides: ${fallback}.`,
  opportunitiesUsage: (most) => `Eine Zahl von 1 bis ${most} kann folgen.`,
  welcome: "Ich beobachte DMarket und sage dir, was sich zu kaufen lohnt.",
  unknownCommand: (name) => `/${name} kenne ich nicht. /help zeigt, was ich verstehe.`,
  notACommand: "Ich verstehe nur Befehle. /help zeigt sie.",
  badArgument: (command, wrong) => `/${command} kann mit „${wrong}“ nichts anfangen.`,
  busy: "Zu viele Befehle warten auf Antwort. Versuch es in einer Minute noch einmal.",
  unavailable: {
    health: "Der Gesundheitsbericht ist gerade nicht verfügbar.",
    opportunities: "Die Liste der Funde ist gerade nicht verfügbar.",
    market: "Die Marktübersicht ist gerade nicht verfügbar.",
    title: "Die Analyse ist gerade nicht verfügbar.",
    watches: "Die Beobachtungen sind gerade nicht verfügbar.",
    filter: "Die Filter sind gerade nicht verfügbar.",
  },

  newOpportunities: (count) => plural(count, "Gelegenheit", "Gelegenheiten"),
  latestOpportunities: "Neueste Funde",
  noOpportunities: "Noch nichts gefunden.",
  andMore: (count) => `und ${f.count(count)} weitere`,
  sales7d: (count) => `${plural(count, "Verkauf", "Verkäufe")} in 7 d`,
  bid: (price) => `Gebot ${price}`,
  nextAsk: (price) => `nächstes Angebot ${price}`,
  locked: (days) => `gesperrt ${plural(Math.ceil(days), "Tag", "Tage")}`,
  confidence: { low: "geringe Sicherheit", medium: "mittlere Sicherheit", high: "hohe Sicherheit" },

  scanRequested: "Scan angefordert",
  scanningStopped: "Scannen angehalten. Bis /scan wird nichts gescannt.",
  scanStatus: {
    queued: "Scan wartet",
    running: "Scan läuft",
    completed: "Scan fertig",
    stopped: "Scan angehalten",
    failed: "Scan gescheitert",
  },
  offersOf: (processed, total) =>
    total === null
      ? plural(processed, "Angebot", "Angebote")
      : `${f.count(processed)} von ${plural(total, "Angebot", "Angeboten")}`,
  found: (count) => `${f.count(count)} gefunden`,
  refused: (count) => `${f.count(count)} abgelehnt`,
  unverified: (count) => `${f.count(count)} nicht geprüft`,
  took: (time) => `Dauer ${time}`,
  scansIn: (count, time) => `${plural(count, "Scan", "Scans")} in ${time}`,
  failed: (count) => `${f.count(count)} gescheitert`,
  left: (time) => `noch ${time}`,

  statusTitle: "Status",
  scanningPaused: "Scannen ist angehalten. /scan beginnt wieder.",
  nothingRunning: "Kein Scan läuft.",
  queued: (count) => plural(count, "Scan wartet", "Scans warten"),
  nextScanIn: (time) => `Nächster Scan in ${time}`,
  lastScan: "Zuletzt",
  scannerSilent: "Der Scanner antwortet gerade nicht.",
  resourcesSilent: "Die Ressourcenüberwachung antwortet gerade nicht.",
  resources: ({ cpu, memory, diskFree }) =>
    `CPU ${cpu} · Speicher ${memory} · ${diskFree} Platte frei`,
  heldBack: (factor, reason) => `Gedrosselt auf ${factor}: ${reason}`,

  healthTitle: { pass: "Alles gut", warn: "Bitte nachsehen", fail: "Nicht gesund" },
  upFor: (time) => `läuft seit ${time}`,
  actorsReady: (ready, all) => `${f.count(ready)} von ${f.count(all)} Aktoren bereit`,
  restarts: (count) => plural(count, "Neustart", "Neustarts"),
  deadLetters: (count) => plural(count, "unzustellbare Nachricht", "unzustellbare Nachrichten"),

  alert: { info: "Zur Kenntnis", warning: "Achtung", critical: "Alarm" },
  timesSince: (times, time) => `×${f.count(times)} in ${time}`,

  market: {
    marketTitle: "Markt",
    titles: (count) => plural(count, "Titel", "Titel"),
    twoSided: (count) => `${f.count(count)} mit Angeboten und Geboten`,
    books: (offers, bids) => `${offers} Angebote · ${bids} Gebote`,
    medians: (offer, spread) => `mittleres Angebot ${offer} · mittlere Spanne ${spread}`,
    oneSided: ({ asksOnly, bidsOnly, crossed }) =>
      `ohne Gebot ${asksOnly} · ohne Angebot ${bidsOnly} · Gebot über Angebot ${crossed}`,
    quotesSince: (time) => `Preise der letzten ${time}`,
    noQuotes: "In den letzten 24 Stunden wurde nichts gescannt. /scan beginnt.",

    ideasTitle: "Beachtenswert",
    noIdeas: "In den Scans der letzten 24 Stunden sticht nichts hervor.",
    ideaScore: (score) => `${score} von 100`,
    ideaBook: (bids, offers) =>
      `${plural(bids, "Gebot", "Gebote")} für ${plural(offers, "Angebot", "Angebote")}`,
    liquidity: (score) => `Liquidität ${score} von 100`,
    salesUnread: "Verkäufe noch nicht gelesen",
    ideasMeaning:
      "Ein Kaufgebot über dem besten, verkauft unter dem besten Angebot, nach Gebühr. " +
      "Ein Grund hinzusehen, nicht zu kaufen.",

    unknownTitle: "Von diesem Titel ist nichts bekannt.",
    liquidityInputs: ({ days, variation, offers, volume }) =>
      [
        `verkauft in ${days} d`,
        variation === null ? "" : `Preise schwanken um ${variation}`,
        plural(offers, "Angebot", "Angebote"),
        `${volume} in 7 d`,
      ].filter((part) => part !== "").join(" · "),
    sold: ({ days, sales, offers, targets, sum, complete }) =>
      `${days} d: ${complete ? "" : "mindestens "}${sales} verkauft · ${offers} Angebote, ` +
      `${targets} Kaufgebote · ${sum}`,
    reference: (price, sales) =>
      `fairer Preis ${price}, Median aus ${plural(sales, "Verkauf", "Verkäufen")}`,
    noReference: "zu wenige Verkäufe für einen fairen Preis",
    offerNow: (price) => `Angebot ${price}`,
    noOffer: "niemand verkauft",
    bidNow: (price) => `Gebot ${price}`,
    noBid: "niemand bietet",
    executableBid: (price) => `${price} für jedes Stück`,
    spread: (price, share) => `Spanne ${price} (${share})`,
    depth: ({ band, offers, offersSum, bids, bidsSum }) =>
      `innerhalb ${band}: ${offers} Angebote ${offersSum} · ${bids} Gebote ${bidsSum}`,
    pumped: "Sieht gepumpt aus",
    fallen: "Fällt",
    calm: "kein Zeichen eines Pumps",
    outliers: (count) => `${plural(count, "Ausreißer", "Ausreißer")} ausgelassen`,
    tooFewDays: "zu wenige Tage mit Verkäufen für Indikatoren",
    band: (lower, upper) => `Band ${lower} bis ${upper}`,
    days: ({ sold, zero, gap }) =>
      `${plural(sold, "Tag", "Tage")} mit Verkäufen · ${f.count(zero)} ohne · ` +
      `${f.count(gap)} nicht gesehen`,
    readAgo: (time) => `gelesen vor ${time}`,
    olderBecause: "Nicht neu gelesen:",

    whichTitle: "Welcher?",
    noTitle: (text) =>
      `Kein Titel der letzten 24 Stunden passt zu „${text}“. Ein Scan muss ihm erst begegnen.`,
    notWatching: (text) => `Ich beobachte nichts, das zu „${text}“ passt.`,
    moreTitles: (count) => `und ${f.count(count)} weitere: füge ein Wort hinzu`,

    watchesTitle: "Beobachtet",
    noWatches: "Nichts wird beobachtet. /find hat Ideen; /watch und ein Titel beginnt.",
    watching: "Beobachtet",
    notWatchedAnyMore: "Nicht mehr beobachtet",
    wasNotWatched: "Es wurde nicht beobachtet",
    watchRefused: "Nicht beobachtet",
    priority: { high: "hoch", normal: "normal", low: "niedrig" },
    every: (time) => `alle ${time}`,
    unread: "noch nicht gelesen",
    unreadable: (times) => `${plural(times, "Mal", "Mal")} nacheinander nicht lesbar`,
    lastChange: (change, time) => `zuletzt: ${change}, vor ${time}`,
    side: { ask: "Angebot", bid: "Gebot" },
    gone: { ask: "niemand verkauft mehr", bid: "niemand bietet mehr" },
    hysteresis: "Gemeldet wird eine Bewegung von 5 %. Zurück müssen es 6 % sein, sonst würde ein " +
      "pendelnder Preis jedes Mal gemeldet.",
    noWebSocket: "DMarket hat keinen offiziellen WebSocket: Preise werden je nach Priorität alle " +
      "15, 30 oder 60 s gelesen.",

    filtersTitle: "Filter",
    filterTitle: "Filter",
    noFilter: "kein Filter, jedes Angebot zählt",
    anyValue: "beliebig",
    or: " oder ",
    yes: "ja",
    no: "nein",
    filterUse: "Dein /scan nimmt den Filter seines Spiels; geplante Scans sehen alles.",
    filterTap: "Tippen fügt hinzu oder nimmt weg.",
    filterType: (example) => `Schreib: ${example}`,
    filterRefused: "Der Filter bleibt, wie er war",
    filterProblem: (field, value, rule) => {
      const cannot = `${field} kann nicht ${value} sein`;
      switch (rule.kind) {
        case "unknown":
          return `„${field}“ ist hier kein Filter. Es gibt ${rule.allowed}`;
        case "words":
          return `${cannot}: möglich sind ${rule.allowed}`;
        case "numbers":
          return `${cannot}: möglich sind ganze Zahlen von ${rule.from} bis ${rule.to}`;
        case "flag":
          return `${cannot}: möglich sind yes und no`;
        case "path":
          return `${cannot}: möglich ist eine Kategorie wie rifle oder rifle/ak-47`;
        case "names":
          return `${cannot}: möglich sind Namen bis 100 Zeichen, mit Komma getrennt`;
      }
    },
    withFilter: (filter) => `Filter: ${filter}`,

    languageNow: "Ich spreche Deutsch.",
    titleUsage: "Wörter eines Titels, davor ein Spiel: /title cs2 ak redline ft",
    watchUsage: "Ebenso, am Ende high, normal oder low",
    gameUsage: (games) => `Ein Spiel kann folgen: ${games}`,
    filterUsage: "/filter cs2 exterior minimal-wear, field-tested · /filter cs2 clear",

    button: {
      market: "📈 Markt",
      ideas: "⭐ Beachtenswert",
      watches: "👁 Beobachtet",
      filters: "🎚 Filter",
      scan: "🔍 Scan",
      finds: "💡 Funde",
      status: "⏱ Status",
      language: "🌐 Sprache",
      analysis: "📊 Analyse",
      watch: "👁 Beobachten",
      unwatch: "🗑 Nicht mehr",
      refresh: "🔄 Neu lesen",
      clear: "🗑 Leeren",
      back: "‹ Zurück",
      any: "beliebig",
    },
  },

  page: {
    locale: "de-DE",
    search: "Titel suchen: ak redline ft",
    searchNothing: "Kein Titel der letzten 24 Stunden heißt so.",

    marketTitle: "Markt",
    noMarket: "In den letzten 24 Stunden nichts gescannt",
    titles: "Titel",
    twoSided: "mit Angeboten und Geboten",
    medianOffer: "Mittleres Angebot",
    medianSpread: "Mittlere Spanne",
    crossed: "Gebot über Angebot",

    ideasTitle: "Beachtenswert",
    ideasMeaning:
      "Ein Kaufgebot über dem besten, verkauft unter dem besten Angebot, nach Gebühr: " +
      "ein Grund hinzusehen, nicht zu kaufen.",
    noIdeas: "In den Scans der letzten 24 Stunden sticht nichts hervor.",
    target: "Kaufgebot",
    resell: "Verkauf",
    score: "Punkte",
    liquidity: "Liquidität",
    crowd: "Gebote / Angebote",
    salesUnread: "Verkäufe noch nicht gelesen",

    watchesTitle: "Beobachtete Titel",
    noWatches: "Nichts wird beobachtet. Unten beginnen, oder mit /watch in Telegram.",
    priority: { high: "hoch", normal: "normal", low: "niedrig" },
    offer: "Angebot",
    bid: "Gebot",
    lastChange: "Letzte Änderung",
    noChange: "noch keine",
    unread: "noch nicht gelesen",
    every: "alle {time}",
    failing: "{count} Lesungen gescheitert",
    polled: "Gemeldet: eine Bewegung von 5 %, zurück 6 %. DMarket hat keinen offiziellen " +
      "WebSocket: Preise werden je nach Priorität alle 15, 30 oder 60 s gelesen.",
    watch: "Beobachten",
    unwatch: "Nicht mehr beobachten",
    analysis: "Analyse",
    spread: "Spanne",
    anyAsset: "Gebot für jedes Stück",
    fairPrice: "Fairer Preis",
    salesByDay: "Verkäufe nach Tagen",

    annualised: "Pro Jahr",
    guards: "Prüfungen",
    confidenceOf: { low: "gering", medium: "mittel", high: "hoch" },

    live: "live",
    lost: "Verbindung verloren, neuer Versuch",
    health: { pass: "Alles gut", warn: "Bitte nachsehen", fail: "Nicht gesund" },
    noHealth: "Kein Gesundheitsbericht",
    up: "läuft seit {time}",
    unavailable: "Gerade nicht verfügbar; gleich wieder da.",
    notFound: "Hier ist nichts.",
    back: "Zur Übersicht",

    scansTitle: "Scans",
    noScans: "Noch kein Scan. Der erste beginnt von selbst.",
    scanStatus: {
      queued: "wartet",
      running: "läuft",
      completed: "fertig",
      stopped: "angehalten",
      failed: "gescheitert",
    },
    offers: "Angebote",
    found: "gefunden",
    left: "noch {time}",

    opportunitiesTitle: "Gelegenheiten",
    noOpportunities: "Noch nichts gefunden. Was jede Prüfung besteht, erscheint hier.",
    buy: "Kauf",
    exit: "Verkauf",
    net: "Netto",
    profit: "Gewinn",
    roi: "ROI",
    kind: { quick: "sofort", list: "Angebot" },
    sales7d: "Verkäufe in 7 d",
    bestBid: "Bestes Gebot",
    otherAsk: "Nächstes Angebot",
    breakEven: "Gewinnschwelle",
    fee: "Gebühr",
    lock: "Handelssperre",
    confidence: "Sicherheit",

    targetsTitle: "Kaufgebote (trocken)",
    noTargets: "Noch kein Kaufgebot vorgeschlagen.",

    actorsTitle: "Aktoren",
    restarts: "Neustarts",
    waiting: "wartend",

    games: GAME_TITLES,
    justNow: "gerade eben",
    ago: "vor {time}",
    second: "s",
    minute: "min",
    hour: "h",
    day: "d",
  },
};
