import { GAME_TITLES } from "@/core/domain/market.ts";
import type { Catalogue } from "./catalogue.ts";
import { formats } from "./format.ts";

const f = formats("es-ES", { second: "s", minute: "min", hour: "h", day: "d" });

function plural(count: number, one: string, many: string): string {
  return `${f.count(count)} ${count === 1 ? one : many}`;
}

export const es: Catalogue = {
  ...f,
  language: "es",

  modeBadge: { dry: "🧪 DRY" },
  modeMeaning: { dry: "Simulacro: no se compra ni se vende nada." },
  repeated: "↻ posiblemente repetido",
  level: {
    boost: "boost",
    standard: "standard",
    medium: "medium",
    advanced: "advanced",
    pro: "pro",
  },
  exit: { quick: "rápida", list: "oferta" },

  commands: {
    status: "Escaneos en curso, carga de la máquina",
    opportunities: "Los últimos hallazgos",
    find: "Títulos que conviene vigilar, y por qué",
    market: "Un juego de un vistazo",
    title: "Análisis de un título",
    watches: "Lo que vigilo para ti",
    watch: "Vigilar el precio de un título",
    unwatch: "Dejar de vigilar un título",
    scan: "Escanear un juego ahora, con tu filtro",
    filter: "Qué debe buscar un escaneo",
    stop: "Detener los escaneos",
    health: "¿Está todo vivo?",
    language: "English, Русский, Español, Deutsch",
    help: "Lo que entiendo",
    start: "Quién soy",
  },
  helpTitle: "Comandos",
  scanUsage: ({ games, levels, fallback }) =>
    `Juegos: ${games}. Niveles: ${levels}. Sin ninguno: ${fallback}.`,
  opportunitiesUsage: (most) => `Puede seguir un número del 1 al ${most}.`,
  welcome: "Vigilo DMarket y te digo qué merece la pena comprar.",
  unknownCommand: (name) => `No conozco /${name}. /help muestra lo que entiendo.`,
  notACommand: "Solo entiendo comandos. /help los muestra.",
  badArgument: (command, wrong) => `/${command} no admite «${wrong}».`,
  busy: "Demasiados comandos esperan respuesta. Inténtalo dentro de un minuto.",
  unavailable: {
    health: "El informe de salud no está disponible ahora.",
    opportunities: "La lista de hallazgos no está disponible ahora.",
    market: "La vista del mercado no está disponible ahora.",
    title: "El análisis no está disponible ahora.",
    watches: "Los títulos vigilados no están disponibles ahora.",
    filter: "Los filtros no están disponibles ahora.",
  },

  newOpportunities: (count) => plural(count, "oportunidad", "oportunidades"),
  latestOpportunities: "Últimos hallazgos",
  noOpportunities: "Aún no se ha encontrado nada.",
  andMore: (count) => `y ${f.count(count)} más`,
  sales7d: (count) => `${plural(count, "venta", "ventas")} en 7 d`,
  bid: (price) => `puja ${price}`,
  nextAsk: (price) => `siguiente oferta ${price}`,
  locked: (days) => `bloqueado ${plural(Math.ceil(days), "día", "días")}`,
  confidence: { low: "confianza baja", medium: "confianza media", high: "confianza alta" },

  scanRequested: "Escaneo solicitado",
  scanningStopped: "Escaneos detenidos. No se escanea nada hasta /scan.",
  scanStatus: {
    queued: "Escaneo en espera",
    running: "Escaneando",
    completed: "Escaneo terminado",
    stopped: "Escaneo detenido",
    failed: "Escaneo fallido",
  },
  offersOf: (processed, total) =>
    total === null
      ? plural(processed, "oferta", "ofertas")
      : `${f.count(processed)} de ${plural(total, "oferta", "ofertas")}`,
  found: (count) => plural(count, "hallazgo", "hallazgos"),
  refused: (count) => plural(count, "rechazada", "rechazadas"),
  unverified: (count) => `${f.count(count)} sin verificar`,
  took: (time) => `duró ${time}`,
  scansIn: (count, time) => `${plural(count, "escaneo", "escaneos")} en ${time}`,
  failed: (count) => plural(count, "fallido", "fallidos"),
  left: (time) => `faltan ${time}`,

  statusTitle: "Estado",
  scanningPaused: "Los escaneos están detenidos. /scan los reanuda.",
  nothingRunning: "No hay ningún escaneo en curso.",
  queued: (count) => plural(count, "escaneo en espera", "escaneos en espera"),
  nextScanIn: (time) => `Próximo escaneo en ${time}`,
  lastScan: "Último",
  scannerSilent: "El escáner no responde ahora.",
  resourcesSilent: "El monitor de recursos no responde ahora.",
  resources: ({ cpu, memory, diskFree }) => `CPU ${cpu} · memoria ${memory} · ${diskFree} libres`,
  heldBack: (factor, reason) => `Frenado al ${factor}: ${reason}`,

  healthTitle: { pass: "Todo bien", warn: "Algo requiere atención", fail: "No está sano" },
  upFor: (time) => `activo desde hace ${time}`,
  actorsReady: (ready, all) => `${f.count(ready)} de ${f.count(all)} actores listos`,
  restarts: (count) => plural(count, "reinicio", "reinicios"),
  deadLetters: (count) => plural(count, "mensaje no entregado", "mensajes no entregados"),

  alert: { info: "Para tu información", warning: "Atención", critical: "Alarma" },
  timesSince: (times, time) => `×${f.count(times)} en ${time}`,

  market: {
    marketTitle: "Mercado",
    titles: (count) => plural(count, "título", "títulos"),
    twoSided: (count) => `${f.count(count)} con ofertas y pujas`,
    books: (offers, bids) => `${offers} ofertas · ${bids} pujas`,
    medians: (offer, spread) => `oferta mediana ${offer} · margen mediano ${spread}`,
    oneSided: ({ asksOnly, bidsOnly, crossed }) =>
      `sin pujas ${asksOnly} · sin ofertas ${bidsOnly} · puja sobre oferta ${crossed}`,
    quotesSince: (time) => `Precios de las últimas ${time}`,
    noQuotes: "No se ha escaneado nada en 24 horas. /scan empieza.",

    ideasTitle: "Conviene vigilar",
    noIdeas: "Nada destaca en lo escaneado en las últimas 24 horas.",
    ideaScore: (score) => `${score} de 100`,
    ideaBook: (bids, offers) =>
      `${plural(bids, "puja", "pujas")} para ${plural(offers, "oferta", "ofertas")}`,
    liquidity: (score) => `liquidez ${score} de 100`,
    salesUnread: "ventas aún no leídas",
    ideasMeaning: "Una puja por encima de la mejor, revendida bajo la mejor oferta, tras la " +
      "comisión. Un motivo para mirar, no para comprar.",

    unknownTitle: "No se sabe nada de este título.",
    liquidityInputs: ({ days, variation, offers, volume }) =>
      [
        `se vende en ${days} d`,
        variation === null ? "" : `los precios varían un ${variation}`,
        plural(offers, "oferta", "ofertas"),
        `${volume} en 7 d`,
      ].filter((part) => part !== "").join(" · "),
    sold: ({ days, sales, offers, targets, sum, complete }) =>
      `${days} d: ${complete ? "" : "al menos "}${sales} vendidos · ${offers} por oferta, ` +
      `${targets} por puja · ${sum}`,
    reference: (price, sales) =>
      `precio justo ${price}, mediana de ${plural(sales, "venta", "ventas")}`,
    noReference: "muy pocas ventas para un precio justo",
    offerNow: (price) => `oferta ${price}`,
    noOffer: "nadie vende",
    bidNow: (price) => `puja ${price}`,
    noBid: "nadie puja",
    executableBid: (price) => `${price} por cualquier unidad`,
    spread: (price, share) => `margen ${price} (${share})`,
    depth: ({ band, offers, offersSum, bids, bidsSum }) =>
      `dentro del ${band}: ${offers} ofertas ${offersSum} · ${bids} pujas ${bidsSum}`,
    pumped: "Parece inflado",
    fallen: "Cae",
    calm: "sin señales de manipulación",
    outliers: (count) => plural(count, "valor atípico omitido", "valores atípicos omitidos"),
    tooFewDays: "muy pocos días con ventas para indicadores",
    band: (lower, upper) => `banda de ${lower} a ${upper}`,
    days: ({ sold, zero, gap }) =>
      `${plural(sold, "día", "días")} con ventas · ${f.count(zero)} sin · ` +
      `${f.count(gap)} no vistos`,
    readAgo: (time) => `leído hace ${time}`,
    olderBecause: "No se ha vuelto a leer:",

    whichTitle: "¿Cuál?",
    noTitle: (text) =>
      `Ningún título de las últimas 24 horas coincide con «${text}». Un escaneo debe verlo antes.`,
    notWatching: (text) => `No vigilo nada que coincida con «${text}».`,
    moreTitles: (count) => `y ${f.count(count)} más: añade una palabra`,

    watchesTitle: "Vigilados",
    noWatches: "No se vigila nada. /find da ideas; /watch y un título empieza.",
    watching: "Vigilado",
    notWatchedAnyMore: "Ya no se vigila",
    wasNotWatched: "No se vigilaba",
    watchRefused: "No se vigila",
    priority: { high: "alta", normal: "normal", low: "baja" },
    every: (time) => `cada ${time}`,
    unread: "aún no leído",
    unreadable: (times) => `no se pudo leer ${plural(times, "vez", "veces")} seguidas`,
    lastChange: (change, time) => `último: ${change}, hace ${time}`,
    side: { ask: "oferta", bid: "puja" },
    gone: { ask: "ya nadie vende", bid: "ya nadie puja" },
    hysteresis: "Se avisa de un movimiento del 5 %. De vuelta debe ser del 6 %, o un precio que " +
      "oscila avisaría cada vez.",
    noWebSocket: "DMarket no tiene WebSocket oficial: los precios se leen cada 15, 30 o 60 s, " +
      "según la prioridad.",

    filtersTitle: "Filtros",
    filterTitle: "Filtro",
    noFilter: "sin filtro, cuenta toda oferta",
    anyValue: "cualquiera",
    or: " o ",
    yes: "sí",
    no: "no",
    filterUse: "Tu /scan usa el filtro de su juego; los escaneos programados lo ven todo.",
    filterTap: "Toca para añadir o quitar.",
    filterType: (example) => `Escribe: ${example}`,
    filterRefused: "El filtro queda como estaba",
    filterProblem: (field, value, rule) => {
      const cannot = `${field} no puede ser ${value}`;
      switch (rule.kind) {
        case "unknown":
          return `«${field}» no es un filtro aquí. Existen ${rule.allowed}`;
        case "words":
          return `${cannot}: admite ${rule.allowed}`;
        case "numbers":
          return `${cannot}: admite números enteros de ${rule.from} a ${rule.to}`;
        case "flag":
          return `${cannot}: admite yes o no`;
        case "path":
          return `${cannot}: admite una categoría como rifle o rifle/ak-47`;
        case "names":
          return `${cannot}: admite nombres de hasta 100 caracteres, separados por comas`;
      }
    },
    withFilter: (filter) => `filtro: ${filter}`,

    languageNow: "Hablo español.",
    titleUsage: "Palabras de un título, tras un juego: /title cs2 ak redline ft",
    watchUsage: "Igual, y al final high, normal o low",
    gameUsage: (games) => `Puede seguir un juego: ${games}`,
    filterUsage: "/filter cs2 exterior minimal-wear, field-tested · /filter cs2 clear",

    button: {
      market: "📈 Mercado",
      ideas: "⭐ Conviene vigilar",
      watches: "👁 Vigilados",
      filters: "🎚 Filtros",
      scan: "🔍 Escanear",
      finds: "💡 Hallazgos",
      status: "⏱ Estado",
      language: "🌐 Idioma",
      analysis: "📊 Análisis",
      watch: "👁 Vigilar",
      unwatch: "🗑 Dejar",
      refresh: "🔄 Releer",
      clear: "🗑 Vaciar",
      back: "‹ Atrás",
      any: "cualquiera",
    },
  },

  page: {
    locale: "es-ES",
    search: "Busca un título: ak redline ft",
    searchNothing: "Ningún título de las últimas 24 horas se llama así.",

    marketTitle: "Mercado",
    noMarket: "Nada escaneado en las últimas 24 horas",
    titles: "títulos",
    twoSided: "con ofertas y pujas",
    medianOffer: "Oferta mediana",
    medianSpread: "Margen mediano",
    crossed: "Puja sobre oferta",

    ideasTitle: "Conviene vigilar",
    ideasMeaning: "Una puja por encima de la mejor, revendida bajo la mejor oferta, tras la " +
      "comisión: un motivo para mirar, no para comprar.",
    noIdeas: "Nada destaca en lo escaneado en las últimas 24 horas.",
    target: "Puja",
    resell: "Reventa",
    score: "Puntos",
    liquidity: "Liquidez",
    crowd: "Pujas / ofertas",
    salesUnread: "ventas aún no leídas",

    watchesTitle: "Títulos vigilados",
    noWatches: "No se vigila nada. Empieza abajo, o con /watch en Telegram.",
    priority: { high: "alta", normal: "normal", low: "baja" },
    offer: "Oferta",
    bid: "Puja",
    lastChange: "Último cambio",
    noChange: "ninguno aún",
    unread: "aún no leído",
    every: "cada {time}",
    failing: "{count} lecturas fallidas",
    polled: "Se avisa de un movimiento del 5 %, o del 6 % de vuelta. DMarket no tiene WebSocket " +
      "oficial: los precios se leen cada 15, 30 o 60 s, según la prioridad.",
    watch: "Vigilar",
    unwatch: "Dejar de vigilar",
    analysis: "Análisis",
    spread: "Margen",
    anyAsset: "Puja por cualquier unidad",
    fairPrice: "Precio justo",
    salesByDay: "Ventas por día",

    annualised: "Por año",
    guards: "Comprobaciones",
    confidenceOf: { low: "baja", medium: "media", high: "alta" },

    live: "en vivo",
    lost: "conexión perdida, reintentando",
    health: { pass: "Todo bien", warn: "Requiere atención", fail: "No está sano" },
    noHealth: "Sin informe de salud",
    up: "activo desde hace {time}",
    unavailable: "No disponible ahora; volverá en un momento.",
    notFound: "Aquí no hay nada.",
    back: "Al resumen",

    scansTitle: "Escaneos",
    noScans: "Aún no hay escaneos. El primero empieza solo.",
    scanStatus: {
      queued: "en espera",
      running: "en curso",
      completed: "terminado",
      stopped: "detenido",
      failed: "fallido",
    },
    offers: "ofertas",
    found: "hallazgos",
    left: "faltan {time}",

    opportunitiesTitle: "Oportunidades",
    noOpportunities: "Aún no hay nada. Lo que pasa todas las comprobaciones aparece aquí.",
    buy: "Compra",
    exit: "Salida",
    net: "Neto",
    profit: "Beneficio",
    roi: "ROI",
    kind: { quick: "rápida", list: "oferta" },
    sales7d: "Ventas en 7 d",
    bestBid: "Mejor puja",
    otherAsk: "Siguiente oferta",
    breakEven: "Umbral",
    fee: "Comisión",
    lock: "Bloqueo",
    confidence: "Confianza",

    targetsTitle: "Pujas (simulacro)",
    noTargets: "Aún no se ha propuesto ninguna puja.",

    actorsTitle: "Actores",
    restarts: "reinicios",
    waiting: "en espera",

    games: GAME_TITLES,
    justNow: "ahora mismo",
    ago: "hace {time}",
    second: "s",
    minute: "min",
    hour: "h",
    day: "d",
  },
};
