import { complete } from "./complete.ts";
import { formats } from "./format.ts";
import { guardNames, reasons } from "./reasons_es.ts";

const f = formats("es-ES", { second: "s", minute: "min", hour: "h", day: "d" });
const { plural } = f;

const offers = (count: number) => plural(count, { one: "oferta", other: "ofertas" });
const sales = (count: number) => plural(count, { one: "venta", other: "ventas" });

export const es = complete("es", f, {
  modeMeaning: { dry: "Simulacro: no se compra ni se vende nada." },
  repeated: "↻ posiblemente repetido",
  exit: { quick: "al instante", list: "con oferta" },

  commands: {
    status: "Escaneos en curso, carga de la máquina",
    opportunities: "Los últimos hallazgos",
    find: "Artículos que conviene vigilar, y por qué",
    market: "Un juego de un vistazo",
    title: "Análisis de un artículo",
    watches: "Lo que vigilo para ti",
    watch: "Vigilar el precio de un artículo",
    unwatch: "Dejar de vigilar un artículo",
    scan: "Escanear un juego ahora, con tu filtro",
    filter: "Qué debe buscar un escaneo",
    stop: "Detener los escaneos",
    health: "¿Funciona todo?",
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
    watches: "Los artículos vigilados no están disponibles ahora.",
    filter: "Los filtros no están disponibles ahora.",
  },

  newOpportunities: (count) => plural(count, { one: "oportunidad", other: "oportunidades" }),
  latestOpportunities: "Últimos hallazgos",
  noOpportunities: "Aún no se ha encontrado nada.",
  andMore: (count) => `y ${f.count(count)} más`,
  sales7d: (count) => `${sales(count)} en 7 d`,
  bid: (price) => `puja ${price}`,
  nextAsk: (price) => `siguiente oferta ${price}`,
  locked: (days) => `bloqueado ${plural(Math.ceil(days), { one: "día", other: "días" })}`,
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
  offers: (count) => offers(count),
  offersOf: (processed, total) => `${f.count(processed)} de ${offers(total)}`,
  found: (count) => plural(count, { one: "hallazgo", other: "hallazgos" }),
  refused: (count) => plural(count, { one: "rechazada", other: "rechazadas" }),
  unverified: (count) => `${f.count(count)} sin verificar`,
  took: (time) => `duró ${time}`,
  scansIn: (count, time) => `${plural(count, { one: "escaneo", other: "escaneos" })} en ${time}`,
  failed: (count) => plural(count, { one: "fallido", other: "fallidos" }),
  left: (time) => `faltan ${time}`,

  statusTitle: "Estado",
  scanningPaused: "Los escaneos están detenidos. /scan los reanuda.",
  nothingRunning: "No hay ningún escaneo en curso.",
  queued: (count) => plural(count, { one: "escaneo en espera", other: "escaneos en espera" }),
  nextScanIn: (time) => `Próximo escaneo en ${time}`,
  lastScan: "Último",
  scannerSilent: "El escáner no responde ahora.",
  resourcesSilent: "El monitor de recursos no responde ahora.",
  resources: ({ cpu, memory, diskFree }) => `CPU ${cpu} · memoria ${memory} · ${diskFree} libres`,
  heldBack: (factor) => `Ritmo reducido al ${factor}`,

  healthTitle: { pass: "Todo bien", warn: "Algo requiere atención", fail: "Hay un fallo" },
  upFor: (time) => `activo desde hace ${time}`,
  actorsReady: (ready, all) => `${f.count(ready)} de ${f.count(all)} actores listos`,
  restarts: (count) => plural(count, { one: "reinicio", other: "reinicios" }),
  deadLetters: (count) =>
    plural(count, { one: "mensaje no entregado", other: "mensajes no entregados" }),

  alert: { info: "Para tu información", warning: "Atención", critical: "Alarma" },
  timesSince: (times, time) => `×${f.count(times)} en ${time}`,

  market: {
    marketTitle: "Mercado",
    titles: (count) => plural(count, { one: "artículo", other: "artículos" }),
    twoSided: (count) => `${f.count(count)} con ofertas y pujas`,
    books: (offers, bids) => `${offers} ofertas · ${bids} pujas`,
    medians: (offer, spread) => `oferta mediana ${offer} · diferencial mediano ${spread}`,
    oneSided: ({ asksOnly, bidsOnly, crossed }) =>
      `sin pujas ${asksOnly} · sin ofertas ${bidsOnly} · puja sobre oferta ${crossed}`,
    quotesSince: (time) => `Precios de las últimas ${time}`,
    noQuotes: "No se ha escaneado nada en 24 horas. /scan empieza.",

    ideasTitle: "Conviene vigilar",
    noIdeas: "Nada destaca en lo escaneado en las últimas 24 horas.",
    ideaScore: (score) => `${score} de 100`,
    ideaBook: (bids, offers) =>
      `${plural(bids, { one: "puja", other: "pujas" })} para ${
        plural(offers, { one: "oferta", other: "ofertas" })
      }`,
    liquidity: (score) => `liquidez ${score} de 100`,
    salesUnread: "ventas aún no leídas",
    ideasMeaning: "Una puja por encima de la mejor, revendida bajo la mejor oferta, tras la " +
      "comisión. Un motivo para mirar, no para comprar.",

    unknownTitle: "No se sabe nada de este artículo.",
    sellsIn: (time) => `se vende en ${time}`,
    pricesVary: (variation) => `los precios varían un ${variation}`,
    volume7d: (sum) => `${sum} en 7 d`,
    sold: ({ days, sales, offers, targets, sum, complete }) =>
      `${days} d: ${complete ? "" : "al menos "}${sales} vendidos · ${offers} por oferta, ` +
      `${targets} por puja · ${sum}`,
    reference: (price, count) => `precio justo ${price}, mediana de ${sales(count)}`,
    noReference: "muy pocas ventas para un precio justo",
    offerNow: (price) => `oferta ${price}`,
    noOffer: "nadie vende",
    bidNow: (price) => `puja ${price}`,
    noBid: "nadie puja",
    executableBid: (price) => `${price} por cualquier unidad`,
    spread: (price, share) => `diferencial ${price} (${share})`,
    depth: ({ band, offers, offersSum, bids, bidsSum }) =>
      `dentro del ${band}: ${offers} ofertas ${offersSum} · ${bids} pujas ${bidsSum}`,
    pumped: "Parece inflado",
    fallen: "Cae",
    calm: "sin señales de manipulación",
    outliers: (count) =>
      plural(count, { one: "valor atípico omitido", other: "valores atípicos omitidos" }),
    tooFewDays: "muy pocos días con ventas para indicadores",
    band: (lower, upper) => `banda de ${lower} a ${upper}`,
    days: ({ sold, zero, gap }) =>
      `${plural(sold, { one: "día", other: "días" })} con ventas · ${f.count(zero)} sin · ` +
      `${f.count(gap)} no vistos`,
    readAgo: (time) => `leído hace ${time}`,
    olderBecause: "No se ha vuelto a leer:",

    whichTitle: "¿Cuál?",
    noTitle: (text) =>
      `Ningún artículo de las últimas 24 horas coincide con «${text}». Un escaneo debe verlo antes.`,
    notWatching: (text) => `No vigilo nada que coincida con «${text}».`,
    moreTitles: (count) => `y ${f.count(count)} más: añade una palabra`,

    watchesTitle: "Vigilados",
    noWatches: "No se vigila nada. /find da ideas; /watch y un artículo empieza.",
    watching: "Vigilado",
    notWatchedAnyMore: "Ya no se vigila",
    wasNotWatched: "No se vigilaba",
    watchRefused: "No se vigila",
    priority: { high: "alta", normal: "normal", low: "baja" },
    every: (time) => `cada ${time}`,
    unread: "aún no leído",
    unreadable: (times) =>
      `no se pudo leer ${plural(times, { one: "vez", other: "veces" })} seguidas`,
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
    yes: "sí",
    no: "no",
    filterUse: "Un escaneo que inicias usa el filtro de su juego; los programados lo ven todo.",
    filterTap: "Toca para añadir o quitar.",
    filterType: (example) => `Escribe: ${example}`,
    filterRefused: "El filtro queda como estaba",
    filterUnknown: (field, allowed) => `«${field}» no es un filtro aquí. Existen ${allowed}`,
    filterCannot: (field, value) => `${field} no puede ser ${value}`,
    filterTakes: {
      words: (allowed) => `admite ${allowed}`,
      numbers: (from, to) => `admite números enteros de ${from} a ${to}`,
      flag: "admite yes o no",
      path: "admite una categoría como rifle o rifle/ak-47",
      names: "admite nombres de hasta 100 caracteres, separados por comas",
    },
    withFilter: (filter) => `filtro: ${filter}`,

    languageNow: "Hablo español.",
    titleUsage: "Palabras de un artículo, tras un juego: /title cs2 ak redline ft",
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
    search: "Busca un artículo: ak redline ft",
    searchNothing: "Ningún artículo de las últimas 24 horas se llama así.",

    noMarket: "Nada escaneado en las últimas 24 horas",
    titles: "artículos",
    twoSided: "con ofertas y pujas",
    medianOffer: "Oferta mediana",
    medianSpread: "Diferencial mediano",
    crossed: "Puja sobre oferta",

    target: "Puja",
    resell: "Reventa",
    score: "Puntos",
    liquidity: "Liquidez",
    crowd: "Pujas / ofertas",

    watchesTitle: "Artículos vigilados",
    noWatches: "No se vigila nada. Empieza abajo, o con /watch en Telegram.",
    offer: "Oferta",
    bid: "Puja",
    lastChange: "Último cambio",
    noChange: "ninguno aún",
    failing: "{count} lecturas fallidas",
    polled: "Se avisa de un movimiento del 5 %, o del 6 % de vuelta. DMarket no tiene WebSocket " +
      "oficial: los precios se leen cada 15, 30 o 60 s, según la prioridad.",
    watch: "Vigilar",
    unwatch: "Dejar de vigilar",
    analysis: "Análisis",
    spread: "Diferencial",
    anyAsset: "Puja por cualquier unidad",
    fairPrice: "Precio justo",
    salesByDay: "Ventas por día",

    annualised: "Por año",
    guards: "Comprobaciones",
    confidenceOf: { low: "baja", medium: "media", high: "alta" },

    live: "en vivo",
    lost: "conexión perdida, reintentando",
    noHealth: "Sin informe de salud",
    unavailable: "No disponible ahora; volverá en un momento.",
    notFound: "Aquí no hay nada.",
    back: "Al resumen",

    scansTitle: "Escaneos",
    scanNow: "Escanear ahora",
    game: "Juego",
    level: "Nivel",
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

    opportunitiesTitle: "Oportunidades",
    noOpportunities: "Aún no hay nada. Lo que pasa todas las comprobaciones aparece aquí.",
    buy: "Compra",
    exit: "Salida",
    net: "Neto",
    profit: "Beneficio",
    roi: "ROI",
    sales7d: "Ventas en 7 d",
    bestBid: "Mejor puja",
    otherAsk: "Siguiente oferta",
    breakEven: "Punto de equilibrio",
    fee: "Comisión",
    lock: "Bloqueo de intercambio",
    confidence: "Confianza",

    targetsTitle: "Pujas (simulacro)",
    noTargets: "Aún no se ha propuesto ninguna puja.",

    actorsTitle: "Actores",
    restarts: "reinicios",
    waiting: "en espera",

    justNow: "ahora mismo",
    ago: "hace {time}",
  },
  guardNames,
  reasons,
});
