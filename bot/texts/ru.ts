import { complete } from "./complete.ts";
import { formats } from "./format.ts";
import { guardNames, reasons } from "./reasons_ru.ts";

const f = formats("ru-RU", { second: "с", minute: "мин", hour: "ч", day: "д" });
const { plural } = f;

const lots = (count: number) => plural(count, { one: "лот", few: "лота", other: "лотов" });
const bidders = (count: number) => plural(count, { one: "заявка", few: "заявки", other: "заявок" });
const sales = (count: number) => plural(count, { one: "продажа", few: "продажи", other: "продаж" });
const scans = (count: number) =>
  plural(count, { one: "сканирование", few: "сканирования", other: "сканирований" });

export const ru = complete("ru", f, {
  modeMeaning: { dry: "Пробный режим: ничего не покупается и не продаётся." },
  repeated: "↻ возможно, повтор",
  exit: { quick: "сразу", list: "лотом" },

  commands: {
    status: "Текущие сканирования, нагрузка на машину",
    opportunities: "Последние находки",
    find: "За чем стоит следить и почему",
    market: "Обзор игры",
    title: "Анализ предмета",
    watches: "За чем я слежу",
    watch: "Следить за ценой предмета",
    unwatch: "Перестать следить за предметом",
    scan: "Сканировать игру сейчас, с вашим фильтром",
    filter: "Что должно искать сканирование",
    stop: "Остановить сканирование",
    health: "Всё ли работает?",
    help: "Что я понимаю",
    start: "Кто я",
  },
  args: {
    opportunities: "[1–10]",
    find: "[игра]",
    market: "[игра]",
    title: "[игра] слова",
    watches: "[страница]",
    watch: "[игра] слова [приоритет]",
    unwatch: "слова",
    scan: "[игра] [уровень]",
    filter: "[игра] [поле] [значения]",
    language: "[ru]",
  },
  helpTitle: "Команды",
  scanUsage: ({ games, levels, fallback }) =>
    `Игры: ${games}. Уровни: ${levels}. Без них: ${fallback}.`,
  opportunitiesUsage: (most) => `Далее можно указать число от 1 до ${most}.`,
  welcome: "Я слежу за DMarket и говорю, что стоит купить.",
  unknownCommand: (name) => `Я не знаю /${name}. /help покажет, что я понимаю.`,
  notACommand: "Я понимаю только команды. /help покажет их.",
  missingTitle: (command) => `/${command} нужны слова из названия предмета.`,
  badArgument: (command, wrong) => `/${command} не понимает «${wrong}».`,
  busy: "Слишком много команд ждут ответа. Попробуйте через минуту.",
  unavailable: {
    health: "Отчёт о состоянии сейчас недоступен.",
    opportunities: "Список находок сейчас недоступен.",
    market: "Обзор рынка сейчас недоступен.",
    title: "Анализ сейчас недоступен.",
    watches: "Наблюдения сейчас недоступны.",
    filter: "Фильтры сейчас недоступны.",
  },

  newOpportunities: (count) => plural(count, { one: "находка", few: "находки", other: "находок" }),
  latestOpportunities: "Последние находки",
  noOpportunities: "Пока ничего не найдено.",
  andMore: (count) => `и ещё ${f.count(count)}`,
  sales7d: (count) => `${sales(count)} за 7 д`,
  bid: (price) => `заявка ${price}`,
  nextAsk: (price) => `следующий лот ${price}`,
  locked: (days) =>
    `трейд-бан ${plural(Math.ceil(days), { one: "день", few: "дня", other: "дней" })}`,
  confidence: {
    low: "низкая уверенность",
    medium: "средняя уверенность",
    high: "высокая уверенность",
  },

  scanRequested: "Сканирование запрошено",
  scanningStopped: "Сканирование остановлено. До /scan ничего не сканируется.",
  scanStatus: {
    queued: "Сканирование в очереди",
    running: "Идёт сканирование",
    completed: "Сканирование закончено",
    stopped: "Сканирование остановлено",
    failed: "Сканирование не удалось",
  },
  offers: (count) => lots(count),
  offersOf: (processed, total) =>
    `${f.count(processed)} из ${plural(total, { one: "лота", other: "лотов" })}`,
  found: (count) => `найдено ${f.count(count)}`,
  refused: (count) => `отклонено ${f.count(count)}`,
  unverified: (count) => `не проверено ${f.count(count)}`,
  took: (time) => `заняло ${time}`,
  scansIn: (count, time) => `${scans(count)} за ${time}`,
  failed: (count) => `не удалось ${f.count(count)}`,
  left: (time) => `осталось ${time}`,

  statusTitle: "Состояние",
  scanningPaused: "Сканирование остановлено. /scan возобновит его.",
  nothingRunning: "Сканирование не идёт.",
  queued: (count) => `в очереди ${scans(count)}`,
  nextScanIn: (time) => `Следующее сканирование через ${time}`,
  lastScan: "Последнее",
  scannerSilent: "Сканер сейчас не отвечает.",
  resourcesSilent: "Монитор ресурсов сейчас не отвечает.",
  resources: ({ cpu, memory, diskFree }) =>
    `ЦП ${cpu} · память ${memory} · на диске свободно ${diskFree}`,
  heldBack: (factor) => `Скорость снижена до ${factor}`,

  healthTitle: { pass: "Всё в порядке", warn: "Нужно внимание", fail: "Сбой" },
  states: {
    starting: "запускается",
    ready: "готов",
    degraded: "замедлен",
    suspended: "приостановлен",
    backoff: "ждёт перезапуска",
    restarting: "перезапускается",
    draining: "останавливается",
    hung: "завис",
    failed: "отказал окончательно",
    stopped: "остановлен",
    connecting: "подключается",
    offline: "нет связи",
    unauthorised: "токен отклонён",
    conflict: "вытеснен другим получателем",
    open: "разомкнут",
    "half-open": "проверяется",
  },
  upFor: (time) => `работает ${time}`,
  actorsReady: (ready, all) => `готово акторов: ${f.count(ready)} из ${f.count(all)}`,
  restarts: (count) =>
    plural(count, { one: "перезапуск", few: "перезапуска", other: "перезапусков" }),

  alert: { info: "К сведению", warning: "Внимание", critical: "Тревога" },
  timesSince: (times, time) => `×${f.count(times)} за ${time}`,

  market: {
    marketTitle: "Рынок",
    titles: (count) => plural(count, { one: "предмет", few: "предмета", other: "предметов" }),
    twoSided: (count) => `${f.count(count)} с лотами и заявками`,
    books: (listed, bids) => `${lots(listed)} · ${bidders(bids)}`,
    medians: (offer, spread) => `медиана лота ${offer} · медиана спреда ${spread}`,
    oneSided: ({ asksOnly, bidsOnly, crossed }) =>
      `без заявок ${asksOnly} · без лотов ${bidsOnly} · заявка выше лота ${crossed}`,
    quotesSince: (time) => `Самой старой цене ${time}`,
    noQuotes: "За последние 24 часа ничего не сканировалось. /scan запустит сканирование.",

    ideasTitle: "За чем следить",
    noIdeas: "В том, что сканировалось за 24 часа, ничто не выделяется.",
    ideaScore: (score) => `оценка ${score} из 100`,
    ideaBook: (bids, listed) => `${bidders(bids)} на ${lots(listed)}`,
    liquidity: (score) => `ликвидность ${score} из 100`,
    salesUnread: "продажи ещё не загружены",
    ideasMeaning:
      "Заявка чуть выше лучшей, перепродажа чуть ниже лучшего лота, за вычетом комиссии. " +
      "Повод посмотреть, а не покупать.",

    unknownTitle: "Об этом предмете ничего не известно.",
    sellsIn: (time) => `продаётся за ${time}`,
    pricesVary: (variation) => `разброс цен ${variation}`,
    volume7d: (sum) => `${sum} за 7 д`,
    sold: ({ days, sales: count, offers, targets, sum, complete }) =>
      `${days} д: продано ${complete ? "" : "не менее "}${count} · лотами ${offers}, ` +
      `в заявки ${targets} · ${sum}`,
    reference: (price, count) => `справедливая цена ${price} (медиана, ${sales(count)})`,
    noReference: "слишком мало продаж для справедливой цены",
    offerNow: (price) => `лот ${price}`,
    noOffer: "никто не продаёт",
    bidNow: (price) => `заявка ${price}`,
    noBid: "заявок нет",
    executableBid: (price) => `${price} за любой экземпляр`,
    spread: (price, share) => `спред ${price} (${share})`,
    depth: ({ band, offers, offersSum, bids, bidsSum }) =>
      `в пределах ${band}: ${lots(offers)} на ${offersSum} · ${bidders(bids)} на ${bidsSum}`,
    pumped: "Похоже на памп",
    fallen: "Цена падает",
    calm: "признаков пампа нет",
    outliers: (count) =>
      `не учтено: ${plural(count, { one: "выброс", few: "выброса", other: "выбросов" })}`,
    tooFewDays: "слишком мало дней с продажами для индикаторов",
    band: (lower, upper) => `полоса ${lower} – ${upper}`,
    days: ({ sold, zero, gap }) =>
      `дней с продажами ${f.count(sold)} · без продаж ${f.count(zero)} · ` +
      `неизвестно ${f.count(gap)}`,
    readAgo: (time) => `обновлено ${time} назад`,
    olderBecause: "Не удалось обновить:",

    whichTitle: "Какой предмет?",
    noTitle: (text) =>
      `За последние 24 часа предмета «${text}» не было. Сначала он должен попасть в сканирование.`,
    notWatching: (text) => `Среди наблюдений нет «${text}».`,
    moreTitles: (count) => `и ещё ${f.count(count)}: добавьте слово`,

    watchesTitle: "Наблюдение",
    noWatches: "Наблюдений нет. Идеи даст /find; начать можно с /watch и названия.",
    watching: "Слежу",
    notWatchedAnyMore: "Больше не слежу",
    wasNotWatched: "Наблюдения и не было",
    watchRefused: "Не могу следить",
    priority: { high: "высокий", normal: "обычный", low: "низкий" },
    priorityOf: (one) => `приоритет ${one}`,
    every: (time) => `каждые ${time}`,
    unread: "данных ещё нет",
    unreadable: (times) =>
      `не удалось загрузить ${plural(times, { one: "раз", few: "раза", other: "раз" })} подряд`,
    lastChange: (change, time) => `последнее: ${change}, ${time} назад`,
    side: { ask: "лот", bid: "заявка" },
    gone: { ask: "больше никто не продаёт", bid: "заявок больше нет" },
    back: { ask: "теперь есть предложение", bid: "теперь есть заявка" },
    polled: "Сообщаю о движении от 5 %, обратно от 6 %. У DMarket нет официального WebSocket: " +
      "цены запрашиваются каждые 15, 30 или 60 с, по приоритету.",

    filtersTitle: "Фильтры",
    filterTitle: "Фильтр",
    noFilter: "без фильтра, годится любой лот",
    anyValue: "любой",
    yes: "да",
    no: "нет",
    filterUse: "Сканирование, запущенное вами, применяет фильтр своей игры; плановые видят всё.",
    filterTap: "Нажмите, чтобы добавить или убрать.",
    filterType: (example) => `Напишите: ${example}`,
    filterRefused: "Фильтр остался прежним",
    filterUnknown: (field, allowed) => `«${field}» здесь не фильтр. Есть ${allowed}`,
    filterCannot: (field, value) => `${field} не может быть ${value}`,
    filterTakes: {
      words: (allowed) => `возможно ${allowed}`,
      numbers: (from, to) => `возможны целые числа от ${from} до ${to}`,
      flag: "возможно yes или no",
      path: "возможна категория, например rifle или rifle/ak-47",
      names: "возможны имена до 100 знаков, через запятую",
    },
    withFilter: (filter) => `фильтр: ${filter}`,

    languageNow: "Я говорю по-русски.",
    titleUsage: "Перед ними можно указать игру: /title cs2 ak redline ft",
    watchUsage:
      "Перед ними можно указать игру, в конце high, normal или low: /watch cs2 ak redline high",
    gameUsage: (games) => `Можно указать игру: ${games}`,
    filterUsage: "/filter cs2 exterior minimal-wear, field-tested · /filter cs2 clear",

    button: {
      market: "📈 Рынок",
      ideas: "⭐ За чем следить",
      watches: "👁 Наблюдение",
      filters: "🎚 Фильтры",
      scan: "🔍 Сканировать",
      finds: "💡 Находки",
      status: "⏱ Состояние",
      language: "🌐 Язык",
      analysis: "📊 Анализ",
      watch: "👁 Следить",
      unwatch: "🗑 Не следить",
      refresh: "🔄 Обновить",
      clear: "🗑 Очистить",
      back: "‹ Назад",
      any: "любой",
    },
  },

  page: {
    search: "Найти предмет: ak redline ft",
    searchNothing: "За последние 24 часа такого предмета не было.",

    noMarket: "За последние 24 часа ничего не сканировалось",
    titles: { one: "предмет", few: "предмета", other: "предметов" },
    twoSided: "с лотами и заявками",
    medianOffer: "Медиана лота",
    medianSpread: "Медиана спреда",
    crossed: "Заявка выше лота",

    target: "Заявка",
    resell: "Продажа",
    score: "Оценка",
    liquidity: "Ликвидность",
    crowd: "Заявки / лоты",

    watchesTitle: "Наблюдение",
    noWatches: "Наблюдений нет. Начните ниже или командой /watch в Telegram.",
    offer: "Лот",
    bid: "Заявка",
    lastChange: "Последнее изменение",
    noChange: "пока нет",
    failing: { one: "неудачный запрос", few: "неудачных запроса", other: "неудачных запросов" },
    watch: "Следить",
    unwatch: "Не следить",
    analysis: "Анализ",
    spread: "Спред",
    anyAsset: "Заявка на любой экземпляр",
    fairPrice: "Справедливая цена",
    salesByDay: "Продажи по дням",

    annualised: "В год",
    guards: "Проверки",
    confidenceOf: { low: "низкая", medium: "средняя", high: "высокая" },

    live: "на связи",
    lost: "связь потеряна, пробую снова",
    noHealth: "Нет отчёта о состоянии",
    unavailable: "Сейчас недоступно; скоро вернётся.",
    notFound: "Здесь ничего нет.",
    back: "К обзору",

    scansTitle: "Сканирования",
    scanNow: "Сканировать",
    game: "Игра",
    level: "Уровень",
    noScans: "Сканирований ещё не было. Первое начнётся само.",
    scanStatus: {
      queued: "в очереди",
      running: "идёт",
      completed: "закончено",
      stopped: "остановлено",
      failed: "не удалось",
    },
    offers: { one: "лот", few: "лота", other: "лотов" },
    found: { one: "находка", few: "находки", other: "находок" },

    opportunitiesTitle: "Находки",
    noOpportunities: "Пока ничего. Здесь появится то, что пройдёт все проверки.",
    buy: "Покупка",
    exit: "Продажа",
    net: "Чистыми",
    profit: "Прибыль",
    roi: "ROI",
    sales7d: "Продаж за 7 д",
    bestBid: "Лучшая заявка",
    otherAsk: "Следующий лот",
    breakEven: "Безубыточность",
    fee: "Комиссия",
    lock: "Трейд-бан",
    confidence: "Уверенность",

    targetsTitle: "Пробные заявки",
    noTargets: "Заявок пока не предложено.",

    actorsTitle: "Акторы",
    restarts: { one: "перезапуск", few: "перезапуска", other: "перезапусков" },
    waiting: { other: "в очереди" },
    simulated: "имитация рынка",

    justNow: "только что",
    ago: "{time} назад",
  },
  guardNames,
  reasons,
});
