import assert from "node:assert/strict";
import { parseGame, parseTitle, takeGame } from "@/actors/notifier/args.ts";
import { titleRef } from "@/core/domain/analysis/title_search.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { NO_WEBSOCKET } from "@/core/protocol/watcher.ts";
import { IDEA, TITLE, titleNotice, watchView } from "@/tests/bot/telegram/market_samples.ts";
import { Bench, OWNER } from "./bench.ts";

const DOWN = {
  ok: false,
  error: { kind: "peer-down", code: "peer-down", message: "analysis is not running" },
} as const;

function ok(value: unknown): { readonly ok: true; readonly value: unknown } {
  return { ok: true, value };
}

function watches(...list: readonly ReturnType<typeof watchView>[]): ReturnType<typeof ok> {
  const load = { readsPerSecond: 0.1, maxReadsPerSecond: 1 };
  return ok({ watches: list, ...load, note: NO_WEBSOCKET });
}

const REPLY = {
  report: titleNotice().report,
  indicators: titleNotice().indicators,
  problem: null,
  salesByDay: [
    { dayMs: 0, state: "zero" },
    { dayMs: 86_400_000, state: "gap" },
    { dayMs: 172_800_000, state: "gap" },
  ],
};

Deno.test("/market and /find ask about the game that is named", () => {
  const bench = new Bench();
  bench.command("find dota 2");
  assert.deepEqual(bench.asking, ["analysis.Finder"]);
  bench.answer(ok({ ideas: [IDEA] }));
  assert.deepEqual(bench.only("ideas"), { type: "ideas", game: "9a92", ideas: [IDEA] });
  bench.command("market");
  bench.answer(DOWN);
  assert.deepEqual(bench.only("unavailable"), {
    type: "unavailable",
    what: "market",
    reason: "analysis is not running",
  });
  bench.command("market cs2 now");
  assert.deepEqual(bench.only("bad-argument"), {
    type: "bad-argument",
    command: "market",
    wrong: "now",
  });
});

Deno.test("/title looks the words up, reads the one title they mean and counts its days", () => {
  const bench = new Bench();
  bench.command("title cs2 ak redline ft");
  bench.answer(watches());
  assert.deepEqual(bench.asking, ["analysis.Titles"]);
  bench.answer(ok({ titles: [{ game: "a8db", title: TITLE }], total: 1 }));
  assert.deepEqual(bench.asking, ["analysis.Title"]);
  bench.answer(ok(REPLY));
  const notice = bench.only("title-report");
  assert.deepEqual([notice.game, notice.title], ["a8db", TITLE]);
  assert.deepEqual(notice.days, { sold: 0, zero: 1, gap: 2 });
  assert.deepEqual(bench.state.pending, []);
});

Deno.test("words that mean several titles, or none, are answered with a choice", () => {
  const bench = new Bench();
  bench.command("watch redline high");
  bench.answer(watches());
  const titles = [{ game: "a8db", title: TITLE }, { game: "rust", title: "Redline Rug" }];
  bench.answer(ok({ titles, total: 5 }));
  assert.deepEqual(bench.only("choose-title"), {
    type: "choose-title",
    command: "watch",
    text: "redline",
    titles,
    more: 3,
  });
  bench.command("unwatch karambit");
  bench.answer(watches(watchView()));
  assert.deepEqual(bench.only("choose-title").titles, []);
  bench.command("title rust");
  assert.deepEqual(bench.only("bad-argument").wrong, "");
});

Deno.test("a title that is watched keeps its priority and note unless another is asked for", () => {
  for (const [words, priority] of [["", "low"], [" high", "high"]] as const) {
    const bench = new Bench();
    const known = watchView({ priority: "low", note: "For Anna" });
    bench.command(`watch a8db #${titleRef(TITLE)}${words}`);
    bench.answer(watches(known));
    bench.answer(watches(known));
    assert.deepEqual(bench.asked("market-watcher.Watch"), {
      game: "a8db",
      title: TITLE,
      priority,
      note: "For Anna",
    });
    bench.answer(ok({ accepted: true, reason: null }));
    bench.answer(watches({ ...known, priority }));
    assert.equal(bench.only("watched").watch.priority, priority);
  }
});

Deno.test("a watch that is refused says why", () => {
  const bench = new Bench();
  bench.command("watch redline");
  bench.answer(watches());
  bench.answer(ok({ titles: [{ game: "a8db", title: TITLE }], total: 1 }));
  bench.answer(watches());
  const said = { code: "watches-full", values: { mostCount: 200 } };
  bench.answer(ok({ accepted: false, reason: "At most 200 titles can be watched", said }));
  assert.deepEqual(bench.only("watch-refused"), {
    type: "watch-refused",
    title: TITLE,
    reason: "At most 200 titles can be watched",
    said,
  });
});

Deno.test("/watches shows ten to a page, the most urgent first", () => {
  const bench = new Bench();
  const all = Array.from(
    { length: 12 },
    (_, at) =>
      watchView({
        title: `t${String(at).padStart(2, "0")}`,
        intervalMs: at === 11 ? 15_000 : 30_000,
      }),
  );
  bench.command("watches");
  bench.answer(watches(...all));
  const first = bench.only("watches");
  assert.deepEqual([first.page, first.pages, first.total], [1, 2, 12]);
  assert.deepEqual(first.watches.map(({ title }) => title).slice(0, 2), ["t11", "t00"]);
  bench.command("watches 9");
  bench.answer(watches(...all));
  assert.deepEqual(bench.only("watches").watches.map(({ title }) => title), ["t09", "t10"]);
});

Deno.test("a filter is set by words, by buttons, and taken away", () => {
  const table = [
    ["filter cs2 exterior Field-Tested, minimal wear", {
      exterior: ["Field-Tested", "minimal wear"],
    }],
    ["filter a8db exterior +minimal-wear", { exterior: ["field-tested", "minimal-wear"] }],
    ["filter a8db exterior -field-tested", {}],
    ["filter cs2 StatTrak yes", { exterior: ["field-tested"], statTrak: "yes" }],
    ["filter cs2 pattern 661 670", { exterior: ["field-tested"], pattern: ["661", "670"] }],
    ["filter cs2 exterior clear", {}],
    ["filter cs2 clear", {}],
  ] as const;
  for (const [words, wants] of table) {
    const bench = new Bench();
    bench.command(words);
    bench.answer(ok({ filters: [{ game: "a8db", wants: { exterior: ["field-tested"] } }] }));
    const asked = bench.asked("market-watcher.SetFilter");
    assert.deepEqual(asked, { userId: OWNER, game: "a8db", wants }, words);
    bench.answer(ok({ problems: [] }));
    bench.answer(ok({ filters: [] }));
    assert.match(bench.heard()[0]?.type ?? "", /^filter(-field)?$/);
  }
});

Deno.test("a filter that does not exist is refused with what there is, and nothing is kept", () => {
  const bench = new Bench();
  bench.command("filter cs2 hat big");
  bench.answer(ok({ filters: [] }));
  assert.deepEqual(bench.asked("market-watcher.SetFilter"), {
    userId: OWNER,
    game: "a8db",
    wants: { hat: ["big"] },
  });
  const problem = { field: "hat", value: '"big"', message: "…", allowed: ["exterior"] };
  bench.answer(ok({ problems: [problem] }));
  const { problems } = bench.only("filter-refused");
  assert.deepEqual(problems, [{ field: "hat", value: '"big"', allowed: ["exterior"] }]);
});

Deno.test("/filter without a value only shows", () => {
  const filters = ok({ filters: [{ game: "a8db", wants: { statTrak: true } }] });
  for (
    const [words, type] of [
      ["filter", "filters"],
      ["filter cs2", "filter"],
      ["filter cs2 stattrak", "filter-field"],
    ] as const
  ) {
    const bench = new Bench();
    bench.command(words);
    bench.answer(filters);
    assert.deepEqual(bench.asking, [], words);
    assert.equal(bench.heard()[0]?.type, type);
  }
});

Deno.test("/scan takes the person's filter of its game along, and its end finds who asked", () => {
  const bench = new Bench();
  bench.filters = [{ game: "a8db", wants: { exterior: ["field-tested"] } }];
  bench.command("scan cs2");
  assert.deepEqual(bench.only("scan-requested").filter, { exterior: ["field-tested"] });
  const { filter, scanId, game, level } = scanner.messages.Scan.body.parse(bench.sends[0]?.body);
  assert.deepEqual(filter, { exterior: ["field-tested"] });
  const scan = {
    ...{ scanId, game, level, status: "completed" as const, processed: 1, total: 1, accepted: 0 },
    ...{ refused: 1, unverified: 0, pages: 1, startedAtMs: bench.nowMs, updatedAtMs: bench.nowMs },
    ...{ etaMs: null, guardFailures: {} },
  };
  bench.take("ScanFinished", scan);
  assert.deepEqual(bench.heard().map(({ type }) => type), ["scan-digest"]);
  bench.take("ScanFinished", { ...scan, filter: { exterior: ["field-tested"] } });
  assert.equal(bench.only("scan-finished").scan.scanId, scanId);
});

Deno.test("no scan starts while the filter cannot be read", () => {
  const bench = new Bench();
  bench.filters = null;
  bench.command("scan cs2");
  bench.answer(DOWN);
  assert.equal(bench.only("unavailable").what, "filter");
  assert.deepEqual(bench.sends, []);
});

Deno.test("a tapped button is answered in its message's place when it asks for that", () => {
  const bench = new Bench();
  bench.command("filter", { replaces: true, messageId: 77 });
  bench.answer(ok({ filters: [] }));
  bench.command("filter", { messageId: 78 });
  bench.answer(ok({ filters: [] }));
  assert.deepEqual(
    bench.says.map((
      { replaceMessageId, replyToMessageId },
    ) => [replaceMessageId, replyToMessageId]),
    [[77, null], [null, 78]],
  );
});

Deno.test("people are spoken to in the language of their Telegram until they choose another", () => {
  const bench = new Bench();
  const spoken = () => bench.says.splice(0).map(({ language }) => language);
  bench.command("help");
  bench.command("help", { language: "de-AT" });
  bench.command("help");
  assert.deepEqual(spoken(), [null, "de", "de"]);
  bench.command("help", { language: "pt" });
  bench.command("language ru");
  bench.command("help", { language: "de" });
  assert.deepEqual(spoken(), ["de", "ru", "ru"]);
  bench.restart();
  bench.take("Alert", { key: "k", severity: "info", text: "t" });
  assert.deepEqual(spoken(), ["ru"]);
  bench.command("language klingon");
  assert.deepEqual(bench.only("bad-argument").wrong, "klingon");
});

Deno.test("a move of a watched price is said at once, a repeated one within the hour is not", () => {
  const bench = new Bench();
  const move = {
    ...{ game: "a8db" as const, title: TITLE, side: "ask" as const },
    ...{ fromCents: 1_280, toCents: 1_200, moveBps: -625, atMs: bench.nowMs },
  };
  bench.take("PriceMoved", { ...move, priority: "high" });
  bench.take("PriceMoved", { ...move, priority: "normal", toCents: null, moveBps: null });
  assert.deepEqual(bench.says.map(({ silent }) => silent), [false, true]);
  assert.deepEqual(bench.heard()[0], { type: "price-moved", ...move });
  bench.take("PriceMoved", { ...move, priority: "high" });
  assert.deepEqual(bench.heard(), []);
  bench.pass(3_600_000);
  bench.take("PriceMoved", { ...move, priority: "high" });
  bench.only("price-moved");
});

Deno.test("every question that is open when the actor dies is asked again", () => {
  for (const words of ["market", "find", "title redline", "watches", "watch x", "filter", "scan"]) {
    const bench = new Bench();
    bench.filters = null;
    bench.command(words);
    bench.restart();
    assert.equal(bench.asking.length, 1, words);
    while (bench.asking.length > 0) bench.answer(DOWN);
    assert.equal(bench.heard().length, 1, words);
  }
});

Deno.test("a game is read at the beginning, in one word or two; what follows is the title", () => {
  assert.deepEqual(takeGame(["dota", "2", "pudge"]), { game: "9a92", rest: ["pudge"] });
  assert.deepEqual(takeGame(["ak", "cs2"]), { game: null, rest: ["ak", "cs2"] });
  assert.deepEqual(parseGame([]), { ok: true, value: "a8db" });
  const high = parseTitle(["cs2", "AK-47", "|", "Redline", "HIGH"], true);
  assert.deepEqual(high, {
    ok: true,
    value: { game: "a8db", text: "AK-47 | Redline", priority: "high" },
  });
  assert.deepEqual(parseTitle(["a", "high"], false), {
    ok: true,
    value: { game: null, text: "a high", priority: null },
  });
});
