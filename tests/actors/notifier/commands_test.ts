import assert from "node:assert/strict";
import { parseCount, parseScan } from "@/actors/notifier/args.ts";
import { DIGEST_MS } from "@/actors/notifier/scans.ts";
import { uuidOf } from "@/actors/notifier/ids.ts";
import { MAX_PENDING, MAX_WATCHES } from "@/actors/notifier/state.ts";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import { COMMANDS } from "@/core/protocol/notices.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { scan as sample } from "@/tests/bot/telegram/samples.ts";
import { Bench, opportunity, OWNER, START_MS } from "./bench.ts";

const DOWN = {
  ok: false,
  error: { kind: "peer-down", code: "peer-down", message: "scanner is not running" },
} as const;

const SCANNER_STATUS = {
  ok: true,
  value: { paused: false, active: [], queued: [], recent: [], nextScanAtMs: START_MS + 60_000 },
} as const;

const LOAD = {
  ok: true,
  value: {
    sample: {
      sampledAtMs: START_MS,
      cpuRatio: 0.3,
      memoryRatio: 0.5,
      memoryBytes: 1,
      memoryLimitBytes: 2,
      diskFreeBytes: 3e9,
      diskRatio: 0.4,
    },
    pressure: { factor: 0.5, reason: "CPU at 91 %" },
  },
} as const;

const HEALTH = {
  ok: true,
  value: {
    status: "warn",
    version: "0.1.0",
    uptimeSeconds: 12,
    notes: [
      { reason: "n".repeat(900) },
      { reason: "Dead letters: 3", said: { code: "dead-letters", values: { letterCount: 3 } } },
    ],
    outbox: {},
    actors: {
      scanner: { status: "ready", restarts: 0, lastExit: null },
      web: { status: "backoff", restarts: 2, lastExit: { kind: "crash", error: "x".repeat(900) } },
    },
  },
} as const;

Deno.test("every command is answered, in the chat it came from", () => {
  for (const name of COMMANDS) {
    const bench = new Bench();
    const command = bench.command(name, { chatId: OWNER + 5 });
    while (bench.asking.length > 0) bench.answer(DOWN);
    const [answer, ...others] = bench.says;
    assert.deepEqual(others, [], name);
    assert.equal(answer?.chatId, OWNER + 5);
    assert.equal(answer?.replyToMessageId, command.messageId);
    assert.equal(answer?.silent, false);
  }
});

Deno.test("words that are no command get a hint", () => {
  const bench = new Bench();
  bench.command("buy everything");
  assert.deepEqual(bench.heard(), [{ type: "unknown-command", name: "buy" }]);
  bench.command("__proto__");
  assert.deepEqual(bench.heard(), [{ type: "unknown-command", name: "__proto__" }]);
});

Deno.test("/scan sends a scan whose id follows from the command", () => {
  const bench = new Bench();
  const command = bench.command("scan dota 2 pro");
  assert.deepEqual(bench.only("scan-requested"), {
    type: "scan-requested",
    game: "9a92",
    level: "pro",
    filter: null,
  });
  const again = new Bench();
  again.take("Command", command);
  assert.deepEqual(again.sends, bench.sends);
  const [sent] = bench.sends;
  assert.deepEqual([sent?.peer, sent?.type], ["scanner", "Scan"]);
  const { scanId, ...rest } = scanner.messages.Scan.body.parse(sent?.body);
  assert.deepEqual(rest, { game: "9a92", level: "pro", requestedBy: `telegram:${OWNER}` });
  again.command("scan dota 2 pro", { messageId: 99 });
  assert.notEqual(scanner.messages.Scan.body.parse(again.sends[1]?.body).scanId, scanId);
});

Deno.test("/scan refuses a word it does not know, and scans nothing", () => {
  const bench = new Bench();
  bench.command("scan cs2 halflife");
  assert.deepEqual(bench.heard(), [{ type: "bad-argument", command: "scan", wrong: "halflife" }]);
  assert.deepEqual(bench.sends, []);
});

Deno.test("/stop stops scanning and says so", () => {
  const bench = new Bench();
  bench.command("stop");
  bench.only("scanning-stopped");
  assert.deepEqual(bench.sends.map(({ peer, type, body }) => [peer, type, body]), [
    ["scanner", "StopScans", { requestedBy: `telegram:${OWNER}` }],
  ]);
});

Deno.test("/status joins what scanner and resource monitor answer", () => {
  const bench = new Bench();
  bench.command("status");
  assert.deepEqual(bench.asking, ["scanner.Status"]);
  bench.answer(SCANNER_STATUS);
  assert.deepEqual(bench.asking, ["resource-monitor.Status"]);
  bench.answer(LOAD);
  assert.deepEqual(bench.only("status"), {
    type: "status",
    scanner: {
      paused: false,
      active: [],
      queued: 0,
      last: null,
      nextScanAtMs: START_MS + 60_000,
    },
    resources: {
      cpuRatio: 0.3,
      memoryRatio: 0.5,
      diskFreeBytes: 3e9,
      factor: 0.5,
      reason: "CPU at 91 %",
    },
  });
  assert.deepEqual(bench.state.pending, []);
});

Deno.test("/status says what it knows when nobody answers", () => {
  const bench = new Bench();
  bench.command("status");
  bench.answer(DOWN);
  bench.answer(DOWN);
  assert.deepEqual(bench.only("status"), { type: "status", scanner: null, resources: null });
});

Deno.test("/health tells what is wrong, cut to size", () => {
  const bench = new Bench();
  bench.command("health");
  bench.answer(HEALTH);
  const { actors, ...rest } = bench.only("health");
  assert.deepEqual(rest, {
    type: "health",
    status: "warn",
    version: "0.1.0",
    uptimeSeconds: 12,
    notes: [{ ...HEALTH.value.notes[0], reason: "n".repeat(300) }, HEALTH.value.notes[1]],
  });
  assert.deepEqual(actors, [
    { name: "scanner", status: "ready", restarts: 0, lastError: null },
    { name: "web", status: "backoff", restarts: 2, lastError: "x".repeat(300) },
  ]);
});

Deno.test("/health admits that it does not know", () => {
  for (const answer of [DOWN, { ok: true, value: { status: "splendid" } }] as const) {
    const bench = new Bench();
    bench.command("health");
    bench.answer(answer);
    assert.equal(bench.only("unavailable").what, "health");
  }
});

Deno.test("/opportunities lists open finds, one card per offer, and skips rows it cannot read", () => {
  const bench = new Bench();
  bench.command("opportunities 2");
  const row = { ...opportunity(), id: 1, accountId: "default", status: "open" };
  const items = [
    { ...row, title: "Closed", offerId: "x", status: "closed" },
    { ...row, title: "A", offerId: "a" },
    { ...row, title: "A", offerId: "a", kind: "list", roiBps: 900 },
    { title: "Not a find" },
    { ...row, title: "B", offerId: "b", sales7d: undefined, confidence: "huge" },
    { ...row, title: "C", offerId: "c" },
  ];
  bench.answer({ ok: true, value: { items, next: null } });
  const { cards, asked } = bench.only("opportunities");
  assert.deepEqual(cards.map(({ title, exits }) => [title, exits.length]), [["A", 2], ["B", 1]]);
  assert.deepEqual([cards[1]?.sales7d, cards[1]?.confidence], [null, null]);
  assert.equal(asked, true);
});

Deno.test("/opportunities refuses a number out of range without asking anybody", () => {
  const bench = new Bench();
  bench.command("opportunities 11");
  assert.deepEqual(bench.heard(), [
    { type: "bad-argument", command: "opportunities", wrong: "11" },
  ]);
  assert.deepEqual(bench.asking, []);
});

Deno.test("an answer that a crash interrupted is given after the restart, once", () => {
  for (
    const [text, answers] of [["health", [HEALTH]], ["status", [SCANNER_STATUS, LOAD]]] as const
  ) {
    const bench = new Bench();
    const command = bench.command(text);
    assert.deepEqual(bench.state.pending, [command]);
    bench.restart();
    for (const answer of answers) bench.answer(answer);
    assert.equal(bench.says[0]?.replyToMessageId, command.messageId);
    assert.equal(bench.heard().length, 1);
    bench.restart();
    assert.deepEqual(bench.asking, []);
  }
});

Deno.test("commands that wait for answers are bounded, and the next one hears so", () => {
  const bench = new Bench();
  for (let at = 0; at < MAX_PENDING; at++) bench.command("health");
  assert.deepEqual(bench.heard(), []);
  bench.command("health");
  bench.only("busy");
  assert.equal(bench.state.pending.length, MAX_PENDING);
});

function scan(change: Partial<ScanProgress> = {}): ScanProgress {
  return sample({
    startedAtMs: START_MS,
    updatedAtMs: START_MS + 1_000,
    etaMs: null,
    ...change,
  });
}

Deno.test("progress goes to the terminal, and to the people who asked for that scan", () => {
  const bench = new Bench([0]);
  const durable = bench.durableTurns;
  bench.take("ScanProgressed", scan());
  assert.deepEqual(bench.progress.map(({ chatId, done }) => [chatId, done]), [[0, false]]);
  assert.equal(bench.durableTurns, durable);
  const phone = new Bench();
  phone.take("ScanProgressed", scan());
  phone.command("scan cs2");
  phone.take("ScanProgressed", scan({ level: "pro" }));
  phone.take("ScanProgressed", scan({ updatedAtMs: START_MS - 1 }));
  assert.deepEqual(phone.progress, []);
  phone.take("ScanProgressed", scan());
  phone.take("ScanProgressed", scan({ status: "completed" }));
  assert.deepEqual(phone.progress.map(({ chatId, done }) => [chatId, done]), [
    [OWNER, false],
    [OWNER, true],
  ]);
});

Deno.test("the end of a scan answers those who asked, once, and takes its progress away", () => {
  const bench = new Bench([OWNER, OWNER + 1]);
  const command = bench.command("scan cs2");
  bench.heard();
  bench.take("ScanFinished", scan({ status: "completed" }));
  const [answer, ...others] = bench.says.splice(0);
  assert.deepEqual(others, []);
  assert.equal(answer?.notice.type, "scan-finished");
  assert.deepEqual([answer?.chatId, answer?.silent], [OWNER, false]);
  assert.equal(answer?.replyToMessageId, command.messageId);
  assert.deepEqual(bench.progress.map(({ chatId, done }) => [chatId, done]), [[OWNER, true]]);
  assert.deepEqual(bench.state.watches, []);
});

Deno.test("scans that nobody asked for are summed up once an hour, silently", () => {
  const bench = new Bench([OWNER, 0]);
  const ends = (change: Partial<ScanProgress> = {}) => {
    bench.take("ScanFinished", scan({ status: "completed", startedAtMs: bench.nowMs, ...change }));
  };
  ends();
  assert.deepEqual(bench.says.map(({ chatId, silent }) => [chatId, silent]), [
    [OWNER, true],
    [0, true],
  ]);
  bench.heard();
  bench.pass(5 * 60_000);
  const sinceMs = bench.nowMs;
  for (const change of [{}, { status: "failed" as const }, { game: "rust" as const }]) ends(change);
  assert.deepEqual(bench.heard(), []);
  bench.restart();
  bench.pass(DIGEST_MS);
  ends();
  const [digest] = bench.heard();
  assert.deepEqual(digest, {
    type: "scan-digest",
    sinceMs,
    scans: 4,
    failed: 1,
    processed: 1_000,
    accepted: 48,
  });
  bench.pass(DIGEST_MS);
  ends();
  assert.deepEqual(bench.heard().map((notice) => notice.type === "scan-digest" && notice.scans), [
    1,
    1,
  ]);
});

Deno.test("people who wait for scans are bounded", () => {
  const bench = new Bench();
  for (let at = 0; at < MAX_WATCHES + 5; at++) bench.command("scan", { chatId: at + 1 });
  assert.equal(bench.state.watches.length, MAX_WATCHES);
  bench.command("scan", { chatId: 30 });
  assert.equal(bench.state.watches.filter(({ chatId }) => chatId === 30).length, 1);
});

Deno.test("parseScan() takes a game and a level in any order and spelling", () => {
  const table: readonly (readonly [string, string])[] = [
    ["", "a8db standard"],
    ["cs2", "a8db standard"],
    ["CSGO boost", "a8db boost"],
    ["pro tf2", "tf2 pro"],
    ["Dota 2", "9a92 standard"],
    ["medium dota-2", "9a92 medium"],
    ["dota", "9a92 standard"],
    ["9a92 advanced", "9a92 advanced"],
    ["rust", "rust standard"],
  ];
  for (const [typed, expected] of table) {
    const parsed = parseScan(typed.split(" ").filter((word) => word !== ""));
    assert.ok(parsed.ok, typed);
    assert.equal(`${parsed.value.game} ${parsed.value.level}`, expected, typed);
  }
  for (const typed of ["halflife", "cs2 cs2", "pro pro", "cs2 pro now", "2", "constructor"]) {
    assert.equal(parseScan(typed.split(" ")).ok, false, typed);
  }
});

Deno.test("parseCount() takes one number from 1 to 10", () => {
  assert.deepEqual(parseCount([]), { ok: true, value: 5 });
  assert.deepEqual(parseCount(["10"]), { ok: true, value: 10 });
  for (const wrong of ["0", "11", "-1", "1.5", "1e1", "x", "999"]) {
    assert.deepEqual(parseCount([wrong]), { ok: false, wrong });
  }
  assert.deepEqual(parseCount(["3", "4"]), { ok: false, wrong: "4" });
});

Deno.test("uuidOf() is a version 8 UUID over FNV-1a", () => {
  assert.match(uuidOf("a"), /^d228cb69-6f1a-8caf-[89ab]891-2b704e4a8964$/);
  assert.match(uuidOf("foobar"), /^343e1662-793c-84bf-[89ab]f0d-3597ba446f18$/);
  const causes = Array.from({ length: 5_000 }, (_, at) => `${at}/${at % 7}/${at % 3}`);
  assert.equal(new Set(causes.map(uuidOf)).size, causes.length);
});
