import assert from "node:assert/strict";
import { z } from "zod";
import { child } from "@/core/kernel/house.ts";
import {
  protocol,
  request,
  service,
  serviceActor,
  type ServiceContext,
} from "@/core/kernel/mod.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";
import { waitFor } from "@/tests/support/wait.ts";

const none = z.object({});
const DEADLINE_MS = 5_000;
const clerk = protocol("clerk", {
  /** Fails as a library does whose signal has aborted. */
  Fetch: request({ body: none, reply: none, deadlineMs: 20 }),
  Deadline: request({
    body: none,
    reply: z.object({ atMs: z.number() }),
    deadlineMs: DEADLINE_MS,
  }),
});
const spec = serviceActor({ protocol: clerk, config: none, worker: "inline" });
const place = child(spec, { config: () => ({}) });
const asker = serviceActor({
  protocol: protocol("asker", {}),
  uses: [clerk],
  config: none,
  worker: "inline",
});
const askerPlace = child(asker, { config: () => ({}) });

function clerkActor(trail: string[] = []) {
  return service(spec, {
    start: () => null,
    async run(_resources, { signal }) {
      await new Promise((done) => signal.addEventListener("abort", done));
      await new Promise((done) => queueMicrotask(() => done(trail.push("run over"))));
    },
    stop: () => void trail.push("stop hook"),
    handlers: {
      Fetch: (_resources, _body, { signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")))
        ),
      Deadline: (_resources, _body, { deadlineAtMs }) => ({ atMs: deadlineAtMs }),
    },
  });
}

Deno.test("H2 a handler that ends in an error of its own after its deadline ends no actor", () =>
  inlineHouse([clerkActor()], [place], async ({ supervisor }) => {
    // By its own timer or by the answer, whichever is first.
    await assert.rejects(supervisor.ask(clerk, "Fetch", {}));
    await supervisor.ask(clerk, "Deadline", {});
    assert.equal(supervisor.find("clerk")?.restarts, 0);
  }));

Deno.test("H8 an asker's time runs while its message waits", () =>
  inlineHouse([clerkActor()], [place], async ({ supervisor }) => {
    const actor = supervisor.find("clerk");
    // Has its credit come, the next one goes out with all its time.
    await supervisor.ask(clerk, "Deadline", {});
    actor?.suspend();
    const asked = supervisor.ask(clerk, "Deadline", {});
    await waitFor("it to wait", () => actor?.beat.read("depth") === 1);
    const resumedAtMs = performance.now();
    actor?.resume();
    const { atMs } = await asked;
    assert.ok(atMs < resumedAtMs + DEADLINE_MS, `${atMs - resumedAtMs} ms were left`);
  }));

Deno.test("H5 a handler that looked at its signal leaves no listener behind", async () => {
  let listeners = 0;
  const watched = service(spec, {
    start({ signal }) {
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = function (...of: Parameters<typeof addEventListener>) {
        listeners += 1;
        addEventListener.apply(this, of);
      };
      signal.removeEventListener = function (...of: Parameters<typeof removeEventListener>) {
        listeners -= 1;
        removeEventListener.apply(this, of);
      };
    },
    handlers: {
      Fetch(_resources, _body, { signal }) {
        signal.throwIfAborted();
        return Promise.resolve({});
      },
      Deadline: (_resources, _body, { signal }) => ({ atMs: Number(signal.aborted) }),
    },
  });
  await inlineHouse([watched], [place], async ({ supervisor }) => {
    await supervisor.ask(clerk, "Deadline", {});
    assert.equal(listeners, 0, "of one that answers at once");
    await supervisor.ask(clerk, "Fetch", {});
    assert.equal(listeners, 0, "of one that takes its time");
  });
});

Deno.test("H8 what a service asks in its own name has all its time however old it is", async () => {
  const clock = new ManualClock();
  const asked = Promise.withResolvers<unknown>();
  const late = service(asker, {
    start(context) {
      clock.after(600_000, () => asked.resolve(context.ask(clerk, "Deadline", {})));
    },
    handlers: {},
  });
  await inlineHouse([clerkActor(), late], [place, askerPlace], async () => {
    await clock.advance(600_000);
    assert.deepEqual(await asked.promise, { atMs: 600_000 + DEADLINE_MS });
  }, { clock });
});

Deno.test("B10 a handler that the actor's own signal ends is no crash", async () => {
  const waiting = Promise.withResolvers<void>();
  const definition = service(spec, {
    start: (context: ServiceContext<typeof spec>) => context.signal,
    handlers: {
      Fetch: (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
          waiting.resolve();
        }),
      Deadline: () => ({ atMs: 0 }),
    },
  });
  await inlineHouse([definition], [place], async ({ supervisor }) => {
    supervisor.ask(clerk, "Fetch", {}).catch(() => {});
    await waiting.promise;
    await supervisor.terminate("clerk", "stop");
    assert.equal(supervisor.find("clerk")?.lastExit?.kind, "shutdown");
  });
});

Deno.test("H2 a handler whose asker has gone is told by its signal", async () => {
  const waiting = Promise.withResolvers<void>();
  const told = Promise.withResolvers<unknown>();
  const slow = service(spec, {
    start: () => null,
    handlers: {
      Fetch: () => Promise.resolve({}),
      Deadline: (_resources, _body, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            told.resolve(signal.reason);
            reject(signal.reason);
          });
          waiting.resolve();
        }),
    },
  });
  const asking = service(asker, {
    start: (context) => void context.ask(clerk, "Deadline", {}).catch(() => {}),
    handlers: {},
  });
  await inlineHouse([slow, asking], [place, askerPlace], async ({ supervisor }) => {
    await waiting.promise;
    await supervisor.terminate("asker");
    assert.match(String(await told.promise), /asker no longer waits/);
    assert.equal(supervisor.find("clerk")?.restarts, 0);
  });
});

Deno.test("B11 the stop hook comes when the background work is over", async () => {
  const trail: string[] = [];
  await inlineHouse(
    [clerkActor(trail)],
    [place],
    ({ supervisor }) => supervisor.terminate("clerk"),
  );
  assert.deepEqual(trail, ["run over", "stop hook"]);
});

Deno.test("B10 a handler that looks at its signal only after the stop began finds it aborted", async () => {
  const begun = Promise.withResolvers<void>();
  const seen: boolean[] = [];
  const definition = service(spec, {
    start: (context: ServiceContext<typeof spec>) => context.signal,
    handlers: {
      Fetch: () => Promise.resolve({}),
      async Deadline(stopping, _body, call) {
        begun.resolve();
        await new Promise((resolve) => stopping.addEventListener("abort", resolve));
        seen.push(call.signal.aborted);
        return { atMs: 0 };
      },
    },
  });
  await inlineHouse([definition], [place], async ({ supervisor }) => {
    supervisor.ask(clerk, "Deadline", {}).catch(() => {});
    await begun.promise;
    await supervisor.terminate("clerk");
    assert.deepEqual(seen, [true]);
  });
});
