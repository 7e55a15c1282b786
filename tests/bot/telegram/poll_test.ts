import assert from "node:assert/strict";
import { BotApiError } from "@/bot/telegram/bot_api_error.ts";
import { backoffMs, connectionOf, poll } from "@/bot/telegram/poll.ts";
import { ManualClock } from "@/tests/core/http/manual_clock.ts";

type Updates = readonly { readonly update_id: number }[];

interface Seen {
  readonly offsets: (number | null)[];
  readonly holds: boolean[];
  readonly changes: string[];
  readonly clock: ManualClock;
  prepared: number;
}

/** Polls against a script: one entry per getUpdates call; the last one stops the poll. */
async function run(
  script: readonly (Updates | Error)[],
  accept: (updateId: number) => Promise<void> = () => Promise.resolve(),
): Promise<Seen> {
  const clock = new ManualClock();
  const stop = new AbortController();
  const seen: Seen = { offsets: [], holds: [], changes: [], clock, prepared: 0 };
  const steps = [...script];
  const polling = poll({
    getUpdates: ({ offset, hold }) => {
      seen.offsets.push(offset);
      seen.holds.push(hold);
      const step = steps.shift();
      if (steps.length === 0) stop.abort();
      return step instanceof Error ? Promise.reject(step) : Promise.resolve(step ?? []);
    },
    accept: ({ update_id }) => accept(update_id),
    prepare: () => {
      seen.prepared += 1;
      return Promise.resolve();
    },
    clock,
    random: () => 0,
    signal: stop.signal,
    onChange: (connection) => seen.changes.push(connection),
  });
  let over = false;
  polling.finally(() => over = true);
  while (!over) await clock.advance(1_000);
  return seen;
}

function refused(status: number, retryAfterMs?: number): BotApiError {
  return new BotApiError("transient", "x", { message: "x", status, retryAfterMs });
}

Deno.test("an update is confirmed by the poll after it was accepted, and the offset then forgotten", async () => {
  const { offsets } = await run([
    [],
    [{ update_id: 7 }, { update_id: 8 }],
    [],
    [{ update_id: 3 }],
    [],
  ]);
  assert.deepEqual(offsets, [null, null, 9, null, 4]);
});

Deno.test("an update that could not be stored is not confirmed and comes again", async () => {
  let stored = false;
  const accepted: number[] = [];
  const { offsets } = await run(
    [[{ update_id: 7 }, { update_id: 8 }], [{ update_id: 7 }, { update_id: 8 }], []],
    (updateId) => {
      if (updateId === 8 && !stored) {
        stored = true;
        return Promise.reject(new Error("The database is away"));
      }
      accepted.push(updateId);
      return Promise.resolve();
    },
  );
  assert.deepEqual(offsets, [null, null, 9]);
  assert.deepEqual(accepted, [7, 7, 8]);
});

Deno.test("a server that does not hold empty polls is asked once a second", async () => {
  const { clock, offsets } = await run([[], [], [], [], []]);
  assert.equal(offsets.length, 5);
  assert.ok(clock.monotonic() >= 3_000, `${clock.monotonic()} ms for three pauses`);
});

Deno.test("the first poll and the first after an outage are not held", async () => {
  const away = new BotApiError("transient", "telegram-unreachable", { message: "x" });
  const { holds } = await run([[], [], away, [], [], []]);
  assert.deepEqual(holds, [false, true, true, false, true, true]);
});

Deno.test("losing and finding the Bot API is said once each", async () => {
  const away = new BotApiError("transient", "telegram-unreachable", { message: "x" });
  const { changes } = await run([[], away, away, away, [], [], refused(401), refused(401), [], []]);
  assert.deepEqual(changes, ["online", "offline", "online", "unauthorised", "online"]);
});

Deno.test("after a conflict the webhook is taken away again", async () => {
  const { prepared, changes } = await run([[], refused(409), [], []]);
  assert.equal(prepared, 2);
  assert.deepEqual(changes, ["online", "conflict", "online"]);
});

Deno.test("backoffMs() doubles up to twelve seconds and obeys the Bot API", () => {
  const away = new BotApiError("transient", "telegram-unreachable", { message: "x" });
  const waits = [1, 2, 3, 4, 7, 1_000].map((failures) => backoffMs(away, failures, 1));
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 12_000, 12_000]);
  assert.equal(backoffMs(away, 2, 0), 500);
  assert.equal(backoffMs(refused(429, 17_000), 1, 0), 17_000);
  assert.equal(backoffMs(refused(401), 1_000, 1), 60_000);
  assert.equal(backoffMs(refused(409), 3, 1), 2_000);
  assert.equal(backoffMs(refused(409), 1_000, 1), 12_000);
});

Deno.test("connectionOf() tells a wrong token and a second poller from an outage", () => {
  const states = [401, 404, 409, 429, 500].map((status) => connectionOf(refused(status)));
  assert.deepEqual(states, ["unauthorised", "unauthorised", "conflict", "offline", "offline"]);
  assert.equal(connectionOf(new Error("x")), "offline");
});
