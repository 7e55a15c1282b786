/** The same actors in processes of their own. */

import assert from "node:assert/strict";
import { signalIfThere } from "@/core/db/embedded/family.ts";
import { child, type HostKind, serve } from "@/core/kernel/house.ts";
import { workerHost } from "@/core/hosts/worker.ts";
import { counter, echo } from "@/tests/support/actors/counter.ts";
import { glutton, gluttonSpec } from "@/tests/support/actors/glutton.ts";
import { bulk, mirror, mirrorSpec, visitor, visitorSpec } from "@/tests/support/actors/mirror.ts";
import { type House, inHouse } from "@/tests/support/house.ts";
import { testProcessHost } from "@/tests/support/process_host.ts";
import { groupOf, isAlive } from "@/tests/support/processes.ts";
import { waitFor } from "@/tests/support/wait.ts";

Deno.test("actors in processes ask, commit and keep their permissions", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.ask(counter, "AddNow", { amount: 5 });
    assert.deepEqual(await supervisor.ask(echo, "AskCounter", {}), { count: 5 });
    const findings = await supervisor.find("counter")?.probe([], 5_000);
    assert.deepEqual(new Set(Object.values(findings?.operations ?? {})), new Set(["NotCapable"]));
  }, { host: testProcessHost() }));

for (const what of ["hang", "oom", "exit", "throw"] as const) {
  Deno.test(`a process that dies by ${what} is replaced, without a zombie`, () =>
    inHouse(async ({ supervisor }) => {
      await supervisor.ask(counter, "AddNow", { amount: 7 });
      supervisor.find("counter")?.chaos(what);
      await waitFor("the restart", () => supervisor.find("counter")?.restarts === 1, 30_000);
      await waitFor("readiness", () => supervisor.find("counter")?.isReady);
      assert.deepEqual(await supervisor.ask(counter, "Count", {}), { count: 7, starts: 2 });
      assert.equal(supervisor.zombies, 0);
      assert.equal(supervisor.find("echo")?.restarts, 0);
    }, { host: testProcessHost() }));
}

const TOO_MANY = 65_000_000;

/** A mirror in a process of its own, and a visitor in a worker. */
function withMirror(
  test: (house: House) => Promise<void>,
  host = testProcessHost(),
): Promise<void> {
  const config = () => ({});
  const backoff = { minMs: 1, maxMs: 1 };
  return inHouse(test, {
    children: [
      child(mirrorSpec, { host: "process", config, backoff }),
      child(visitorSpec, { config }),
    ],
    hosts: (kind: HostKind) => kind === "process" ? host : workerHost(),
    serve: [serve(bulk, { Get: ({ bytes }) => new Uint8Array(bytes) })],
  });
}

Deno.test("an actor in a process gets and gives every value that one in a worker does", () =>
  withMirror(async ({ supervisor }) => {
    const value = {
      big: 2n ** 80n,
      at: new Date(1_700_000_000_000),
      byName: new Map([["a", new Set([1])]]),
      odd: [NaN, -0, Infinity],
      none: undefined,
      bytes: new Uint8Array([1, 2, 3]),
    };
    assert.deepEqual(await supervisor.ask(mirror, "Show", value), value);
  }));

Deno.test("what an actor in a process prints is a line of its log", () =>
  withMirror(async ({ supervisor }) => {
    await supervisor.ask(mirror, "Print", "Hello");
    assert.equal(await supervisor.ask(mirror, "Show", 1), 1);
    assert.equal(supervisor.find("mirror")?.restarts, 0);
  }));

Deno.test("H5 what no pipe carries is refused to its asker, and all go on", () =>
  withMirror(async ({ supervisor }) => {
    const refused = { kind: "rejected", code: "not-carried", message: /at most 64000000 bytes/ };
    const large = new Uint8Array(TOO_MANY);
    await assert.rejects(supervisor.ask(mirror, "Show", large), refused);
    await assert.rejects(supervisor.ask(mirror, "Grow", { bytes: TOO_MANY }), refused);
    await assert.rejects(supervisor.ask(mirror, "Fetch", { bytes: TOO_MANY }), refused);
    const shared = supervisor.ask(mirror, "Show", new SharedArrayBuffer(1));
    await assert.rejects(shared, { ...refused, message: /Show .*could not be cloned/ });
    assert.equal(await supervisor.ask(mirror, "Show", 1), 1);
    assert.equal(supervisor.find("mirror")?.restarts, 0);
    // Each of them is copied several times on its way to the refusal.
  }, testProcessHost(96, 2_000)));

Deno.test("H5 an event that no pipe carries is counted as a dead letter", () =>
  withMirror(async ({ supervisor }) => {
    await supervisor.ask(visitor, "Tell", { bytes: TOO_MANY });
    const letter = await waitFor("the letter", () => supervisor.snapshot().deadLetters.last.at(-1));
    const { reason, from, to, type } = letter;
    assert.deepEqual({ reason, from, to, type }, {
      reason: "refused",
      from: "visitor",
      to: "mirror",
      type: "Hear",
    });
    assert.equal(supervisor.find("mirror")?.restarts, 0);
  }));

Deno.test("H5 a durable message that no pipe carries is a dead letter, and the next goes on", () =>
  inHouse(async ({ supervisor, store }) => {
    const body = { text: "x".repeat(TOO_MANY) };
    await supervisor.post(counter, "AddEcho", { key: "large", body });
    await supervisor.post(counter, "Add", { key: "next", body: { amount: 1 } });
    await waitFor("the next", () => store.outbox.get(2)?.status === "done");
    await waitFor("the burial", () => store.outbox.get(1)?.status === "dead");
    const { code, message } = store.outbox.get(1)?.error ?? {};
    assert.equal(code, "not-carried");
    assert.match(
      message ?? "",
      /^AddEcho cannot be carried from main to counter: A frame holds at/,
    );
    assert.equal(supervisor.find("counter")?.restarts, 0);
  }, { host: testProcessHost(96, 2_000) }));

Deno.test("J4 a process that holds too much outside its heap is ended with that cause", () =>
  withMirror(async ({ supervisor }) => {
    await supervisor.ask(mirror, "Hold", { megabytes: 400 }).catch(() => {});
    await waitFor("the restart", () => supervisor.find("mirror")?.restarts === 1);
    const { kind, error } = supervisor.find("mirror")?.lastExit ?? {};
    assert.equal(kind, "crash");
    assert.equal(error?.code, "out-of-memory", error?.message);
    await waitFor("readiness", () => supervisor.find("mirror")?.isReady);
  }));

Deno.test("C6 of a link that a process was told to forget, no port stays open", async () => {
  const { port1, port2 } = new MessageChannel();
  let isClosed = false;
  const close = port1.close.bind(port1);
  port1.close = () => {
    close();
    isClosed = true;
  };
  const running = testProcessHost().start({
    spec: mirrorSpec,
    name: "mirror",
    permissions: "none",
    lock: crypto.randomUUID(),
    receive: () => {},
  });
  try {
    running.post({ is: "link", peer: "visitor", port: port1 }, [port1]);
    running.post({ is: "unlink", peer: "visitor" });
    await waitFor("its end", () => isClosed);
  } finally {
    running.kill();
    await running.gone;
    // Who ended it may not have heard yet.
    running.kill();
    port2.close();
  }
});

Deno.test("a process sees no more of the environment than it is given, and no signal to our group", () =>
  withMirror(async ({ supervisor }) => {
    const pid = Number(supervisor.find("mirror")?.facts.pid);
    const environment = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
    const names = environment.map((one) => one.split("=")[0] ?? "").filter((name) => name !== "");
    const given = ["PATH", "HOME", "DENO_DIR"];
    assert.deepEqual(names.filter((name) => !given.includes(name)), []);
    assert.equal(groupOf(pid), pid);
  }));

Deno.test("G5 the end of a process by a signal from outside says which", () =>
  withMirror(async ({ supervisor, events }) => {
    Deno.kill(Number(supervisor.find("mirror")?.facts.pid), "SIGKILL");
    const exit = await waitFor("the exit", () => events.find((event) => event.is === "exit"));
    assert.ok(exit.is === "exit" && exit.actor === "mirror");
    assert.equal(exit.exit.kind, "crash");
    assert.match(exit.exit.error?.message ?? "", /died of SIGKILL/);
    await waitFor("readiness", () => supervisor.find("mirror")?.isReady);
  }));

Deno.test("H7 a message that ends a process without a word is parked after three deaths", () =>
  inHouse(async ({ supervisor, store }) => {
    await supervisor.post(glutton, "Taste", { key: "before", body: {} });
    await supervisor.post(glutton, "Choke", { key: "poison", body: {} });
    await supervisor.post(glutton, "Taste", { key: "after", body: {} });
    await waitFor("the next message", () => store.outbox.get(3)?.status === "done");
    const rows = [...store.outbox.values()];
    assert.deepEqual(rows.map(({ status }) => status), ["done", "dead", "done"]);
    assert.equal(supervisor.find("glutton")?.restarts, 3);
  }, {
    children: [child(gluttonSpec, { config: () => ({}), backoff: { minMs: 1, maxMs: 1 } })],
    host: testProcessHost(),
  }));

/** The process of an actor of the house in `parent`. */
function actorOf(parent: number): Promise<number> {
  return waitFor("the process of an actor", async () => {
    const children = await Deno.readTextFile(`/proc/${parent}/task/${parent}/children`);
    const pid = children.split(" ").find((one) =>
      one !== "" && Deno.readTextFileSync(`/proc/${one}/cmdline`).includes("process_entry.ts")
    );
    return pid === undefined ? null : Number(pid);
  });
}

/** The house is killed; `stop` makes the child deaf to the end of its pipe before. */
const KILLS = [
  { how: "that loops, without setpriv", words: ["hang"], env: { PATH: "/nowhere" }, stop: false },
  { how: "that loops", words: ["hang"], env: {}, stop: false },
  { how: "that stands still", words: [], env: {}, stop: true },
];

for (const { how, words, env, stop } of KILLS) {
  Deno.test(`B17 kill -9 of the house takes a process along ${how}`, async () => {
    const parent = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--no-prompt",
        "tests/support/process_program.ts",
        ...words,
      ],
      cwd: new URL("../../../", import.meta.url),
      env,
      stdout: "piped",
    }).spawn();
    const output = parent.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    let pid = 0;
    try {
      assert.equal((await output.next()).value, '{"count":3}\n');
      pid = await actorOf(parent.pid);
      assert.ok(isAlive(pid));
      if (stop) Deno.kill(pid, "SIGSTOP");
      parent.kill("SIGKILL");
      await waitFor("the end of the child", () => !isAlive(pid));
    } finally {
      await parent.status;
      if (pid > 0) signalIfThere(pid, "SIGKILL");
      await output.return?.();
    }
  });
}
