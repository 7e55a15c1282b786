import assert from "node:assert/strict";
import { FILTER_FIELDS, plainWords } from "@/core/domain/filters/fields.ts";
import { type GameFilter, parseFilter } from "@/core/domain/filters/filter.ts";
import { matchFilter } from "@/core/domain/filters/match.ts";
import { joinTraits, traitsOfOffer } from "@/core/domain/filters/traits.ts";
import { type GameId, GAMES } from "@/core/domain/market.ts";
import { offer } from "@/tests/core/domain/builders.ts";

function parsed(game: GameId, input: Record<string, unknown>): GameFilter {
  const result = parseFilter(game, input);
  assert.ok(result.ok, JSON.stringify(result));
  return result.filter;
}

function problem(game: GameId, input: Record<string, unknown>) {
  const result = parseFilter(game, input);
  assert.ok(!result.ok);
  assert.equal(result.problems.length, 1);
  return result.problems[0] ?? assert.fail();
}

Deno.test("a filter that does not exist is refused with the ones that do", () => {
  const { field, message, allowed } = problem("9a92", { floatPart: "FN-0" });
  assert.equal(field, "floatPart");
  assert.equal(
    message,
    `Filter "floatPart" is no filter of Dota 2: one of hero, rarity, quality, gems`,
  );
  assert.deepEqual(allowed, ["hero", "rarity", "quality", "gems"]);
  for (const name of ["__proto__x", "constructor", "toString"]) problem("rust", { [name]: 1 });
});

Deno.test("every filter of every game refuses a value of a wrong kind and names it", () => {
  for (const game of GAMES) {
    for (const field of Object.keys(FILTER_FIELDS[game])) {
      for (const value of [null, {}, -1, [], 1.5, "", Number.NaN, "a".repeat(101)]) {
        const said = problem(game, { [field]: value });
        assert.match(said.message, new RegExp(`^Filter ${field} cannot be `));
        assert.equal(said.field, field);
      }
    }
  }
});

Deno.test("a value outside its list is refused by name with the list", () => {
  const { message, value, allowed } = problem("a8db", { exterior: ["field-tested", "shiny"] });
  assert.equal(value, `"shiny"`);
  assert.match(message, /cannot be "shiny".*factory-new, minimal-wear/);
  assert.equal(allowed.length, 6);
  assert.match(problem("a8db", { pattern: 1_001 }).message, /from 0 to 1000/);
  assert.deepEqual(problem("tf2", { craftable: "maybe" }).allowed, ["yes", "no"]);
});

Deno.test("all problems of a filter are told at once", () => {
  const result = parseFilter("a8db", { phase: "phase-9", floatPart: "FN-7", statTrak: true });
  assert.deepEqual(!result.ok && result.problems.map(({ field }) => field), ["phase", "floatPart"]);
});

Deno.test("words are taken as people write them", () => {
  const { wants } = parsed("a8db", {
    exterior: ["Field-Tested", "factory new", "FACTORY_NEW"],
    floatPart: "FT-2",
    pattern: ["661", 387, 661],
    statTrak: "yes",
    category: "Rifle/AK-47",
    stickers: "Crown (Foil)",
  });
  assert.deepEqual(wants, {
    exterior: ["field-tested", "factory-new"],
    floatPart: ["ft-2"],
    pattern: [661, 387],
    statTrak: true,
    category: ["rifle/ak-47"],
    stickers: ["crown (foil)"],
  });
  assert.deepEqual(parseFilter("a8db", { ...wants }), {
    ok: true,
    filter: { game: "a8db", wants },
  }, "What was parsed parses to itself");
  assert.equal(plainWords("Collector’s"), "collectors");
});

Deno.test("every field has to be met by any of its values", () => {
  const filter = parsed("a8db", { floatPart: ["FT-0", "FT-2"], pattern: 412, statTrak: false });
  const traits = traitsOfOffer(offer());
  assert.deepEqual(matchFilter(filter, traits), { passes: true, reason: null });
  const other = matchFilter(filter, { ...traits, floatPart: ["FT-1"] });
  assert.deepEqual(other, {
    passes: false,
    reason: "The floatPart is FT-1, and ft-0 or ft-2 is asked for",
  });
  assert.ok(!matchFilter(filter, { ...traits, statTrak: true }).passes);
  assert.ok(!matchFilter(filter, { ...traits, pattern: 4 }).passes);
});

Deno.test("what the market did not say passes no filter, and an empty filter passes all", () => {
  const { passes, reason } = matchFilter(
    parsed("a8db", { stickers: "Crown (Foil)" }),
    traitsOfOffer(offer()),
  );
  assert.ok(!passes);
  assert.match(reason ?? "", /does not say the stickers/);
  for (const game of GAMES) assert.ok(matchFilter(parsed(game, {}), {}).passes);
});

Deno.test("a category holds what lies below it and nothing that merely begins like it", () => {
  const filter = parsed("rust", { type: "weapon" });
  assert.ok(matchFilter(filter, { type: ["weapon/rifle"] }).passes);
  assert.ok(!matchFilter(filter, { type: ["weapons"] }).passes);
});

Deno.test("titles tell exterior, StatTrak, Souvenir, quality and what cannot be crafted", () => {
  const of = (game: GameId, title: string) => traitsOfOffer(offer({ game, title }));
  const knife = of("a8db", "★ StatTrak™ Bayonet | Doppler (Factory New)");
  assert.equal(knife.statTrak, true);
  assert.deepEqual(knife.exterior, ["Factory New"]);
  assert.equal(of("a8db", "Souvenir AWP | Dragon Lore (Field-Tested)").souvenir, true);
  assert.equal(of("a8db", "Sticker | Titan (Foil)").exterior, null);
  assert.deepEqual(of("9a92", "Inscribed Fractal Horns").quality, ["inscribed"]);
  assert.equal(of("9a92", "Fractal Horns").quality, null);
  assert.deepEqual(of("tf2", "Non-Craftable Strange Rocket Launcher"), {
    quality: ["strange"],
    craftable: false,
  });
  assert.equal(of("tf2", "Rocket Launcher").craftable, null);
});

Deno.test("attributes speak before the title, and their silence leaves it standing", () => {
  assert.deepEqual(joinTraits({ a: ["x"], b: true }, { a: ["y"], b: null, c: undefined }), {
    a: ["y"],
    b: true,
  });
});
