import assert from "node:assert/strict";
import { openSite } from "@/bot/dashboard/site.ts";
import { webSpec } from "@/bot/dashboard/spec.ts";
import { type ServiceContext, systemClock } from "@/core/kernel/mod.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { HEALTH } from "./samples.ts";

type Context = ServiceContext<typeof webSpec>;

interface Open {
  readonly url: string;
  /** Answers to the questions that wait, oldest first. */
  readonly waiting: (() => void)[];
  stop(): Promise<void>;
}

/** A site whose lists answer only when they are let. */
function open(): Open {
  const stopping = new AbortController();
  const waiting: (() => void)[] = [];
  const facts: Record<string, unknown> = {};
  const context = {
    config: { mode: "dry", language: "en" },
    clock: systemClock,
    signal: stopping.signal,
    ask: (_peer: unknown, type: string) =>
      type === "Snapshot"
        ? Promise.resolve(HEALTH)
        : new Promise((answer) => waiting.push(() => answer({ items: [], next: null }))),
    report: (more: Record<string, unknown>) => Object.assign(facts, more),
  } as unknown as Context;
  const site = openSite(context);
  return {
    url: `http://127.0.0.1:${facts["port"]}`,
    waiting,
    async stop() {
      stopping.abort();
      await site.close();
      await site.finished;
    },
  };
}

Deno.test("the site listens on the loopback port it reports, and ends when the actor stops", async () => {
  const site = open();
  const response = fetch(`${site.url}/api/v1/scans`);
  await waitFor("the question", () => site.waiting.length === 1);
  site.waiting[0]?.();
  assert.deepEqual(await (await response).json(), { items: [], next: null });
  await site.stop();
  await assert.rejects(fetch(site.url));
});

Deno.test("requests at once are bounded, and those that wait are answered", async () => {
  const site = open();
  const waiting = Array.from({ length: 64 }, () => fetch(`${site.url}/api/v1/scans`));
  await waitFor("all questions", () => site.waiting.length === 64);
  const refused = await fetch(`${site.url}/api/v1/scans`);
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "1"]);
  assert.match((await refused.json()).error, /^More than 64 requests at once/);
  for (const answer of site.waiting) answer();
  for (const response of await Promise.all(waiting)) {
    assert.equal(response.status, 200);
    await response.body?.cancel();
  }
  await site.stop();
});

Deno.test("the actor may listen on a free loopback port and touch nothing else", () => {
  assert.deepEqual(webSpec.permissions({ mode: "dry", language: "en", reader: 0 }), {
    net: ["127.0.0.1:0"],
  });
});
