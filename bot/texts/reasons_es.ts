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
  "sales-say": "Las ventas pasadas apuntan a {referenceCents}",
  "bid-says": "Una puja ofrece {bidCents}",
  "unlike-others": "El mercado sugiere precios para otros y ninguno para este",
  "worthless": "Ni un precio sugerido, ni ventas, ni una puja dicen cuánto vale",
  "worth-unread": "Sin precio sugerido; no se consultaron las ventas ni las pujas",

  "near-suggested": "{priceCents} está cerca del precio sugerido {suggestedCents}",
  "near-reference": "{priceCents} está cerca del precio justo {referenceCents}",
  "beyond-suggested": "{priceCents} supera {mostFactor} × el precio sugerido {suggestedCents}",
  "beyond-reference": "{priceCents} supera {mostFactor} × el precio justo {referenceCents}",
  "bid-covers": "Una puja de {bidCents} cubre {priceCents}",
  "no-reference": "No hay referencia con que comparar {priceCents}",

  "unread": "No se consultaron el libro de órdenes ni las ventas del artículo",
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

  "pump-ban": "Sus ventas se inflaron: vetado durante otras {leftHours}",
  "spikes-within": "Picos entre las ventas: {spikeCount}",
  "spikes-exceed": "Picos entre las ventas: {spikeCount}, se admiten como mucho {mostCount}",
  "newest-rise": "Las últimas ventas están al {riseBps} de las anteriores, se admite como mucho " +
    "el {mostBps}",
  "short-page":
    "Solo se conocen ventas de dos horas, al {riseBps} de este precio, como máximo se " +
    "admite entonces {mostBps}",
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

  "fresh": "Libro y ventas consultados hace {ageSeconds}",
  "stale": "Libro y ventas consultados hace {ageSeconds}, se admiten como mucho {mostSeconds}",

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

  "bid-pays-no-more": "Ya ninguna puja paga lo suficiente",
  "resale-pays-no-more": "Revender ya no compensa",
  "others-promise-more": "No se volvió a comprobar: otros títulos prometían más",
  "title-unread": "No se volvió a comprobar: su título no se pudo leer",
  "no-longer-listed": "Ya no está entre las ofertas de su franja de precios",
  "newer-took-place": "Desplazada por oportunidades más recientes",

  "target-no-room": "Sin margen: ni un centavo rendiría lo suficiente",
  "target-alone": "Nadie más puja; como mucho {mostCents}",
  "target-over": "Por encima de la puja rival de {bidCents}",
  "target-at-limit": "En el límite: la puja rival de {bidCents} no deja margen por debajo de " +
    "{mostCents}",
  "target-not-chased": "Sin contraoferta: la puja rival de {bidCents} no deja margen por debajo " +
    "de {mostCents}",

  "stopped-by": "Detenido por {who}",
  "filter-refused": "El filtro fue rechazado: {trouble}",
  "cursor-died": "El cursor del mercado caducó {diedCount} veces",
  "market-unread": "No se pudo consultar el mercado: {trouble}",
  "market-unread-again": "No se pudo consultar el mercado {failedCount} veces seguidas: {trouble}",
  "titles-unread": "Títulos que no se pudieron leer: {titleCount}",
  "shown-in-part": "El mercado mostró {shownCount} de {totalCount} ofertas",
  "cursor-repeated": "El mercado repitió su cursor",
  "nothing-new": "{pageCount} páginas seguidas no mostraron nada nuevo",
  "query-full": "Una consulta muestra como mucho {pageCount} páginas",
  "range-unreached": "{why}; no se llegó a las ofertas desde {fromCents} hasta menos de {toCents}",
  "price-unreached": "{why}; no se llegó a todas las ofertas de {priceCents}",
  "scan-failed": "Falló el escaneo de {scan}. {why}",

  "actor-failed": "{actor} ha fallado definitivamente",
  "actor-is": "{actor}: {state}",
  "lease-lost": "Se ha perdido el liderazgo y no se puede escribir nada",
  "database-silent": "La base de datos no responde",
  "commits-wait": "Hay escrituras a la espera de la base de datos",
  "threads-hang": "Hilos colgados que ocupan un núcleo: {threadCount}",
  "dead-letters": "Mensajes no entregados: {letterCount}",
  "effects-unknown": "Efectos de resultado desconocido: {effectCount}",
  "breaker-is": "Cortacircuitos {breaker}: {state}",
  "disk-full": "El disco está casi lleno",

  "watches-full": "No se pueden vigilar más de {mostCount} artículos",
  "watches-too-fast":
    "Todos los vigilados juntos necesitarían {neededRate} consultas por segundo " +
    "y el máximo es {mostRate}: baja una prioridad o deja de vigilar un artículo",
  "watch-unread":
    "El artículo vigilado {title} ({game}) no se pudo consultar {failedCount} veces " +
    "seguidas: {trouble}",
  "disk-low": "El disco está lleno al {used}: quedan {free} donde está la base de datos",
};
