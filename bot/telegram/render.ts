/** Words a notice for a phone: Telegram HTML that fits into one message. */

import type { Catalogue } from "@/bot/texts/mod.ts";
import { sentenceOf, stateText } from "@/bot/texts/phrases.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import {
  type CommandName,
  COMMANDS,
  DEFAULT_SCAN,
  gameWord,
  MAX_CARDS,
  type Notice,
  type NoticeOf,
} from "@/core/protocol/notices.ts";
import type { MarketNotice } from "@/core/protocol/market_notices.ts";
import { type Html, joined, linesWithin, markup, oneLine } from "./html.ts";
import { type Buttons, buttonsOf } from "./buttons.ts";
import { opportunities } from "./render_cards.ts";
import { filter, filterField, filterRefused, filters, wantsText } from "./render_filters.ts";
import { ideas, market, titleReport } from "./render_market.ts";
import { head, type Lines, place, type RenderContext, said } from "./render_parts.ts";
import { scanDigest, scanFinished, status } from "./render_scans.ts";
import {
  chooseTitle,
  priceMoved,
  unwatched,
  watched,
  watches,
  watchRefused,
} from "./render_watches.ts";

/** What one message holds (4,096), minus the mark of a repeat. */
const MAX_HTML = 4_000;
const MAX_REASON = 200;

/** The notice as Telegram HTML, at most 4,000 characters; lines beyond that are left out. */
export function render(notice: Notice, context: RenderContext): string {
  return linesWithin(MAX_HTML, wording(notice, context)).text;
}

/** What can be tapped under it. */
export function buttons(notice: Notice, context: RenderContext): Buttons {
  return buttonsOf(notice, context).filter((row) => row.length > 0);
}

/** The same message, marked because it may have arrived before. */
export function markRepeat(text: string, texts: Catalogue): string {
  return `${text}\n${markup`<i>${texts.repeated}</i>`.text}`;
}

function wording(notice: Notice, context: RenderContext): Lines {
  const { texts } = context;
  switch (notice.type) {
    case "start":
      return welcome(context);
    case "help":
      return [head(texts.helpTitle, context), ...commandList(texts)];
    case "unknown-command":
      return [said(unknownCommand(notice.name, texts), context)];
    case "bad-argument":
      return [
        said(
          notice.wrong === ""
            ? texts.missingTitle(notice.command)
            : texts.badArgument(notice.command, oneLine(notice.wrong, 100)),
          context,
        ),
        usage(notice.command, texts),
      ];
    case "busy":
      return [said(texts.busy, context)];
    case "unavailable":
      return [
        said(texts.unavailable[notice.what], context),
        markup`<i>${oneLine(notice.reason, MAX_REASON)}</i>`,
      ];
    case "opportunities":
      return opportunities(notice, context, MAX_HTML);
    case "scan-requested":
      return scanRequested(notice, context);
    case "scan-finished":
      return scanFinished(notice.scan, context);
    case "scan-digest":
      return scanDigest(notice, context);
    case "scanning-stopped":
      return [said(texts.scanningStopped, context)];
    case "status":
      return status(notice, context);
    case "health":
      return health(notice, context);
    case "alert":
      return alert(notice, context);
    case "language":
      return [said(texts.market.languageNow, context)];
    default:
      return marketWording(notice, context);
  }
}

/** The notices of `core/protocol/market_notices.ts`. */
function marketWording(notice: MarketNotice, context: RenderContext): Lines {
  switch (notice.type) {
    case "market":
      return market(notice, context);
    case "ideas":
      return ideas(notice, context);
    case "title-report":
      return titleReport(notice, context);
    case "choose-title":
      return chooseTitle(notice, context);
    case "watches":
      return watches(notice, context);
    case "watched":
      return watched(notice, context);
    case "unwatched":
      return unwatched(notice, context);
    case "watch-refused":
      return watchRefused(notice, context);
    case "price-moved":
      return priceMoved(notice, context);
    case "filters":
      return filters(notice, context);
    case "filter":
      return filter(notice, context);
    case "filter-field":
      return filterField(notice, context);
    case "filter-refused":
      return filterRefused(notice, context);
  }
}

function scanRequested(notice: NoticeOf<"scan-requested">, context: RenderContext): Lines {
  const { texts } = context;
  const wants = notice.filter ?? {};
  return [
    markup`${head(texts.scanRequested, context)} · ${place(notice)}`,
    Object.keys(wants).length === 0
      ? null
      : oneLine(texts.market.withFilter(wantsText(wants, texts)), 400),
  ];
}

function welcome({ texts, mode }: RenderContext): Lines {
  return [
    markup`${texts.modeBadge[mode]} · <b>marketd</b>`,
    texts.welcome,
    texts.modeMeaning[mode],
    "",
    ...commandList(texts),
  ];
}

function unknownCommand(name: string, texts: Catalogue): string {
  return name === "" ? texts.notACommand : texts.unknownCommand(oneLine(name, 40));
}

/** The same in every language: commands are. */
const EXAMPLES = "/title cs2 ak redline ft · /watch ak redline high · " +
  "/filter cs2 exterior minimal-wear, field-tested";

function commandList(texts: Catalogue): Html[] {
  const commands = COMMANDS.filter((name) => name !== "start").map((name) => {
    const args = texts.args[name];
    const taken = args === undefined ? "" : markup` <i>${args}</i>`;
    return markup`/${name}${taken} – ${texts.commands[name]}`;
  });
  return [...commands, markup``, markup`<i>${scanUsage(texts)}</i>`, markup`<i>${EXAMPLES}</i>`];
}

function usage(command: CommandName, texts: Catalogue): string | null {
  const { market: words } = texts;
  switch (command) {
    case "opportunities":
      return texts.opportunitiesUsage(texts.count(MAX_CARDS));
    case "title":
      return words.titleUsage;
    case "watch":
      return words.watchUsage;
    case "market":
    case "find":
      return words.gameUsage(GAMES.map(gameWord).join(", "));
    case "filter":
      return words.filterUsage;
    case "scan":
      return scanUsage(texts);
    default:
      return null;
  }
}

function scanUsage(texts: Catalogue): string {
  return texts.scanUsage({
    games: GAMES.map(gameWord).join(", "),
    levels: LEVELS.join(", "),
    fallback: place(DEFAULT_SCAN),
  });
}

const HEALTH_MARKS = { pass: "🟢", warn: "🟡", fail: "🔴" } as const;
const MAX_TROUBLED = 10;
const MAX_RESTARTED = 15;

function health(notice: NoticeOf<"health">, context: RenderContext): Lines {
  const { texts } = context;
  // Their own lines say more of them than the notes do.
  const down = notice.actors.filter((actor) => actor.status !== "ready");
  const ready = notice.actors.length - down.length;
  return [
    head(`${HEALTH_MARKS[notice.status]} ${texts.healthTitle[notice.status]}`, context),
    joined([
      texts.actorsReady(ready, notice.actors.length),
      texts.upFor(texts.duration(notice.uptimeSeconds * 1_000)),
      oneLine(notice.version, 60),
    ], " · "),
    ...notice.notes.filter((note) => !down.some(({ name }) => name === note.said?.values["actor"]))
      .slice(0, MAX_TROUBLED)
      .map((note) => oneLine(sentenceOf(note.said, note.reason, texts), MAX_REASON)),
    ...down.slice(0, MAX_TROUBLED).map((actor) => troubled(actor, texts)),
    restarted(notice, texts),
  ];
}

function troubled(actor: NoticeOf<"health">["actors"][number], texts: Catalogue): Html {
  const state = markup`<b>${oneLine(actor.name, 60)}</b>: ${
    oneLine(stateText(actor.status, texts), 60)
  }`;
  return actor.lastError === null ? state : markup`${state} – ${oneLine(actor.lastError, 100)}`;
}

function restarted(notice: NoticeOf<"health">, texts: Catalogue): Html | null {
  const actors = notice.actors.filter((actor) => actor.restarts > 0).slice(0, MAX_RESTARTED);
  if (actors.length === 0) return null;
  return joined(
    actors.map((actor) => `${oneLine(actor.name, 60)}: ${texts.restarts(actor.restarts)}`),
    ", ",
  );
}

const ALERT_MARKS = { info: "ℹ️", warning: "⚠️", critical: "🚨" } as const;
const MAX_ALERT_LINE = 700;

function alert(notice: NoticeOf<"alert">, context: RenderContext): Lines {
  const { texts, nowMs } = context;
  const title = head(`${ALERT_MARKS[notice.severity]} ${texts.alert[notice.severity]}`, context);
  const times = texts.timesSince(notice.times, texts.duration(nowMs - notice.sinceMs));
  return [
    notice.times === 1 ? title : markup`${title} · ${times}`,
    ...sentenceOf(notice.said, notice.text, texts).split("\n").map((line) =>
      oneLine(line, MAX_ALERT_LINE)
    ),
  ];
}
