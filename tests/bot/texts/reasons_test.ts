import assert from "node:assert/strict";
import { reasonOf } from "@/bot/dashboard/page/html.js";
import { parts } from "@/bot/dashboard/page/view.js";
import { render } from "@/bot/telegram/render.ts";
import { reasonText } from "@/bot/texts/phrases.ts";
import { catalogue, LANGUAGES } from "@/bot/texts/mod.ts";
import { GUARDS } from "@/core/domain/opportunity.ts";
import {
  type Explained,
  explained,
  inEnglish,
  reason,
  type ReasonCode,
  REASONS,
} from "@/core/domain/reasons.ts";
import { find, NOW_MS, scanRow, TARGET } from "@/tests/bot/dashboard/samples.ts";
import { scan } from "@/tests/bot/telegram/samples.ts";

const CODES = Object.keys(REASONS) as ReasonCode[];
const NOTHING = {
  health: null,
  opportunities: null,
  scans: null,
  targets: null,
  markets: null,
  ideas: null,
  watches: null,
  nowMs: 0,
};

function placesOf(sentence: string): readonly string[] {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").toSorted();
}

/** A value for every place of a sentence. */
function valuesOf(code: ReasonCode): Record<string, number | string> {
  return Object.fromEntries(
    placesOf(REASONS[code]).map((name) => {
      return [
        name,
        /[a-z](Cents|Bps|Days|Hours|Seconds|Count|Factor)$/.test(name) ? 123_456 : "P 2",
      ];
    }),
  );
}

/** No-break spaces made plain. */
function plain(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, " ");
}

Deno.test("every language names every value of every reason, and nothing else", () => {
  for (const language of LANGUAGES) {
    const { reasons } = catalogue(language);
    for (const code of CODES) {
      assert.deepEqual(placesOf(reasons[code]), placesOf(REASONS[code]), `${language} ${code}`);
    }
  }
});

Deno.test("no other language repeats an English reason, or the name of a guard's id", () => {
  for (const language of LANGUAGES.filter((one) => one !== "en")) {
    const { reasons, guardNames } = catalogue(language);
    for (const code of CODES) assert.notEqual(reasons[code], REASONS[code], `${language} ${code}`);
    for (const guard of GUARDS) assert.notEqual(guardNames[guard], guard);
  }
});

Deno.test("a reason has the numbers of its reader", () => {
  const said = reason("lock-exceeds", { lockDays: 6.944, mostDays: 0 });
  const roi = reason("list-short", {
    exitCents: 123_456,
    feeCents: 7,
    roiBps: 496,
    leastBps: 500,
  });
  const shown = LANGUAGES.map((language) =>
    [said, roi].map((one) => plain(reasonText(one, catalogue(language))))
  );
  assert.deepEqual(Object.fromEntries(LANGUAGES.map((language, at) => [language, shown[at]])), {
    en: [
      "Trade lock of 6.94 d exceeds the 0 d allowed",
      "Listed at $1,234.56 less $0.07 fee returns 4.96%, below the 5% wanted",
    ],
    de: [
      "Handelssperre 6,94 d, höchstens 0 d erlaubt",
      "Für 1.234,56 $ angeboten bringt nach 0,07 $ Gebühr 4,96 %, weniger als 5 %",
    ],
    es: [
      "Bloqueo de 6,94 d, se admiten como mucho 0 d",
      "A la venta por 1234,56 US$, menos 0,07 US$ de comisión, rinde 4,96 %, por debajo de 5 %",
    ],
    ru: [
      "Трейд-бан 6,94 д, допустимо не более 0 д",
      "Лотом за 1 234,56 $ за вычетом комиссии 0,07 $: 4,96 %, меньше 5 %",
    ],
  });
});

Deno.test("the page says every reason as the messages do", () => {
  for (const language of LANGUAGES) {
    const texts = catalogue(language);
    parts(NOTHING, texts.page);
    for (const code of CODES) {
      const said = { code, values: valuesOf(code) };
      const shown = reasonOf(said, "in English", texts.page);
      assert.equal(shown, reasonText(said, texts));
      assert.doesNotMatch(shown, /[{}]|undefined|NaN/);
    }
  }
});

Deno.test("a scan that ended, a find that closed and a dry target say why in the reader's language", () => {
  const cursor = reason("cursor-repeated", {});
  const cut = explained(reason("price-unreached", { why: cursor, priceCents: 1_234 }));
  const target = explained(reason("target-over", { bidCents: 850 }));
  const { said: closedSaid, reason: closedReason } = explained(reason("no-longer-listed", {}));
  const facts = {
    ...NOTHING,
    scans: [scanRow({ status: "stopped", ...cut })],
    opportunities: [find({ status: "closed", closedReason, closedSaid })],
    targets: [{ ...TARGET, ...target }],
  };
  for (const language of LANGUAGES) {
    const texts = catalogue(language);
    const { scans, opportunities, targets } = parts(facts, texts.page);
    const onPage = (pieces: typeof scans) => plain(pieces?.map(({ html }) => html).join() ?? "");
    const inMessage = (said: Explained["said"]) => plain(reasonText(said ?? "", texts));
    assert.ok(onPage(scans).includes(inMessage(cut.said)), language);
    assert.ok(onPage(opportunities).includes(inMessage(closedSaid)), language);
    assert.ok(onPage(targets).includes(inMessage(target.said)), language);
    const notice = { type: "scan-finished" as const, scan: { ...scan(), ...cut } };
    const message = render(notice, { texts, mode: "dry", nowMs: NOW_MS });
    assert.ok(plain(message).includes(inMessage(cut.said)), language);
  }
  assert.equal(
    plain(reasonText(cut.said ?? "", catalogue("es"))),
    "El mercado repitió su cursor; no se llegó a todas las ofertas de 12,34 US$",
  );
});

Deno.test("what is wrong with the house is said on both surfaces, and of an actor once", () => {
  const letters = explained(reason("dead-letters", { letterCount: 3 }));
  const web = explained(reason("actor-is", { actor: "web", state: "backoff" }));
  const notes = [web, letters];
  const health = { status: "warn" as const, version: "1", uptimeSeconds: 60, notes };
  for (const language of LANGUAGES) {
    const texts = catalogue(language);
    const { summary } = parts({ ...NOTHING, health: { ...health, actors: {} } }, texts.page);
    const page = summary?.map(({ html }) => html).join() ?? "";
    for (const { said } of notes) assert.ok(page.includes(reasonText(said ?? "", texts)), language);
    const actors = [{ name: "web", status: "backoff", restarts: 1, lastError: "Port is taken" }];
    const notice = { type: "health" as const, ...health, actors };
    const message = render(notice, { texts, mode: "dry", nowMs: NOW_MS });
    assert.ok(message.includes(reasonText(letters.said ?? "", texts)), language);
    assert.ok(message.includes(`<b>web</b>: ${texts.states.backoff} – Port is taken`));
    assert.ok(!message.includes(reasonText(web.said ?? "", texts)), language);
  }
});

Deno.test("a state within a reason is named; one that is not known stays as it is", () => {
  const texts = catalogue("de");
  const of = (state: string) => reason("breaker-is", { breaker: "offers", state });
  assert.equal(reasonText(of("half-open"), texts), "Schutzschalter offers: halb offen");
  assert.equal(reasonText(of("toString"), texts), "Schutzschalter offers: toString");
  for (const state of ["half-open", "toString"]) {
    assert.equal(reasonOf(of(state), "", texts.page), reasonText(of(state), texts));
  }
});

Deno.test("nouns on the page take the form of their number", () => {
  const shown = (total: number) => {
    const scans = [scanRow({ processed: total, total, accepted: 1, status: "completed" })];
    const [piece] = parts({ ...NOTHING, scans }, catalogue("ru").page).scans ?? [];
    return plain(piece?.html ?? "").replaceAll(/<[^>]*>/g, "");
  };
  assert.match(shown(1), /1 \/ 1 лот · 1 находка/);
  assert.match(shown(22), /22 \/ 22 лота/);
  assert.match(shown(25), /25 \/ 25 лотов/);
});

Deno.test("what another version said stays readable", () => {
  const texts = catalogue("de");
  assert.equal(reasonText("5 spikes among the sales", texts), "5 spikes among the sales");
  assert.equal(reasonText({ code: "toString", values: {} }, texts), "toString");
  const newer = { code: "full-moon", values: {} };
  assert.equal(reasonOf(newer, "The moon is full", texts.page), "The moon is full");
  assert.equal(reasonOf(undefined, "Gone", texts.page), "Gone");
  const bare = { code: "gone", values: null };
  assert.equal(
    reasonOf(bare, "Gone", texts.page),
    "Stand beim Abruf des Titels nicht mehr zu  zum Verkauf",
  );
});

Deno.test("the English of pages is that of logs, but for how units are written", () => {
  for (const code of CODES.filter((one) => placesOf(REASONS[one]).length === 0)) {
    const said = reason(code as "unread", {});
    assert.equal(reasonText(said, catalogue("en")), inEnglish(said));
  }
});
