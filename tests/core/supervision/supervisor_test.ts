/** Supervision on real Web Workers. */

import assert from "node:assert/strict";
import { CHAOS } from "@/core/kernel/wire.ts";
import { child } from "@/core/kernel/house.ts";
import { counter, counterSpec, echo, echoSpec } from "@/tests/support/actors/counter.ts";
import { house, inHouse, TEST_CHILDREN } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const ECHO = TEST_CHILDREN.slice(0, 1);

Deno.test("children start in order, each after the one before is ready", () =>
  inHouse(({ events, supervisor }) => {
    assert.deepEqual(events.map((event) => event.is === "ready" && event.actor), [
      "echo",
      "counter",
    ]);
    assert.deepEqual(supervisor.children.map((one) => one.status), ["ready", "ready"]);
    assert.equal(supervisor.find("echo")?.facts.port, 4_711);
    return Promise.resolve();
  }));

Deno.test("a request is answered with what the peer replied", () =>
  inHouse(async ({ supervisor }) => {
    assert.deepEqual(await supervisor.ask(echo, "Say", { text: "hello" }), { text: "> hello" });
  }));

Deno.test("actors ask each other over links that main only handed out", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.ask(counter, "AddNow", { amount: 5 });
    assert.deepEqual(await supervisor.ask(echo, "AskCounter", {}), { count: 5 });
  }));

Deno.test("a durable message is handled once however often it is posted", () =>
  inHouse(async ({ supervisor, store }) => {
    const message = { key: "add-1", body: { amount: 3 } };
    assert.equal(await supervisor.post(counter, "Add", message), true);
    assert.equal(await supervisor.post(counter, "Add", message), false);
    await waitFor("the row to be consumed", () => store.outbox.get(1)?.status === "done");
    assert.equal((await supervisor.ask(counter, "Count", {})).count, 3);
    assert.deepEqual(store.written, [{ name: "counts", rows: [{ count: 3 }] }]);
  }));

Deno.test("an answer arrives as a turn with the state of that moment", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.post(counter, "AddEcho", { key: "e", body: { text: "four" } });
    const grown = async () => (await supervisor.ask(counter, "Count", {})).count === 6;
    await waitFor("the answer to be counted", grown);
  }));

for (const what of CHAOS.filter((one) => one !== "hang" && one !== "oom")) {
  Deno.test(`an actor that dies by ${what} is restarted from its checkpoint`, () =>
    inHouse(async ({ supervisor, events }) => {
      await supervisor.ask(counter, "AddNow", { amount: 7 });
      supervisor.find("counter")?.chaos(what);
      await waitFor("the restart", () => supervisor.find("counter")?.restarts === 1);
      await waitFor("readiness", () => supervisor.find("counter")?.isReady);
      assert.deepEqual(await supervisor.ask(counter, "Count", {}), { count: 7, starts: 2 });
      const exit = supervisor.find("counter")?.lastExit;
      assert.equal(exit?.kind, what === "throw" || what === "reject" ? "crash" : "vanished");
      if (what === "throw") assert.match(exit?.error?.message ?? "", /thrown from a timer/);
      assert.equal(events.filter((event) => event.is === "exit").length, 1);
      assert.equal(supervisor.find("echo")?.restarts, 0, "the sibling keeps its identity");
      assert.deepEqual(await supervisor.ask(echo, "AskCounter", {}), { count: 7 });
    }));
}

Deno.test("a pending request fails as soon as the peer is dead", () =>
  inHouse(async ({ supervisor }) => {
    const asked = supervisor.ask(echo, "Stall", {});
    supervisor.find("echo")?.chaos("exit");
    await assert.rejects(asked, { kind: "peer-down" });
  }));

Deno.test("a request to an actor that is down fails at once", () =>
  inHouse(async ({ supervisor }) => {
    supervisor.find("echo")?.chaos("close");
    await waitFor("the exit", () => supervisor.find("echo")?.lastExit);
    if (supervisor.find("echo")?.isRunning) return;
    await assert.rejects(supervisor.ask(echo, "Say", { text: "x" }), { kind: "peer-down" });
  }));

Deno.test("a responder's refusal fails the request only, its bug ends the incarnation", () =>
  inHouse(async ({ supervisor }) => {
    const refused = supervisor.ask(echo, "Fail", { kind: "rejected" });
    await assert.rejects(refused, { kind: "rejected", message: "Not this one" });
    assert.equal(supervisor.find("echo")?.restarts, 0);
    await assert.rejects(supervisor.ask(echo, "Fail", { kind: "bug" }));
    await waitFor("the restart", () => supervisor.find("echo")?.restarts === 1);
    assert.equal(supervisor.find("echo")?.lastExit?.error?.message, "A bug");
  }));

Deno.test("a message that keeps killing its receiver is buried after three crashes", () =>
  inHouse(async ({ supervisor, store }) => {
    await supervisor.post(counter, "Poison", { key: "p", body: {} });
    await supervisor.post(counter, "Add", { key: "a", body: { amount: 2 } });
    await waitFor("the burial", () => store.outbox.get(1)?.status === "dead");
    await waitFor("the next message", () => store.outbox.get(2)?.status === "done");
    assert.equal(supervisor.find("counter")?.restarts, 3);
  }));

Deno.test("an effect is executed, retried when it surely failed, marked when nobody knows", () =>
  inHouse(async ({ supervisor, store }) => {
    for (const text of ["plain", "flaky", "die"]) {
      await supervisor.post(counter, "Shout", { key: text, body: { text } });
    }
    const prints = () => [...store.outbox.values()].filter((row) => row.kind === "effect");
    await waitFor("three prints", () => {
      const rows = prints();
      return rows.length === 3 && rows.every((row) => row.status === "done");
    });
    const results = prints().map((row) => (row.result as { printed: string }).printed);
    assert.deepEqual(results, ["plain", "flaky", "die (again)"]);
  }));

Deno.test("a hung actor is declared, replaced and counted as a zombie", async () => {
  // The zombie thread outlives the test, so this runs in a process of its own.
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "tests/support/hang_program.ts"],
    cwd: new URL("../../../", import.meta.url),
    stdout: "piped",
    stderr: "piped",
  }).output();
  const printed = new TextDecoder().decode(output.stdout);
  assert.equal(output.code, 75, new TextDecoder().decode(output.stderr));
  assert.deepEqual(JSON.parse(printed), {
    kind: "hung",
    zombies: 1,
    count: { count: 4, starts: 2 },
    sibling: 0,
  });
});

Deno.test("a supervisor gives up when a child fails more often than allowed", () =>
  inHouse(async ({ supervisor, events }) => {
    for (let failures = 1; failures <= 3; failures++) {
      await waitFor("readiness", () => supervisor.find("echo")?.isReady);
      supervisor.find("echo")?.chaos("throw");
      await waitFor(
        "the exit",
        () => events.filter((event) => event.is === "exit").length === failures,
      );
    }
    const last = events.at(-1);
    assert.equal(last?.is, "escalated");
    assert.match(last?.is === "escalated" ? last.reason : "", /3 failures within 60000 ms/);
    assert.equal(supervisor.find("echo")?.isRunning, false);
  }, { maxRestarts: 2, children: ECHO }));

Deno.test("a stop processes what was accepted, writes what lived in memory, and ends all", async () => {
  const { supervisor, store, events } = house();
  await supervisor.start();
  for (let n = 0; n < 20; n++) {
    await supervisor.post(counter, "Add", { key: `k${n}`, body: { amount: 1 } });
  }
  await supervisor.stop(5_000);
  const exits = events.filter((event) => event.is === "exit");
  assert.deepEqual(exits.map((event) => event.is === "exit" && event.actor), ["counter", "echo"]);
  assert.deepEqual(exits.map((event) => event.is === "exit" && event.exit.kind), [
    "shutdown",
    "shutdown",
  ]);
  const done = [...store.outbox.values()].filter((row) => row.status === "done").length;
  const saved = store.actors.get("counter")?.saved?.state as { count: number };
  assert.equal(saved.count, done, "what was acknowledged is what was counted");
});

Deno.test("a child that does not start at boot fails the start and stops the others", async () => {
  const broken = { ...counterSpec, worker: import.meta.resolve("./no_such_file.ts") };
  const { supervisor, events } = house({
    children: [...ECHO, child(broken, { config: () => ({ step: 1 }) })],
  });
  await assert.rejects(supervisor.start(), { code: "boot-failed" });
  assert.equal(supervisor.find("echo")?.status, "stopped");
  assert.equal(events.filter((event) => event.is === "restarting").length, 0);
});

Deno.test("a bad configuration is refused before the actor runs", async () => {
  const { supervisor } = house({
    children: [child(echoSpec, { config: () => ({ prefix: 7 as never }) })],
  });
  await assert.rejects(supervisor.start(), (error: Error) => {
    assert.match(String((error.cause as Error).message), /echo config is not valid at prefix/);
    return true;
  });
});

Deno.test("two children with one name are refused", () => {
  assert.throws(() => house({ children: [...ECHO, ...ECHO] }), {
    code: "bad-definition",
    message: /echo.*name/,
  });
});

Deno.test("a worker holds no permission that its spec does not list", () =>
  inHouse(async ({ supervisor }) => {
    const findings = await supervisor.find("counter")?.probe(["> "], 5_000);
    assert.deepEqual(new Set(Object.values(findings?.operations ?? {})), new Set(["NotCapable"]));
    assert.deepEqual(findings?.canariesHeld, []);
    assert.deepEqual((await supervisor.find("echo")?.probe(["> "], 5_000))?.canariesHeld, ["> "]);
  }));
