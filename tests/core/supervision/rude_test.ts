/** Whatever an actor's thread posts, main lives: what it cannot handle ends that incarnation. */

import assert from "node:assert/strict";
import type { Host } from "@/core/kernel/host.ts";
import { child, group } from "@/core/kernel/house.ts";
import { workerHost } from "@/core/hosts/worker.ts";
import { counter } from "@/tests/support/actors/counter.ts";
import { rude, rudeSpec } from "@/tests/support/actors/rude.ts";
import { type House, inHouse, TEST_CHILDREN } from "@/tests/support/house.ts";
import { testProcessHost } from "@/tests/support/process_host.ts";
import { waitFor } from "@/tests/support/wait.ts";

const ROOT = group("root", {
  intensity: { max: 100, withinMs: 600_000 },
  children: [
    ...TEST_CHILDREN,
    child(rudeSpec, { config: () => ({}), backoff: { minMs: 1, maxMs: 1 } }),
  ],
});

const turn = { expectVersion: 0, consumes: null, state: null, outbox: [], writes: [] };
const row = { key: "k", kind: "message", target: "echo", type: "Say", schemaVersion: 1, trace: "" };
const ON_CONTROL: readonly unknown[] = [
  null,
  undefined,
  7,
  "crash",
  [],
  {},
  { is: "what" },
  { is: "ready" },
  { is: "crash" },
  { is: "crash", error: null },
  { is: "crash", error: { kind: "fatal", code: "x", message: "x", cause: 7 } },
  { is: "facts", facts: { nested: {} } },
  { is: "commit", call: 1 },
  { is: "commit", call: 1, turn: { ...turn, outbox: null } },
  { is: "commit", call: 1, turn: { ...turn, outbox: [null] } },
  { is: "commit", call: 1, turn: { ...turn, outbox: [{ ...row, settled: { target: 1 } }] } },
  { is: "commit", call: 1, turn: { ...turn, writes: [null] } },
  { is: "commit", call: 1, turn: { ...turn, expectVersion: 1.5 } },
  { is: "commit", call: 1, turn: { ...turn, consumes: "1" } },
  { is: "post", call: 1, message: null },
  { is: "post", call: 1, message: { ...row, kind: "letter" } },
  { is: "settled", id: 1, settlement: { outcome: "perhaps" } },
  { is: "settled", id: 1, settlement: { outcome: "failed" } },
  { is: "refused", id: 1 },
  { is: "log", level: "shout", message: "x", props: {} },
  { is: "log", level: "info", message: "x", props: null },
  { is: "news", counts: null, letters: [], latencies: {} },
  { is: "news", counts: {}, letters: 5, latencies: {} },
  { is: "news", counts: {}, letters: [], latencies: { x: { wait: null, handle: null } } },
  { is: "probed", probe: 1 },
];
const ON_LINK: readonly unknown[] = [
  null,
  { is: "ask", id: 1, type: null, body: {}, trace: "", deadlineMs: 1 },
  { is: "reply", id: 1, ok: false, error: null },
];
const sent = { ...row, target: "counter" };
/** Well-formed, and not its business; by the code of the refusal. */
const FORBIDDEN: readonly (readonly [string, unknown])[] = [
  ["not-a-peer", { is: "post", call: 1, message: sent }],
  ["not-a-peer", { is: "commit", call: 1, turn: { ...turn, outbox: [sent] } }],
  ["not-a-peer", {
    is: "commit",
    call: 1,
    turn: { ...turn, outbox: [{ ...row, settled: { target: "counter", type: "Add" } }] },
  }],
  ["not-its-message", { is: "commit", call: 1, turn: { ...turn, consumes: 1 } }],
  ["not-its-table", {
    is: "commit",
    call: 1,
    turn: { ...turn, writes: [{ name: "counts", rows: [{}] }] },
  }],
];

type Way = "control" | "link" | "pipe" | "memory";

/** The restarts that it cost; in the end both actors answer. */
async function post({ supervisor, events }: House, on: Way, junk: unknown) {
  const exits = () => events.filter((event) => event.is === "exit").length;
  const before = exits();
  await supervisor.ask(rude, "Post", { on, junk }).catch(() => {});
  await waitFor("what became of it", () => exits() > before || on === "link", 5_000);
  await waitFor("readiness", () => supervisor.find("rude")?.isReady);
  assert.equal(supervisor.find("echo")?.restarts, 0);
  return exits() - before;
}

const HOSTS: Readonly<Record<string, () => Host>> = {
  worker: workerHost,
  process: testProcessHost,
};

for (const [kind, host] of Object.entries(HOSTS)) {
  const junk = kind === "worker" ? ON_CONTROL : [null, { is: "commit", call: 1 }];
  Deno.test(`G5 what a ${kind} must not post on its control channel ends that ${kind} alone`, () =>
    inHouse(async (house) => {
      for (const one of junk) {
        assert.equal(await post(house, "control", one), 1, JSON.stringify(one));
        const { kind, error } = house.supervisor.find("rude")?.lastExit ?? {};
        assert.equal(kind, "crash");
        assert.equal(error?.code, "invalid-message", error?.message);
      }
    }, { root: ROOT, host: host() }));
}

Deno.test("G5 what a process must not say of its own end ends that process alone", () =>
  inHouse(async (house) => {
    const gone = { error: { kind: "perhaps", code: 7 } };
    assert.equal(await post(house, "pipe", { is: "gone", gone }), 1);
    const { kind, error } = house.supervisor.find("rude")?.lastExit ?? {};
    assert.deepEqual([kind, error?.code], ["crash", "invalid-message"]);
  }, { root: ROOT, host: testProcessHost() }));

Deno.test("G5 what an actor posts and its process cannot pass on ends that process alone", () =>
  inHouse(async (house) => {
    assert.equal(await post(house, "memory", null), 1);
    const { kind, error } = house.supervisor.find("rude")?.lastExit ?? {};
    assert.equal(kind, "crash");
    assert.match(error?.message ?? "", /could not be cloned/);
  }, { root: ROOT, host: testProcessHost() }));

Deno.test("C6 what a process still writes for a link that was replaced is not heard", () =>
  inHouse(async ({ supervisor }) => {
    supervisor.find("echo")?.chaos("exit");
    await waitFor("its next life", () => {
      const echo = supervisor.find("echo");
      return echo?.incarnation === 2 && echo.isReady;
    });
    const data = { is: "ask", id: 1, type: "Say", body: { text: "x" }, trace: "t", deadlineMs: 99 };
    // The links of this process: with echo, with main, and with the echo that came after.
    for (const link of [1, 2, 3]) {
      const junk = { is: "link", peer: "echo", link, data };
      await supervisor.ask(rude, "Post", { on: "pipe", junk });
    }
    await waitFor("the last", () => supervisor.find("echo")?.beat.read("handled") === 1);
  }, { root: ROOT, host: testProcessHost() }));

Deno.test("G5 what an actor must not post on its link to main ends at most itself", () =>
  inHouse(async (house) => {
    for (const one of ON_LINK) assert.ok(await post(house, "link", one) <= 1);
    const { kind } = house.supervisor.find("rude")?.lastExit ?? {};
    assert.equal(kind, "crash");
  }, { root: ROOT }));

Deno.test("G5 what an actor asks of main beyond its spec is not done and ends it", () =>
  inHouse(async (house) => {
    house.supervisor.find("counter")?.suspend();
    await house.supervisor.post(counter, "Add", { key: "another's", body: { amount: 1 } });
    for (const [code, one] of FORBIDDEN) {
      assert.equal(await post(house, "control", one), 1);
      assert.equal(house.supervisor.find("rude")?.lastExit?.error?.code, code);
    }
    const rows = [...house.store.outbox.values()];
    assert.deepEqual(rows.map(({ key, status }) => [key, status]), [["another's", "pending"]]);
    assert.deepEqual(house.store.written, []);
  }, { root: ROOT }));
