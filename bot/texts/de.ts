import { complete } from "./complete.ts";
import { formats } from "./format.ts";
import { guardNames, reasons } from "./reasons_de.ts";

const f = formats("de-DE", { second: "s", minute: "min", hour: "h", day: "d" });
const { plural } = f;

export const de = complete("de", f, {
  modeMeaning: { dry: "Trockenlauf: Es wird nichts gekauft oder verkauft." },
  repeated: "↻ möglicherweise wiederholt",
  exit: { quick: "sofort", list: "gelistet" },

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
    health: "Läuft alles?",
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

  newOpportunities: (count) => plural(count, { one: "Gelegenheit", other: "Gelegenheiten" }),
  latestOpportunities: "Neueste Funde",
  noOpportunities: "Noch nichts gefunden.",
  andMore: (count) => `und ${f.count(count)} weitere`,
  sales7d: (count) => `${plural(count, { one: "Verkauf", other: "Verkäufe" })} in 7 d`,
  bid: (price) => `Gebot ${price}`,
  nextAsk: (price) => `nächstes Angebot ${price}`,
  locked: (days) => `gesperrt ${plural(Math.ceil(days), { one: "Tag", other: "Tage" })}`,
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
  offers: (count) => plural(count, { one: "Angebot", other: "Angebote" }),
  offersOf: (processed, total) =>
    `${f.count(processed)} von ${plural(total, { one: "Angebot", other: "Angeboten" })}`,
  found: (count) => `${f.count(count)} gefunden`,
  refused: (count) => `${f.count(count)} abgelehnt`,
  unverified: (count) => `${f.count(count)} nicht geprüft`,
  took: (time) => `Dauer ${time}`,
  scansIn: (count, time) => `${plural(count, { one: "Scan", other: "Scans" })} in ${time}`,
  failed: (count) => `${f.count(count)} gescheitert`,
  left: (time) => `noch ${time}`,

  statusTitle: "Status",
  scanningPaused: "Scannen ist angehalten. /scan beginnt wieder.",
  nothingRunning: "Kein Scan läuft.",
  queued: (count) => plural(count, { one: "Scan wartet", other: "Scans warten" }),
  nextScanIn: (time) => `Nächster Scan in ${time}`,
  lastScan: "Zuletzt",
  scannerSilent: "Der Scanner antwortet gerade nicht.",
  resourcesSilent: "Die Ressourcenüberwachung antwortet gerade nicht.",
  resources: ({ cpu, memory, diskFree }) =>
    `CPU ${cpu} · Speicher ${memory} · ${diskFree} Platte frei`,
  heldBack: (factor) => `Gedrosselt auf ${factor}`,

  healthTitle: { pass: "Alles in Ordnung", warn: "Bitte nachsehen", fail: "Störung" },
  upFor: (time) => `läuft seit ${time}`,
  actorsReady: (ready, all) => `${f.count(ready)} von ${f.count(all)} Aktoren bereit`,
  restarts: (count) => plural(count, { one: "Neustart", other: "Neustarts" }),
  deadLetters: (count) =>
    plural(count, { one: "unzustellbare Nachricht", other: "unzustellbare Nachrichten" }),

  alert: { info: "Zur Kenntnis", warning: "Achtung", critical: "Alarm" },
  timesSince: (times, time) => `×${f.count(times)} in ${time}`,

  market: {
    marketTitle: "Markt",
    titles: (count) => plural(count, { one: "Titel", other: "Titel" }),
    twoSided: (count) => `${f.count(count)} mit Angeboten und Geboten`,
    books: (offers, bids) => `${offers} Angebote · ${bids} Gebote`,
    medians: (offer, spread) => `Angebot im Median ${offer} · Spread im Median ${spread}`,
    oneSided: ({ asksOnly, bidsOnly, crossed }) =>
      `ohne Gebot ${asksOnly} · ohne Angebot ${bidsOnly} · Gebot über Angebot ${crossed}`,
    quotesSince: (time) => `Preise der letzten ${time}`,
    noQuotes: "In den letzten 24 Stunden wurde nichts gescannt. /scan beginnt.",

    ideasTitle: "Beachtenswert",
    noIdeas: "In den Scans der letzten 24 Stunden sticht nichts hervor.",
    ideaScore: (score) => `${score} von 100`,
    ideaBook: (bids, offers) =>
      `${plural(bids, { one: "Gebot", other: "Gebote" })} für ${
        plural(offers, { one: "Angebot", other: "Angebote" })
      }`,
    liquidity: (score) => `Liquidität ${score} von 100`,
    salesUnread: "Verkäufe noch nicht gelesen",
    ideasMeaning:
      "Ein Kaufgebot über dem besten, verkauft unter dem besten Angebot, nach Gebühr. " +
      "Ein Grund hinzusehen, nicht zu kaufen.",

    unknownTitle: "Von diesem Titel ist nichts bekannt.",
    sellsIn: (time) => `verkauft in ${time}`,
    pricesVary: (variation) => `Preise schwanken um ${variation}`,
    volume7d: (sum) => `${sum} in 7 d`,
    sold: ({ days, sales, offers, targets, sum, complete }) =>
      `${days} d: ${complete ? "" : "mindestens "}${sales} verkauft · ${offers} Angebote, ` +
      `${targets} Kaufgebote · ${sum}`,
    reference: (price, sales) =>
      `fairer Preis ${price}, Median aus ${plural(sales, { one: "Verkauf", other: "Verkäufen" })}`,
    noReference: "zu wenige Verkäufe für einen fairen Preis",
    offerNow: (price) => `Angebot ${price}`,
    noOffer: "niemand verkauft",
    bidNow: (price) => `Gebot ${price}`,
    noBid: "niemand bietet",
    executableBid: (price) => `${price} für jedes Exemplar`,
    spread: (price, share) => `Spread ${price} (${share})`,
    depth: ({ band, offers, offersSum, bids, bidsSum }) =>
      `innerhalb ${band}: ${offers} Angebote ${offersSum} · ${bids} Gebote ${bidsSum}`,
    pumped: "Wirkt gepumpt",
    fallen: "Fällt",
    calm: "kein Anzeichen für einen Pump",
    outliers: (count) => `${plural(count, { one: "Ausreißer", other: "Ausreißer" })} ausgelassen`,
    tooFewDays: "zu wenige Tage mit Verkäufen für Indikatoren",
    band: (lower, upper) => `Band ${lower} bis ${upper}`,
    days: ({ sold, zero, gap }) =>
      `${plural(sold, { one: "Tag", other: "Tage" })} mit Verkäufen · ${f.count(zero)} ohne · ` +
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
    unreadable: (times) =>
      `${plural(times, { one: "Mal", other: "Mal" })} nacheinander nicht lesbar`,
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
    yes: "ja",
    no: "nein",
    filterUse:
      "Ein Scan, den du startest, nimmt den Filter seines Spiels; geplante Scans sehen alles.",
    filterTap: "Tippen fügt hinzu oder nimmt weg.",
    filterType: (example) => `Schreib: ${example}`,
    filterRefused: "Der Filter bleibt, wie er war",
    filterUnknown: (field, allowed) => `„${field}“ ist hier kein Filter. Es gibt ${allowed}`,
    filterCannot: (field, value) => `${field} kann nicht ${value} sein`,
    filterTakes: {
      words: (allowed) => `möglich ist ${allowed}`,
      numbers: (from, to) => `möglich sind ganze Zahlen von ${from} bis ${to}`,
      flag: "möglich sind yes und no",
      path: "möglich ist eine Kategorie wie rifle oder rifle/ak-47",
      names: "möglich sind Namen bis 100 Zeichen, mit Komma getrennt",
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
    search: "Titel suchen: ak redline ft",
    searchNothing: "Kein Titel der letzten 24 Stunden heißt so.",

    noMarket: "In den letzten 24 Stunden nichts gescannt",
    titles: "Titel",
    twoSided: "mit Angeboten und Geboten",
    medianOffer: "Angebot im Median",
    medianSpread: "Spread im Median",
    crossed: "Gebot über Angebot",

    target: "Kaufgebot",
    resell: "Verkauf",
    score: "Punkte",
    liquidity: "Liquidität",
    crowd: "Gebote / Angebote",

    watchesTitle: "Beobachtete Titel",
    noWatches: "Nichts wird beobachtet. Unten beginnen, oder mit /watch in Telegram.",
    offer: "Angebot",
    bid: "Gebot",
    lastChange: "Letzte Änderung",
    noChange: "noch keine",
    failing: "{count} Lesungen gescheitert",
    polled: "Gemeldet: eine Bewegung von 5 %, zurück 6 %. DMarket hat keinen offiziellen " +
      "WebSocket: Preise werden je nach Priorität alle 15, 30 oder 60 s gelesen.",
    watch: "Beobachten",
    unwatch: "Nicht mehr beobachten",
    analysis: "Analyse",
    spread: "Spread",
    anyAsset: "Gebot für jedes Exemplar",
    fairPrice: "Fairer Preis",
    salesByDay: "Verkäufe nach Tagen",

    annualised: "Pro Jahr",
    guards: "Prüfungen",
    confidenceOf: { low: "gering", medium: "mittel", high: "hoch" },

    live: "live",
    lost: "Verbindung verloren, neuer Versuch",
    noHealth: "Kein Gesundheitsbericht",
    unavailable: "Gerade nicht verfügbar; gleich wieder da.",
    notFound: "Hier ist nichts.",
    back: "Zur Übersicht",

    scansTitle: "Scans",
    scanNow: "Jetzt scannen",
    game: "Spiel",
    level: "Stufe",
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

    opportunitiesTitle: "Gelegenheiten",
    noOpportunities: "Noch nichts gefunden. Was jede Prüfung besteht, erscheint hier.",
    buy: "Kauf",
    exit: "Verkauf",
    net: "Netto",
    profit: "Gewinn",
    roi: "ROI",
    sales7d: "Verkäufe in 7 d",
    bestBid: "Bestes Gebot",
    otherAsk: "Nächstes Angebot",
    breakEven: "Break-even",
    fee: "Gebühr",
    lock: "Handelssperre",
    confidence: "Sicherheit",

    targetsTitle: "Kaufgebote (trocken)",
    noTargets: "Noch kein Kaufgebot vorgeschlagen.",

    actorsTitle: "Aktoren",
    restarts: "Neustarts",
    waiting: "wartend",

    justNow: "gerade eben",
    ago: "vor {time}",
  },
  guardNames,
  reasons,
});
