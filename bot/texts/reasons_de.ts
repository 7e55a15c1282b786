import type { ReasonWords, Words } from "./catalogue.ts";

export const guardNames: Words["guardNames"] = {
  "out-of-band": "Preisband",
  "reserved": "Reservierung",
  "trade-lock": "Handelssperre",
  "resale-blocked": "Verkaufsverbot",
  "unpriced": "Wert",
  "joke-price": "Mondpreis",
  "no-sales": "Verkäufe",
  "thin-sales": "Umsatz",
  "attribute-mix": "Phasen",
  "pump": "Pump",
  "falling": "Trend",
  "above-suggested": "Preisempfehlung",
  "wide-spread": "Spread",
  "stale-evidence": "Aktualität",
  "gone": "Verfügbarkeit",
  "duplicate": "Dublette",
  "min-roi": "Rendite",
};

export const reasons: ReasonWords = {
  "in-band": "{priceCents} liegt im Band von {fromCents} bis unter {toCents}",
  "out-of-band": "{priceCents} liegt außerhalb des Bands von {fromCents} bis unter {toCents}",

  "reserved": "Für einen laufenden Handel reserviert",
  "not-reserved": "Von keinem anderen Handel reserviert",

  "no-lock": "Keine Handelssperre",
  "lock-within": "Handelssperre {lockDays}, erlaubt {mostDays}",
  "lock-exceeds": "Handelssperre {lockDays}, höchstens {mostDays} erlaubt",

  "resale-allowed": "Der Markt erlaubt den Weiterverkauf",
  "resale-forbidden": "Der Markt verbietet den Weiterverkauf: {marks}",

  "suggested": "Preisempfehlung {suggestedCents}",
  "sales-say": "Frühere Verkäufe sprechen für {referenceCents}",
  "bid-says": "Ein Gebot bietet {bidCents}",
  "unlike-others": "Der Markt empfiehlt Preise für andere, für diesen nicht",
  "worthless": "Weder Preisempfehlung noch Verkäufe noch ein Gebot sagen, was es wert ist",
  "worth-unread": "Keine Preisempfehlung; Verkäufe und Gebote wurden nicht abgerufen",

  "near-suggested": "{priceCents} liegt nahe der Preisempfehlung {suggestedCents}",
  "near-reference": "{priceCents} liegt nahe dem fairen Preis {referenceCents}",
  "beyond-suggested": "{priceCents} ist mehr als {mostFactor} × die Preisempfehlung " +
    "{suggestedCents}",
  "beyond-reference": "{priceCents} ist mehr als {mostFactor} × der faire Preis {referenceCents}",
  "bid-covers": "Ein Gebot von {bidCents} deckt {priceCents}",
  "no-reference": "Nichts, woran sich {priceCents} messen ließe",

  "unread": "Orderbuch und Verkäufe des Titels wurden nicht abgerufen",
  "no-sales": "Keine Verkäufe zu sehen",
  "phase-unclear": "Verkäufe dieser Phase sind von anderen nicht zu unterscheiden",

  "listings-sold": "Verkaufte Angebote in {windowDays}: {soldCount}",
  "none-sold": "In {windowDays} wurde kein Angebot verkauft",

  "never-sold": "Letzter Verkauf: keiner, höchstens {mostDays} alt erwartet",
  "sold-long-ago": "Letzter Verkauf vor {newestDays}, höchstens {mostDays} erlaubt",
  "few-sales": "Plausible Verkäufe: {soundCount}, mindestens {leastCount} nötig",
  "sells-rarely": "Plausible Verkäufe: {soundCount} in {seenDays}; ein weiterer binnen " +
    "{resaleDays} in {chanceCount} von 100 Fällen, mindestens {leastCount} nötig",
  "sells-often": "Plausible Verkäufe: {soundCount} in {seenDays}; ein weiterer binnen " +
    "{resaleDays} in {chanceCount} von 100 Fällen; Liquidität {liquidityCount} von 100",

  "one-price": "Der Titel kennt nur einen Preis",
  "phase-compared": "Nur mit Verkäufen von {phase} verglichen",
  "phase-unknown": "Der Titel wird nach Phasen gehandelt, und die eigene ist unbekannt",
  "phase-mixed": "Verkäufe von {phase} sind von anderen Phasen nicht zu unterscheiden",

  "pump-ban": "Die Verkäufe waren gepumpt: noch {leftHours} gesperrt",
  "spikes-within": "Ausschläge unter den Verkäufen: {spikeCount}",
  "spikes-exceed": "Ausschläge unter den Verkäufen: {spikeCount}, höchstens {mostCount} erlaubt",
  "newest-rise": "Die neuesten Verkäufe liegen bei {riseBps} der früheren, höchstens {mostBps} " +
    "erlaubt",
  "short-page":
    "Bekannt sind nur Verkäufe zweier Stunden, bei {riseBps} dieses Preises, höchstens " +
    "{mostBps} sind dann erlaubt",
  "hour-rise": "Die Verkäufe der letzten Stunde liegen bei {riseBps} der früheren, höchstens " +
    "{mostBps} erlaubt",

  "steady": "Die Verkaufspreise rutschen nicht ab",
  "fell-and-holds": "Die Preise sind gefallen und halten sich; das neueste Viertel zählt",
  "slides": "Die Preise rutschen: die neuesten bei {nowBps} der ältesten, nach einer Woche " +
    "{weekBps}, mindestens {leastBps} nötig",
  "slides-yet-pays":
    "Die Preise rutschen: die neuesten bei {nowBps} der ältesten, nach einer Woche " +
    "bleiben {weekBps}; der nächste Käufer zahlt noch genug",

  "no-suggestion": "Keine Preisempfehlung begrenzt den Weiterverkauf",
  "suggestion-unmet": "Kein Verkaufspreis zum Vergleich mit der Preisempfehlung",
  "near-suggestion": "Weiterverkauf zu {exitCents}, Preisempfehlung {suggestedCents}",
  "above-suggestion": "Weiterverkauf zu {exitCents} übersteigt {mostBps} der Preisempfehlung " +
    "{suggestedCents}",

  "no-bid-bound": "Kein Gebot begrenzt den Weiterverkauf",
  "bid-unmet": "Kein Verkaufspreis zum Vergleich mit den Geboten",
  "near-bid": "Weiterverkauf zu {exitCents}, bestes Gebot {bidCents}",
  "above-bid": "Weiterverkauf zu {exitCents} übersteigt {mostBps} des besten Gebots {bidCents}",

  "fresh": "Orderbuch und Verkäufe vor {ageSeconds} abgerufen",
  "stale": "Orderbuch und Verkäufe vor {ageSeconds} abgerufen, höchstens {mostSeconds} erlaubt",

  "listed": "Stand beim Abruf des Titels noch zum Verkauf",
  "gone": "Stand beim Abruf des Titels nicht mehr zu {priceCents} zum Verkauf",
  "beyond-book": "Das abgerufene Orderbuch endet unter diesem Preis",

  "first-time": "In diesem Scan noch nicht beurteilt",
  "judged-before": "In diesem Scan schon beurteilt",

  "quick-pays": "An das Gebot von {exitCents} verkauft bringt nach {feeCents} Gebühr {roiBps}, " +
    "mindestens {leastBps} nötig",
  "quick-short": "An das Gebot von {exitCents} verkauft bringt nach {feeCents} Gebühr {roiBps}, " +
    "weniger als {leastBps}",
  "list-pays": "Für {exitCents} angeboten bringt nach {feeCents} Gebühr {roiBps}, mindestens " +
    "{leastBps} nötig",
  "list-short": "Für {exitCents} angeboten bringt nach {feeCents} Gebühr {roiBps}, weniger als " +
    "{leastBps}",
  "no-bid": "Kein Gebot, das dieses Stück erfüllt",
  "no-exit": "Kein fairer Preis, zu dem es angeboten werden könnte",
  "no-own-exit": "Kein fairer Preis der eigenen Phase",
  "nothing-quoted": "Kein Gebot notiert",
  "capped-at-nothing": "Ein gesehenes Konkurrenzangebot lässt keinen Preis übrig",
  "quote-short": "Das beste notierte Gebot, {exitCents}, bringt höchstens {roiBps}",
  "quote-may-pay": "Das beste notierte Gebot, {exitCents}, kann {roiBps} bringen; nicht geprüft",
  "cap-short": "Ein Konkurrenzangebot deckelt auf {exitCents}: höchstens {roiBps}",
  "cap-may-pay": "Ein Konkurrenzangebot deckelt auf {exitCents}: vielleicht {roiBps}; nicht " +
    "geprüft",

  "bid-pays-no-more": "Kein Gebot zahlt mehr genug",
  "resale-pays-no-more": "Ein Weiterverkauf lohnt nicht mehr",
  "others-promise-more": "Nicht erneut geprüft: Andere Titel versprachen mehr",
  "title-unread": "Nicht erneut geprüft: Sein Titel war nicht lesbar",
  "no-longer-listed": "Nicht mehr unter den Angeboten seiner Preisspanne",
  "newer-took-place": "Von neueren Funden verdrängt",

  "target-no-room": "Kein Spielraum: Nicht einmal ein Cent brächte genug ein",
  "target-alone": "Niemand sonst bietet; höchstens {mostCents}",
  "target-over": "Über dem Konkurrenzgebot von {bidCents}",
  "target-at-limit": "An der Grenze: Das Konkurrenzgebot von {bidCents} lässt unter {mostCents} " +
    "keinen Platz",
  "target-not-chased": "Nicht überboten: Das Konkurrenzgebot von {bidCents} lässt unter " +
    "{mostCents} keinen Platz",

  "stopped-by": "Gestoppt von {who}",
  "filter-refused": "Der Filter wurde abgelehnt: {trouble}",
  "cursor-died": "Der Cursor des Marktes wurde {diedCount} Mal ungültig",
  "market-unread": "Der Markt war nicht abrufbar: {trouble}",
  "market-unread-again": "Der Markt war {failedCount} Mal nacheinander nicht abrufbar: {trouble}",
  "titles-unread": "Titel, die nicht lesbar waren: {titleCount}",
  "shown-in-part": "Der Markt zeigte {shownCount} von {totalCount} Angeboten",
  "cursor-repeated": "Der Markt wiederholte seinen Cursor",
  "nothing-new": "{pageCount} Seiten nacheinander zeigten nichts Neues",
  "query-full": "Eine Abfrage zeigt höchstens {pageCount} Seiten",
  "range-unreached": "{why}; Angebote ab {fromCents} und unter {toCents} wurden nicht erreicht",
  "price-unreached": "{why}; nicht alle Angebote zu {priceCents} wurden erreicht",
  "scan-failed": "Scan {scan} fehlgeschlagen. {why}",

  "actor-failed": "{actor} ist endgültig ausgefallen",
  "actor-is": "{actor}: {state}",
  "lease-lost": "Die Führung ist verloren, es kann nichts geschrieben werden",
  "database-silent": "Die Datenbank antwortet nicht",
  "commits-wait": "Schreibvorgänge warten auf die Datenbank",
  "threads-hang": "Hängende Threads, die einen Kern belegen: {threadCount}",
  "dead-letters": "Unzustellbare Nachrichten: {letterCount}",
  "effects-unknown": "Wirkungen mit unbekanntem Ausgang: {effectCount}",
  "breaker-is": "Schutzschalter {breaker}: {state}",
  "disk-full": "Die Platte ist fast voll",

  "watches-full": "Mehr als {mostCount} Titel lassen sich nicht beobachten",
  "watches-too-fast": "Alle Beobachtungen zusammen bräuchten {neededRate} Abrufe je Sekunde, " +
    "höchstens {mostRate} sind möglich: Priorität senken oder einen Titel streichen",
  "watch-unread": "Der beobachtete Titel {title} ({game}) war {failedCount} Mal nacheinander " +
    "nicht abrufbar: {trouble}",
  "disk-low": "Die Platte ist zu {used} voll: {free} frei, wo die Datenbank liegt",
};
