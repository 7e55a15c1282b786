/** Notifier and telegram as real workers with their real permissions, in front of an emulator. */

import assert from "node:assert/strict";
import { notifierSpec } from "@/actors/notifier/spec.ts";
import { telegramSpec } from "@/bot/telegram/spec.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { workerHost } from "@/core/hosts/worker.ts";
import { child, group, serve } from "@/core/kernel/house.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { Supervisor } from "@/core/supervision/supervisor.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { health, views } from "@/core/protocol/views.ts";
import { opportunity } from "@/tests/actors/notifier/bench.ts";
import { startTelegramEmulator, type TelegramEmulator } from "@/tests/support/telegram_emulator.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { OWNER, TOKEN } from "./fake_context.ts";

const SNAPSHOT = {
  status: "pass",
  version: "0.1.0",
  uptimeSeconds: 60,
  deadLetters: 0,
  actors: {},
};
const BACKOFF = { minMs: 1, maxMs: 50 };

interface House {
  readonly supervisor: Supervisor;
  readonly emulator: TelegramEmulator;
  readonly logs: string[];
}

async function inHouse(test: (house: House) => Promise<void>): Promise<void> {
  const emulator = startTelegramEmulator({ token: TOKEN });
  const logs: string[] = [];
  const note = (message: string, props?: unknown) =>
    void logs.push(`${message} ${Deno.inspect(props, { depth: 10 })}`);
  const log = { debug: note, info: note, warn: note, error: note };
  const supervisor = new Supervisor({
    id: crypto.randomUUID(),
    root: group("root", {
      intensity: { max: 5, withinMs: 60_000 },
      children: [
        child(telegramSpec, {
          config: () => ({
            token: TOKEN,
            apiRoot: emulator.apiRoot,
            allowedUserIds: [OWNER],
            pollSeconds: 50,
          }),
          backoff: BACKOFF,
        }),
        child(notifierSpec, {
          config: () => ({ mode: "dry" as const, recipients: [OWNER] }),
          backoff: BACKOFF,
        }),
      ],
    }),
    store: new MemoryStore(),
    host: () => workerHost(),
    clock: systemClock,
    random: () => 0.5,
    serve: [
      serve(health, { Snapshot: () => SNAPSHOT }),
      serve(views, {
        Opportunities: () => ({ items: [], next: null }),
        Scans: () => ({ items: [], next: null }),
        Targets: () => ({ items: [], next: null }),
      }),
    ],
    log,
    actorLog: () => log,
    onEvent: () => {},
    onFenced: () => {},
  });
  try {
    await supervisor.start();
    await test({ supervisor, emulator, logs });
  } finally {
    await supervisor.stop(8_000);
    await emulator.close();
  }
}

/** Texts the owner's phone shows. */
function phone(emulator: TelegramEmulator): readonly string[] {
  return emulator.shown(OWNER).map(({ text }) => text);
}

Deno.test("a command travels through both actors and is answered, a stranger's is not", () =>
  inHouse(async ({ emulator, logs }) => {
    emulator.say({ userId: OWNER + 1, text: "/health" });
    emulator.say({ userId: OWNER, text: "/health" });
    await waitFor("the answer", () => phone(emulator).length === 1);
    assert.match(phone(emulator)[0] ?? "", /^🧪 DRY · 🟢 All well\n/);
    assert.deepEqual(emulator.shown(OWNER + 1), []);
    assert.doesNotMatch(logs.join("\n"), /EMULATOR-token/);
  }));

Deno.test("nothing is lost and no double is unmarked, although the telegram actor dies again and again", () =>
  inHouse(async ({ supervisor, emulator, logs }) => {
    const said = (text: string) => phone(emulator).filter((shown) => shown.includes(text));
    for (let times = 1; times <= 3; times++) {
      supervisor.find("telegram")?.chaos(times === 2 ? "exit" : "throw");
      const body = { key: `key-${times}`, severity: "warning" as const, text: `Alert ${times}` };
      await supervisor.post(notifier, "Alert", { key: body.key, body });
      await waitFor("the restart", () => supervisor.find("telegram")?.restarts === times);
      await waitFor("the alert", () => said(body.text).length > 0);
    }
    const body = { opportunities: [opportunity()] };
    await supervisor.post(notifier, "OpportunitiesFound", { key: "found", body });
    await waitFor("the find", () => said("Redline").length > 0);
    for (const text of ["Alert 1", "Alert 2", "Alert 3", "Redline"]) {
      const unmarked = said(text).filter((shown) => !shown.includes("possibly repeated"));
      assert.ok(unmarked.length <= 1, `${text}: ${phone(emulator).join("\n--\n")}`);
    }
    assert.doesNotMatch(logs.join("\n"), /EMULATOR-token/);
  }));

Deno.test("a command given while the house was down is obeyed after the start", async () => {
  await inHouse(async ({ supervisor, emulator }) => {
    await waitFor("a held poll", () => emulator.polling);
    supervisor.find("telegram")?.chaos("throw");
    emulator.say({ userId: OWNER, text: "/help" });
    await waitFor("the answer", () => phone(emulator).length === 1);
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    assert.equal(phone(emulator).length, 1);
  });
});
