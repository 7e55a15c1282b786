import type { ReasonWords, Words } from "./catalogue.ts";

export const guardNames: Words["guardNames"] = {
  "out-of-band": "Banda de precio",
  "reserved": "Reserva",
  "trade-lock": "Bloqueo de intercambio",
  "resale-blocked": "Reventa prohibida",
  "unpriced": "Valor",
  "joke-price": "Precio absurdo",
  "no-sales": "Ventas",
  "thin-sales": "Rotación",
  "attribute-mix": "Fases",
  "pump": "Pump",
  "falling": "Tendencia",
  "above-suggested": "Precio sugerido",
  "wide-spread": "Diferencial",
  "stale-evidence": "Vigencia",
  "gone": "Disponibilidad",
  "duplicate": "Duplicado",
  "min-roi": "Rentabilidad",
};

export const reasons: ReasonWords = {
  "in-band": "{priceCents} está en la banda de {fromCents} a menos de {toCents}",
  "out-of-band": "{priceCents} está fuera de la banda de {fromCents} a menos de {toCents}",

  "reserved": "Reservado por otra operación en curso",
  "not-reserved": "Ninguna otra operación lo reserva",

  "no-lock": "Sin bloqueo de intercambio",
  "lock-within": "Bloqueo de {lockDays}, se admiten {mostDays}",
  "lock-exceeds": "Bloqueo de {lockDays}, se admiten como mucho {mostDays}",

  "resale-allowed": "El mercado permite revenderlo",
  "resale-forbidden": "El mercado prohíbe revenderlo: {marks}",

  "suggested": "Precio sugerido {suggestedCents}",
  "sales-say": "Las ventas pasadas dicen {referenceCents}",
  "bid-says": "Una puja ofrece {bidCents}",
  "unlike-others": "El mercado sugiere precios para otros y ninguno para este",
  "worthless": "Ni un precio sugerido, ni ventas, ni una puja dicen cuánto vale",
  "worth-unread": "Sin precio sugerido; no se leyeron las ventas ni las pujas",

  "near-suggested": "{priceCents} está cerca del precio sugerido {suggestedCents}",
  "near-reference": "{priceCents} está cerca del precio justo {referenceCents}",
  "beyond-suggested": "{priceCents} supera {mostFactor} × el precio sugerido {suggestedCents}",
  "beyond-reference": "{priceCents} supera {mostFactor} × el precio justo {referenceCents}",
  "bid-covers": "Una puja de {bidCents} cubre {priceCents}",
  "no-reference": "No hay referencia con que comparar {priceCents}",

  "unread": "No se leyeron el libro de órdenes ni las ventas del artículo",
  "no-sales": "No hay ventas que mirar",
  "phase-unclear": "Las ventas de su fase no se distinguen de las demás",

  "listings-sold": "Ofertas vendidas en {windowDays}: {soldCount}",
  "none-sold": "Ninguna oferta vendida en {windowDays}",

  "never-sold": "Última venta: ninguna, se pide una de hace {mostDays} como mucho",
  "sold-long-ago": "Última venta hace {newestDays}, se admiten como mucho {mostDays}",
  "few-sales": "Ventas fiables: {soundCount}, hacen falta {leastCount}",
  "sells-rarely": "Ventas fiables: {soundCount} en {seenDays}; otra en {resaleDays} en " +
    "{chanceCount} de cada 100 casos, hacen falta {leastCount}",
  "sells-often": "Ventas fiables: {soundCount} en {seenDays}; otra en {resaleDays} en " +
    "{chanceCount} de cada 100 casos; liquidez {liquidityCount} de 100",

  "one-price": "El artículo tiene un solo precio",
  "phase-compared": "Comparado solo con ventas de {phase}",
  "phase-unknown": "El artículo se vende por fases y la suya no se conoce",
  "phase-mixed": "Las ventas de {phase} no se distinguen de las de otras fases",

  "pump-ban": "Sus ventas se inflaron: vetado otras {leftHours}",
  "spikes-within": "Picos entre las ventas: {spikeCount}",
  "spikes-exceed": "Picos entre las ventas: {spikeCount}, se admiten como mucho {mostCount}",
  "newest-rise": "Las últimas ventas están al {riseBps} de las anteriores, se admite como mucho " +
    "el {mostBps}",
  "hour-rise": "Las ventas de la última hora están al {riseBps} de las anteriores, se admite " +
    "como mucho el {mostBps}",

  "steady": "Las ventas no se deslizan a la baja",
  "fell-and-holds": "Las ventas cayeron y aguantan; decide el último cuarto",
  "slides": "Las ventas se deslizan: las últimas al {nowBps} de las primeras, en una semana " +
    "quedaría el {weekBps}, hace falta el {leastBps}",
  "slides-yet-pays":
    "Las ventas se deslizan: las últimas al {nowBps} de las primeras, en una semana " +
    "queda el {weekBps}; el próximo comprador aún paga bastante",

  "no-suggestion": "Ningún precio sugerido limita la reventa",
  "suggestion-unmet": "Sin precio de reventa que comparar con el sugerido",
  "near-suggestion": "Reventa a {exitCents}, precio sugerido {suggestedCents}",
  "above-suggestion": "La reventa a {exitCents} supera el {mostBps} del precio sugerido " +
    "{suggestedCents}",

  "no-bid-bound": "Ninguna puja limita la reventa",
  "bid-unmet": "Sin precio de reventa que comparar con las pujas",
  "near-bid": "Reventa a {exitCents}, mejor puja {bidCents}",
  "above-bid": "La reventa a {exitCents} supera el {mostBps} de la mejor puja {bidCents}",

  "fresh": "Libro y ventas leídos hace {ageSeconds}",
  "stale": "Libro y ventas leídos hace {ageSeconds}, se admiten como mucho {mostSeconds}",

  "listed": "Seguía a la venta al leer el artículo",
  "gone": "Ya no estaba a {priceCents} al leer el artículo",
  "beyond-book": "El libro leído termina por debajo de su precio",

  "first-time": "No se ha juzgado antes en este escaneo",
  "judged-before": "Ya se juzgó en este escaneo",

  "quick-pays": "A la puja de {exitCents}, menos {feeCents} de comisión, rinde {roiBps}; mínimo " +
    "{leastBps}",
  "quick-short": "A la puja de {exitCents}, menos {feeCents} de comisión, rinde {roiBps}, por " +
    "debajo de {leastBps}",
  "list-pays": "A la venta por {exitCents}, menos {feeCents} de comisión, rinde {roiBps}; mínimo " +
    "{leastBps}",
  "list-short": "A la venta por {exitCents}, menos {feeCents} de comisión, rinde {roiBps}, por " +
    "debajo de {leastBps}",
  "no-bid": "Ninguna puja que esta unidad cumpla",
  "no-exit": "Sin precio de referencia para ponerlo a la venta",
  "no-own-exit": "Sin precio de referencia de su fase",
  "nothing-quoted": "No hay ninguna puja",
  "capped-at-nothing": "Un competidor visto no deja precio alguno",
  "quote-short": "La mejor puja vista, {exitCents}, rinde {roiBps} como mucho",
  "quote-may-pay": "La mejor puja vista, {exitCents}, puede rendir {roiBps}; sin verificar",
  "cap-short": "Un competidor lo limita a {exitCents}: rinde {roiBps} como mucho",
  "cap-may-pay": "Un competidor lo limita a {exitCents}: puede rendir {roiBps}; sin verificar",

  "watches-full": "No se pueden vigilar más de {mostCount} artículos",
  "watches-too-fast": "Todos los vigilados juntos necesitarían {neededRate} lecturas por segundo " +
    "y el máximo es {mostRate}: baja una prioridad o deja de vigilar un artículo",
  "watch-unread": "El artículo vigilado {title} ({game}) no se pudo leer {failedCount} veces " +
    "seguidas: {trouble}",
  "disk-low": "El disco está al {used}: quedan {free} donde está la base de datos",
};
