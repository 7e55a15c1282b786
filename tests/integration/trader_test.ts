/** A trader's round through Telegram on the real start: by words, by buttons, in their language. */

import assert from "node:assert/strict";
import { FLAG } from "@/core/market/dmarket/sim/offer_table.ts";
import type { Simulator } from "@/core/market/dmarket/sim/server.ts";
import { type App, withApp, withHome } from "@/tests/support/app.ts";
import { OWNER, withEdge } from "@/tests/support/edge.ts";
import type { ShownMessage, TelegramEmulator } from "@/tests/support/telegram_emulator.ts";
import { scansOf } from "./views.ts";

interface Phone {
  readonly app: App;
  readonly market: Simulator;
  readonly telegram: TelegramEmulator;
  /** The first message that shows this, sooner or later. */
  sees(what: RegExp): Promise<ShownMessage>;
}

function onPhone(steps: (phone: Phone) => Promise<void>): Promise<void> {
  return withHome((home) =>
    withEdge(({ env, telegram, market }) =>
      withApp({ home, env }, async (app) => {
        await app.ready();
        await app.until("recorded quotes", async () => {
          const { items } = await app.json<{ items: { sinceMs: number | null }[] }>(
            "/api/v1/markets",
          );
          return items.some(({ sinceMs }) => sinceMs !== null);
        });
        const sees = (what: RegExp) =>
          app.until(
            String(what),
            () => telegram.shown(OWNER).find(({ text }) => what.test(text)),
            60_000,
          );
        await steps({ app, market, telegram, sees });
        assert.equal(await app.stop(), 0);
      })
    )
  );
}

Deno.test("from an idea to a watch with another priority, and back, by tapping", () =>
  onPhone(async ({ telegram, sees, app }) => {
    await app.until(
      "an idea",
      async () =>
        (await app.json<{ items: { game: string }[] }>("/api/v1/ideas")).items
          .some(({ game }) => game === "9a92"),
      60_000,
    );
    telegram.say({ userId: OWNER, text: "/find dota2" });
    const ideas = await sees(/Worth watching · Dota 2\n/);
    assert.match(ideas.text, /A reason to look, not to buy/);
    telegram.tap(ideas, "Watch 1");
    const card = await sees(/👁 Watching · Dota 2\n/);
    assert.match(card.text, /normal priority, every/);
    assert.match(card.text, /no official WebSocket/);
    telegram.tap(card, "high");
    await app.until("the priority", () => /high priority, every/.test(card.text));
    telegram.tap(card, "Analysis");
    const report = await sees(/days? with sales · \d+ without · \d+ not seen/);
    assert.match(report.text, /liquidity \d+ of 100/);
    telegram.tap(card, "Stop watching");
    await app.until("the end", () => card.text.includes("Not watched any more"));
    telegram.say({ userId: OWNER, text: "/watches" });
    await sees(/Nothing is watched/);
  }));

Deno.test("a filter is set by tapping, refused with its rule, and used by a scan", () =>
  onPhone(async ({ telegram, sees, app }) => {
    telegram.say({ userId: OWNER, text: "/filter cs2 exterior shiny" });
    const refused = await sees(/exterior cannot be "shiny": it takes factory-new, minimal-wear/);
    telegram.tap(refused, "Filters");
    const card = await sees(/no filter, every offer counts/);
    telegram.tap(card, "exterior");
    await app.until(
      "the values",
      () => card.buttons.flat().some(({ text }) => text === "field-tested"),
    );
    telegram.tap(card, "field-tested");
    await app.until(
      "the mark",
      () => card.buttons.flat().some(({ text }) => text === "✓ field-tested"),
    );
    telegram.say({ userId: OWNER, text: "/scan cs2 boost" });
    await sees(/Scan requested · CS2 boost\nfilter: exterior field-tested/);
    await app.until("the filtered scan", async () => {
      const scans = await scansOf(app) as readonly { game: string; filter?: unknown }[];
      return telegram.shown(OWNER).some(({ text }) =>
        /(Scanning|Scan finished) · CS2 boost\n(.*\n)*filter: exterior field-tested/.test(text)
      ) && scans.length > 0;
    }, 120_000);
  }));

Deno.test("people read their own language, and may choose another", () =>
  onPhone(async ({ telegram, sees }) => {
    const from = { id: OWNER, is_bot: false, first_name: "P", language_code: "de" };
    telegram.say({ userId: OWNER, text: "/market", extra: { from } });
    await sees(/DRY · Markt · CS2/);
    telegram.say({ userId: OWNER, text: "/language", extra: { from } });
    const choice = await sees(/Ich spreche Deutsch/);
    telegram.tap(choice, "Русский");
    await sees(/Я говорю по-русски/);
    telegram.say({ userId: OWNER, text: "/watches", extra: { from } });
    await sees(/У DMarket нет официального WebSocket/);
  }));

Deno.test("a price that falls is told on the phone with both prices, and shown on the page", () =>
  onPhone(async ({ app, market, sees }) => {
    const { title, game, row, id } = freeListing(market);
    const response = await fetch(`${app.url}/api/v1/watches`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ game, title, priority: "high" }),
    });
    assert.deepEqual(await response.json(), { accepted: true, reason: null, said: null });
    const before = await app.until(
      "the first reading",
      async () => (await watchesOf(app)).find(({ askCents }) => askCents !== null),
      90_000,
    );
    const priceCents = Math.floor((market.market.table.priceCents[row] ?? 0) / 2);
    undercut(market, { titleId: id, priceCents });
    const news = await sees(/📉/);
    const dollars = (cents: number) => `$${(cents / 100).toFixed(2)}`;
    assert.ok(news.text.includes(title));
    assert.ok(
      news.text.includes(`offer ${dollars(before.askCents ?? 0)} → ${dollars(priceCents)}`),
    );
    assert.equal(news.silent, false);
    const [after] = await watchesOf(app);
    assert.deepEqual([after?.askCents, after?.lastChange?.toCents], [priceCents, priceCents]);
  }));

interface Watched {
  readonly askCents: number | null;
  readonly lastChange: { readonly toCents: number | null } | null;
}

async function watchesOf(app: App): Promise<readonly Watched[]> {
  return (await app.json<{ items: Watched[] }>("/api/v1/watches")).items;
}

/** A title whose lowest listing is free and worth halving. */
function freeListing({ market }: Simulator): {
  readonly game: string;
  readonly title: string;
  readonly id: number;
  readonly row: number;
} {
  for (const { game, title, id, rows } of market.titles) {
    const [row] = rows;
    if (row === undefined || market.table.flags[row] !== FLAG.live) continue;
    const isFree = (market.table.unlockAtS[row] ?? 0) === 0;
    if (isFree && (market.table.priceCents[row] ?? 0) > 100) return { game, title, id, row };
  }
  throw new Error("No title of the market has a free listing");
}

function undercut(
  { market }: Simulator,
  { titleId, priceCents }: { readonly titleId: number; readonly priceCents: number },
): void {
  market.addOffer({
    titleId,
    priceCents,
    createdAtS: market.startS,
    unlockAtS: 0,
    flags: FLAG.live,
    label: 0,
    serial: market.takeSerial(),
    assetSerial: market.takeSerial(),
  });
}
