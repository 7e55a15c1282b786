/** One title: which is meant, what is known of it, and whether it is watched. */

import { searchTitles } from "@/core/domain/analysis/title_search.ts";
import type { GameId } from "@/core/domain/market.ts";
import type { Answer, ReplyOf } from "@/core/kernel/mod.ts";
import { analysis } from "@/core/protocol/analysis.ts";
import { MAX_CHOICES, WATCHES_PER_PAGE } from "@/core/protocol/market_notices.ts";
import type { Notice } from "@/core/protocol/notices.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { marketWatcher, type WatchView } from "@/core/protocol/watcher.ts";
import { parsePage, parseTitle, type WantedTitle } from "./args.ts";
import { settle, unavailable } from "./reply.ts";
import type { Context, NotifierState, NotifierTurn } from "./state.ts";

export type TitleCommand = "title" | "watch" | "unwatch";

interface Meant {
  readonly game: GameId;
  readonly title: string;
}
type Watches = ReplyOf<typeof marketWatcher, "Watches">;
/** What a command means, once its title is known. */
interface Task {
  readonly command: Command;
  readonly name: TitleCommand;
  readonly wanted: WantedTitle;
}

/** Looks the title up, among the watched ones and then among all that are quoted. */
export function askTitle(turn: NotifierTurn, command: Command, name: TitleCommand): NotifierTurn {
  const parsed = parseTitle(command.args, name === "watch");
  if (!parsed.ok) return turn;
  const task = { command, name, wanted: parsed.value };
  return turn.ask(marketWatcher, "Watches", {
    body: {},
    then: (state, answer, context) => {
      if (!answer.ok) return pay(state, task, unavailable("watches", answer), context);
      const known = answer.value.watches.filter(({ game }) =>
        task.wanted.game === null || game === task.wanted.game
      );
      const found = searchTitles(known, task.wanted.text);
      const [only] = found;
      if (found.length === 1 && only !== undefined) return act(task, only, context);
      if (name !== "unwatch") return searchAll(task, context);
      return choose(state, task, { titles: found, total: found.length }, context);
    },
  });
}

function searchAll(task: Task, context: Context): NotifierTurn {
  const { game, text } = task.wanted;
  return context.stay().ask(analysis, "Titles", {
    body: { game, text, limit: MAX_CHOICES },
    then: (state, answer, between) => {
      if (!answer.ok) return pay(state, task, unavailable("title", answer), between);
      const [only] = answer.value.titles;
      if (answer.value.total === 1 && only !== undefined) return act(task, only, between);
      return choose(state, task, answer.value, between);
    },
  });
}

function choose(
  state: NotifierState,
  task: Task,
  found: { readonly titles: readonly Meant[]; readonly total: number },
  context: Context,
): NotifierTurn {
  const titles = found.titles.slice(0, MAX_CHOICES).map(({ game, title }) => ({ game, title }));
  return pay(state, task, {
    type: "choose-title",
    command: task.name,
    text: task.wanted.text,
    titles,
    more: found.total - titles.length,
  }, context);
}

function act(task: Task, { game, title }: Meant, context: Context): NotifierTurn {
  const meant = { game, title };
  if (task.name === "title") return report(task, meant, context);
  if (task.name === "watch") return watch(task, meant, context);
  return context.stay().ask(marketWatcher, "Unwatch", {
    body: meant,
    then: (state, answer, between) =>
      pay(
        state,
        task,
        answer.ok
          ? { type: "unwatched", ...meant, ...answer.value }
          : unavailable("watches", answer),
        between,
      ),
  });
}

function report(task: Task, meant: Meant, context: Context): NotifierTurn {
  return context.stay().ask(analysis, "Title", {
    body: meant,
    then: (state, answer, between) => pay(state, task, reportOf(meant, answer), between),
  });
}

function reportOf(meant: Meant, answer: Answer<ReplyOf<typeof analysis, "Title">>): Notice {
  if (!answer.ok) return unavailable("title", answer);
  const { report, indicators, problem, salesByDay } = answer.value;
  const days = { sold: 0, zero: 0, gap: 0 };
  for (const { state } of salesByDay) days[state] += 1;
  return { type: "title-report", ...meant, report, indicators, problem, days };
}

/** A title that is watched already keeps its note, and its priority unless another is asked for. */
function watch(task: Task, meant: Meant, context: Context): NotifierTurn {
  return context.stay().ask(marketWatcher, "Watches", {
    body: {},
    then: (_state, answer, between) => {
      const known = answer.ok ? findWatch(answer.value, meant) : undefined;
      const priority = task.wanted.priority ?? known?.priority ?? "normal";
      return between.stay().ask(marketWatcher, "Watch", {
        body: { ...meant, priority, note: known?.note ?? null },
        then: (state, done, later) => {
          if (!done.ok) return pay(state, task, unavailable("watches", done), later);
          const { accepted, reason, said } = done.value;
          if (accepted) return showWatch(task, meant, later);
          const { title } = meant;
          const notice = { type: "watch-refused" as const, title, reason: reason ?? "", said };
          return pay(state, task, notice, later);
        },
      });
    },
  });
}

function showWatch(task: Task, meant: Meant, context: Context): NotifierTurn {
  return context.stay().ask(marketWatcher, "Watches", {
    body: {},
    then: (state, answer, between) => {
      const watched = answer.ok ? findWatch(answer.value, meant) : undefined;
      const notice: Notice = watched === undefined
        ? unavailable("watches", answer)
        : { type: "watched", watch: watched };
      return pay(state, task, notice, between);
    },
  });
}

function findWatch({ watches }: Watches, { game, title }: Meant): WatchView | undefined {
  return watches.find((one) => one.game === game && one.title === title);
}

/** One page of what is watched, the most urgent first. */
export function askWatches(turn: NotifierTurn, command: Command): NotifierTurn {
  return turn.ask(marketWatcher, "Watches", {
    body: {},
    then: (state, answer, context) => {
      const notice = answer.ok
        ? watchesPage(answer.value, command.args)
        : unavailable("watches", answer);
      return settle(state, command, { notice, context });
    },
  });
}

function watchesPage(all: Watches, args: readonly string[]): Notice {
  const { watches, readsPerSecond, maxReadsPerSecond } = all;
  const sorted = watches.toSorted((a, b) =>
    a.intervalMs - b.intervalMs || (a.title < b.title ? -1 : 1)
  );
  const pages = Math.max(1, Math.ceil(sorted.length / WATCHES_PER_PAGE));
  const asked = parsePage(args);
  const page = Math.min(pages, asked.ok ? asked.value : 1);
  const from = (page - 1) * WATCHES_PER_PAGE;
  return {
    type: "watches",
    watches: sorted.slice(from, from + WATCHES_PER_PAGE),
    page,
    pages,
    total: sorted.length,
    readsPerSecond,
    maxReadsPerSecond,
  };
}

function pay(
  state: NotifierState,
  { command }: Task,
  notice: Notice,
  context: Context,
): NotifierTurn {
  return settle(state, command, { notice, context });
}
