import assert from "node:assert/strict";
import { BotApiError } from "@/bot/telegram/bot_api_error.ts";
import { ProgressBoard } from "@/bot/telegram/progress_board.ts";
import type { Surface } from "@/bot/telegram/surface.ts";
import { Throttle } from "@/bot/telegram/throttle.ts";
import { ManualClock } from "@/tests/core/http/manual_clock.ts";

interface Setup {
  readonly board: ProgressBoard;
  readonly clock: ManualClock;
  /** What the surface was asked to do, in order. */
  readonly calls: string[];
  /** Errors for the next calls. */
  readonly errors: BotApiError[];
  readonly stop: AbortController;
}

function setup(): Setup {
  const clock = new ManualClock();
  const calls: string[] = [];
  const errors: BotApiError[] = [];
  const stop = new AbortController();
  let lastId = 0;
  const called = (what: string) => {
    calls.push(what);
    const error = errors.shift();
    return error === undefined ? Promise.resolve() : Promise.reject(error);
  };
  const surface: Surface = {
    post: async ({ html }) => {
      await called(`post ${html}`);
      return ++lastId;
    },
    edit: ({ messageId, html }) => called(`edit ${messageId} ${html}`),
    finish: ({ messageId, html }) => called(`finish ${messageId} ${html}`),
  };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const throttle = new Throttle(clock);
  const signal = stop.signal;
  const board = new ProgressBoard({ everyMs: 2_000, surface, throttle, clock, log, signal });
  return { board, clock, calls, errors, stop };
}

function step(html: string, change: { key?: string; done?: boolean } = {}) {
  return { chatId: 1, key: "scan", html, done: false, ...change };
}

Deno.test("one message is edited in place, at most every two seconds, newest text first", async () => {
  const { board, clock, calls } = setup();
  for (let at = 0; at < 100; at++) {
    board.update(step(`${at}`));
    await clock.advance(50);
  }
  assert.deepEqual(calls, ["post 0", "edit 1 39", "edit 1 79"]);
  await clock.advance(2_000);
  assert.deepEqual(calls.slice(3), ["edit 1 99"]);
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("done takes the message away at once and forgets the key", async () => {
  const { board, clock, calls } = setup();
  board.update(step("1"));
  await clock.advance(10);
  board.update(step("2"));
  board.update(step("3", { done: true }));
  await clock.advance(10_000);
  assert.deepEqual(calls, ["post 1", "finish 1 3"]);
  assert.equal(board.size, 0);
});

Deno.test("done for a message that was never shown says nothing", async () => {
  const { board, clock, calls } = setup();
  board.update(step("1", { done: true }));
  await clock.advance(10_000);
  assert.deepEqual([calls, board.size], [[], 0]);
});

Deno.test("a message that a person deleted is replaced by the next step", async () => {
  const { board, clock, calls, errors } = setup();
  board.update(step("1"));
  await clock.advance(3_000);
  errors.push(
    new BotApiError("rejected", "telegram-refused", { message: "not found", status: 400 }),
  );
  board.update(step("2"));
  await clock.advance(3_000);
  board.update(step("3"));
  await clock.advance(3_000);
  assert.deepEqual(calls, ["post 1", "edit 1 2", "post 3"]);
});

Deno.test("an unchanged text keeps its message", async () => {
  const { board, clock, calls, errors } = setup();
  board.update(step("1"));
  await clock.advance(3_000);
  const message = "Bad Request: message is not modified: specified new message content …";
  errors.push(new BotApiError("rejected", "telegram-refused", { message, status: 400 }));
  board.update(step("2"));
  await clock.advance(3_000);
  board.update(step("3"));
  await clock.advance(3_000);
  assert.deepEqual(calls, ["post 1", "edit 1 2", "edit 1 3"]);
});

Deno.test("the silence the Bot API asks for is kept, and then the newest text is shown", async () => {
  const { board, clock, calls, errors } = setup();
  const retryAfterMs = 10_000;
  errors.push(
    new BotApiError("transient", "telegram-throttled", {
      message: "429",
      status: 429,
      retryAfterMs,
    }),
  );
  board.update(step("1"));
  await clock.advance(10);
  for (let at = 2; at < 11; at++) {
    board.update(step(`${at}`));
    await clock.advance(1_000);
  }
  assert.deepEqual(calls, ["post 1"]);
  await clock.advance(1_500);
  assert.equal(calls.length, 2);
  assert.match(calls[1] ?? "", /^post (10|9)$/);
});

Deno.test("messages followed at once are bounded", async () => {
  const { board, clock } = setup();
  for (let at = 0; at < 80; at++) board.update(step("x", { key: `${at}` }));
  await clock.advance(10);
  assert.equal(board.size, 50);
});

Deno.test("after stop() nothing is written any more", async () => {
  const { board, clock, calls, stop } = setup();
  board.update(step("1"));
  await clock.advance(10);
  board.update(step("2"));
  stop.abort();
  await board.stop();
  await clock.advance(10_000);
  assert.deepEqual(calls, ["post 1"]);
  assert.equal(clock.pendingTimers, 0);
});
