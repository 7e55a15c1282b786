import assert from "node:assert/strict";
import { fields, problemText, wanted, wantsText } from "@/bot/dashboard/page/filter.js";
import { catalogue, LANGUAGES } from "@/bot/texts/mod.ts";
import { FILTER_FIELDS } from "@/core/domain/filters/fields.ts";
import { parseFilter } from "@/core/domain/filters/filter.ts";
import { GAMES } from "@/core/domain/market.ts";
import { speak } from "@/bot/dashboard/page/html.js";

const { page: TEXTS } = catalogue("en");
const CS2 = {
  game: "a8db",
  wants: { exterior: ["field-tested"], statTrak: true, pattern: [661, 670] },
  fields: FILTER_FIELDS.a8db,
};

function formOf(entries: readonly (readonly [string, string])[]): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

Deno.test("a filter's form has a field for everything the game can want", () => {
  for (const game of GAMES) {
    const html = fields({ game, wants: {}, fields: FILTER_FIELDS[game] }, TEXTS);
    for (const name of Object.keys(FILTER_FIELDS[game])) {
      assert.ok(html.includes(`<legend>${name}</legend>`) && html.includes(`name="${name}"`), name);
    }
    assert.doesNotMatch(html.replaceAll(/value="" checked>/g, ""), / checked/);
  }
});

Deno.test("a filter's form shows what is wanted", () => {
  const html = fields(CS2, TEXTS);
  assert.deepEqual([...html.matchAll(/value="([^"]*)" checked/g)].map(([, value]) => value), [
    "field-tested",
    "yes",
    "",
  ]);
  assert.match(html, /name="pattern" value="661, 670" placeholder="0 … /);
});

Deno.test("a wanted name cannot leave its field", () => {
  const html = fields({ ...CS2, wants: { stickers: [`"><script>`] } }, TEXTS);
  assert.match(html, /value="&quot;&gt;&lt;script&gt;"/);
});

Deno.test("what the form says is what a filter takes", () => {
  const form = formOf([
    ["game", "a8db"],
    ["level", "standard"],
    ["exterior", "field-tested"],
    ["exterior", "minimal-wear"],
    ["statTrak", "yes"],
    ["souvenir", ""],
    ["pattern", "661, 670,"],
    ["stickers", " crown (foil) , "],
    ["category", ""],
  ]);
  const read = parseFilter("a8db", wanted(form));
  assert.ok(read.ok);
  assert.deepEqual(read.filter.wants, {
    exterior: ["field-tested", "minimal-wear"],
    statTrak: true,
    pattern: [661, 670],
    stickers: ["crown (foil)"],
  });
});

Deno.test("a filter is one line in the reader's language", () => {
  assert.equal(
    wantsText(CS2.wants, TEXTS),
    "exterior field-tested; statTrak yes; pattern 661 or 670",
  );
  assert.equal(
    wantsText(CS2.wants, catalogue("de").page),
    "exterior field-tested; statTrak ja; pattern 661 oder 670",
  );
  assert.equal(wantsText({}, TEXTS), "no filter, every offer counts");
});

Deno.test("a refused value is named with its rule in every language", () => {
  const read = parseFilter("a8db", {
    exterior: "shiny",
    pattern: "1001",
    hat: "red",
    statTrak: "x",
  });
  assert.ok(!read.ok);
  for (const language of LANGUAGES) {
    const { page } = catalogue(language);
    speak(page.locale);
    for (const problem of read.problems) {
      const text = problemText(problem, CS2, page);
      assert.ok(text.includes(problem.field), text);
      assert.doesNotMatch(text, /[{}]|undefined/);
    }
  }
  const [exterior] = read.problems;
  assert.ok(exterior);
  assert.match(
    problemText(exterior, CS2, TEXTS),
    /^exterior cannot be "shiny": it takes factory-new, .* or not-painted$/,
  );
});
