import type { ReasonWords, Words } from "./catalogue.ts";

export const guardNames: Words["guardNames"] = {
  "out-of-band": "Диапазон цен",
  "reserved": "Бронь",
  "trade-lock": "Трейд-бан",
  "resale-blocked": "Запрет перепродажи",
  "unpriced": "Стоимость",
  "joke-price": "Абсурдная цена",
  "no-sales": "Продажи",
  "thin-sales": "Оборот",
  "attribute-mix": "Фазы",
  "pump": "Памп",
  "falling": "Тренд",
  "above-suggested": "Рекомендованная цена",
  "wide-spread": "Спред",
  "stale-evidence": "Свежесть данных",
  "gone": "Наличие",
  "duplicate": "Повтор",
  "min-roi": "Доходность",
};

export const reasons: ReasonWords = {
  "in-band": "{priceCents} входит в диапазон от {fromCents} до {toCents}",
  "out-of-band": "{priceCents} вне диапазона от {fromCents} до {toCents}",

  "reserved": "Забронирован для другой сделки",
  "not-reserved": "Не забронирован для другой сделки",

  "no-lock": "Трейд-бана нет",
  "lock-within": "Трейд-бан {lockDays}, допустимо {mostDays}",
  "lock-exceeds": "Трейд-бан {lockDays}, допустимо не более {mostDays}",

  "resale-allowed": "Площадка разрешает перепродажу",
  "resale-forbidden": "Площадка запрещает перепродажу: {marks}",

  "suggested": "Рекомендованная цена {suggestedCents}",
  "sales-say": "По прошлым продажам {referenceCents}",
  "bid-says": "Есть заявка на {bidCents}",
  "unlike-others": "Площадка рекомендует цены для других, но не для этого",
  "worthless": "Ни рекомендованная цена, ни продажи, ни заявки не говорят, сколько он стоит",
  "worth-unread": "Рекомендованной цены нет, продажи и заявки не загружены",

  "near-suggested": "{priceCents} близко к рекомендованной цене {suggestedCents}",
  "near-reference": "{priceCents} близко к справедливой цене {referenceCents}",
  "beyond-suggested": "{priceCents} больше {mostFactor} × рекомендованной цены {suggestedCents}",
  "beyond-reference": "{priceCents} больше {mostFactor} × справедливой цены {referenceCents}",
  "bid-covers": "Заявка на {bidCents} покрывает {priceCents}",
  "no-reference": "Не с чем сравнить {priceCents}",

  "unread": "Стакан и продажи предмета не загружены",
  "no-sales": "Продаж не видно",
  "phase-unclear": "Продажи этой фазы не отличить от других",

  "listings-sold": "Продано лотов за {windowDays}: {soldCount}",
  "none-sold": "За {windowDays} не продано ни одного лота",

  "never-sold": "Продаж не было, нужна не старше {mostDays}",
  "sold-long-ago": "Последняя продажа {newestDays} назад, допустимо не более {mostDays}",
  "few-sales": "Надёжных продаж: {soundCount}, нужно не менее {leastCount}",
  "sells-rarely": "Надёжных продаж: {soundCount} за {seenDays}; ещё одна за {resaleDays} в " +
    "{chanceCount} случаях из 100, нужно не менее {leastCount}",
  "sells-often": "Надёжных продаж: {soundCount} за {seenDays}; ещё одна за {resaleDays} в " +
    "{chanceCount} случаях из 100; ликвидность {liquidityCount} из 100",

  "one-price": "У предмета одна цена",
  "phase-compared": "Сравнение только с продажами {phase}",
  "phase-unknown": "Предмет продаётся по фазам, а его фаза неизвестна",
  "phase-mixed": "Продажи {phase} не отличить от других фаз",

  "pump-ban": "Цену разгоняли: под запретом ещё {leftHours}",
  "spikes-within": "Всплесков среди продаж: {spikeCount}",
  "spikes-exceed": "Всплесков среди продаж: {spikeCount}, допустимо не более {mostCount}",
  "newest-rise": "Последние продажи на уровне {riseBps} от прежних, допустимо не более {mostBps}",
  "short-page": "Известны продажи лишь за два часа, на уровне {riseBps} от этой цены, тогда " +
    "допустимо не более {mostBps}",
  "hour-rise": "Продажи последнего часа на уровне {riseBps} от прежних, допустимо не более " +
    "{mostBps}",

  "steady": "Цены продаж не сползают",
  "fell-and-holds": "Цены упали и держатся; решает последняя четверть",
  "slides": "Цены сползают: последние на уровне {nowBps} от первых, через неделю останется " +
    "{weekBps}, нужно не менее {leastBps}",
  "slides-yet-pays":
    "Цены сползают: последние на уровне {nowBps} от первых, через неделю останется " +
    "{weekBps}; следующий покупатель ещё заплатит достаточно",

  "no-suggestion": "Рекомендованная цена не ограничивает перепродажу",
  "suggestion-unmet": "Нет цены перепродажи для сравнения с рекомендованной",
  "near-suggestion": "Перепродажа по {exitCents}, рекомендованная цена {suggestedCents}",
  "above-suggestion": "Перепродажа по {exitCents} больше {mostBps} рекомендованной цены " +
    "{suggestedCents}",

  "no-bid-bound": "Заявки не ограничивают перепродажу",
  "bid-unmet": "Нет цены перепродажи для сравнения с заявками",
  "near-bid": "Перепродажа по {exitCents}, лучшая заявка {bidCents}",
  "above-bid": "Перепродажа по {exitCents} больше {mostBps} лучшей заявки {bidCents}",

  "fresh": "Стакан и продажи загружены {ageSeconds} назад",
  "stale": "Стакан и продажи загружены {ageSeconds} назад, допустимо не более {mostSeconds}",

  "listed": "При загрузке предмета лот был на месте",
  "gone": "При загрузке предмета лота по {priceCents} уже не было",
  "beyond-book": "Загруженный стакан кончается ниже этой цены",

  "first-time": "В этом сканировании ещё не оценивался",
  "judged-before": "В этом сканировании уже оценивался",

  "quick-pays": "В заявку {exitCents} за вычетом комиссии {feeCents}: {roiBps}, нужно не менее " +
    "{leastBps}",
  "quick-short": "В заявку {exitCents} за вычетом комиссии {feeCents}: {roiBps}, меньше " +
    "{leastBps}",
  "list-pays": "Лотом за {exitCents} за вычетом комиссии {feeCents}: {roiBps}, нужно не менее " +
    "{leastBps}",
  "list-short": "Лотом за {exitCents} за вычетом комиссии {feeCents}: {roiBps}, меньше {leastBps}",
  "no-bid": "Нет заявки, под которую подходит этот экземпляр",
  "no-exit": "Нет справедливой цены, по которой его выставить",
  "no-own-exit": "Нет справедливой цены для его фазы",
  "nothing-quoted": "Заявок нет",
  "capped-at-nothing": "Лот конкурента не оставляет цены",
  "quote-short": "Лучшая заявка, {exitCents}, даёт самое большее {roiBps}",
  "quote-may-pay": "Лучшая заявка, {exitCents}, может дать {roiBps}; не проверено",
  "cap-short": "Лот конкурента ограничивает до {exitCents}: самое большее {roiBps}",
  "cap-may-pay": "Лот конкурента ограничивает до {exitCents}: возможно {roiBps}; не проверено",

  "bid-pays-no-more": "Ни одна заявка больше не даёт достаточной прибыли",
  "resale-pays-no-more": "Перепродажа больше не окупается",
  "others-promise-more": "Повторно не проверялось: другие предметы обещали больше",
  "title-unread": "Повторно не проверялось: данные предмета не удалось прочитать",
  "no-longer-listed": "Больше нет среди лотов своего диапазона цен",
  "newer-took-place": "Вытеснено более новыми находками",

  "target-no-room": "Нет запаса: даже цена в один цент не окупится",
  "target-alone": "Других заявок нет; не дороже {mostCents}",
  "target-over": "Выше чужой заявки {bidCents}",
  "target-at-limit": "На пределе: чужая заявка {bidCents} не оставляет места ниже {mostCents}",
  "target-not-chased": "Не перебиваем: чужая заявка {bidCents} не оставляет места ниже " +
    "{mostCents}",

  "stopped-by": "Остановлено: {who}",
  "filter-refused": "Фильтр отклонён: {trouble}",
  "cursor-died": "Курсор рынка становился недействительным {diedCount} раз",
  "market-unread": "Не удалось загрузить данные рынка: {trouble}",
  "market-unread-again":
    "Не удалось загрузить данные рынка, попыток подряд: {failedCount}. {trouble}",
  "titles-unread": "Предметов, данные которых не удалось прочитать: {titleCount}",
  "shown-in-part": "Рынок показал лотов: {shownCount} из {totalCount}",
  "cursor-repeated": "Рынок повторил свой курсор",
  "nothing-new": "На {pageCount} страницах подряд не было ничего нового",
  "query-full": "Один запрос показывает не более {pageCount} страниц",
  "range-unreached": "{why}; лоты от {fromCents} до {toCents} не просмотрены",
  "price-unreached": "{why}; просмотрены не все лоты по {priceCents}",
  "scan-failed": "Сканирование {scan} не удалось. {why}",

  "actor-failed": "{actor} отказал окончательно",
  "actor-is": "{actor}: {state}",
  "lease-lost": "Право записи потеряно, ничего нельзя сохранить",
  "database-silent": "База данных не отвечает",
  "commits-wait": "Записи ждут базу данных",
  "threads-hang": "Зависших потоков, занимающих ядро: {threadCount}",
  "dead-letters": "Недоставленных сообщений: {letterCount}",
  "effects-unknown": "Действий с неизвестным исходом: {effectCount}",
  "breaker-is": "Предохранитель {breaker}: {state}",
  "disk-full": "Диск почти заполнен",

  "watches-full": "Следить можно не более чем за {mostCount} предметами",
  "watches-too-fast": "Всем наблюдениям вместе нужно {neededRate} запросов в секунду, а предел " +
    "{mostRate}: снизьте приоритет или уберите предмет",
  "watch-unread": "Предмет {title} ({game}) не удалось загрузить; попыток подряд: {failedCount}. " +
    "Причина: {trouble}",
  "disk-low": "Диск заполнен на {used}: там, где база данных, осталось {free}",
};
