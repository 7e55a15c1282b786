import assert from "node:assert/strict";
import { GUARDS } from "@/core/domain/opportunity.ts";
import { judgeCommand, type Judged, judgeScenario } from "./cli.ts";
import type { TitleVerdict } from "./score.ts";
import { EXPECTED, smallMarket } from "./small_market.ts";

const FIXTURES = new URL("../fixtures/dmarket/", import.meta.url);

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly complaint: string;
}

async function run(args: readonly string[], content: string): Promise<Ran> {
  const out: string[] = [];
  const complaints: string[] = [];
  const code = await judgeCommand(args, {
    readTextFile: () => Promise.resolve(content),
    print: (text) => out.push(text),
    complain: (text) => complaints.push(text),
  });
  return { code, out: out.join(""), complaint: complaints.join("") };
}

async function recorded(name: string): Promise<Judged> {
  return await judgeScenario(JSON.parse(await Deno.readTextFile(new URL(name, FIXTURES))));
}

Deno.test("scan:judge gives each title of a scenario its verdict and its reasons", async () => {
  const { report: { titles } } = await judgeScenario(smallMarket());
  const verdicts = titles.map(({ title, verdict, kinds }) => [title, [verdict, ...kinds]]);
  assert.deepEqual(Object.fromEntries(verdicts), EXPECTED);
  assert.ok(titles.every(({ reasons }) => reasons.length > 0 && reasons.every((r) => r !== "")));
});

Deno.test("scan:judge holds its verdicts against the truth of the scenario", async () => {
  const { report: { precision, recall, byKind } } = await judgeScenario(smallMarket());
  assert.deepEqual([precision, recall], [1, 1]);
  assert.deepEqual([byKind.quick.truePositives, byKind.list.truePositives], [2, 2]);
});

Deno.test("scan:judge says of a title what its cheapest unlocked listing is worth", async () => {
  const { report } = await judgeScenario(smallMarket());
  const ownFloat = report.titles.find(({ title }) => title === "Bid for a dearer float");
  assert.deepEqual([ownFloat?.verdict, ownFloat?.kinds], ["refused", []]);
  const behindLock = report.titles.find(({ title }) => title === "Locked, then a rich bid");
  assert.deepEqual([behindLock?.verdict, behindLock?.kinds], ["accepted", ["quick"]]);
});

Deno.test("scan:judge counts what it accepted wrongly and what it missed", async () => {
  const scenario = JSON.parse(JSON.stringify(smallMarket()));
  const titles: { title: string; truth: Record<string, boolean> }[] = scenario.games.a8db.titles;
  for (const { title, truth } of titles) {
    if (title === "Fair resale") truth.list = false;
    if (title === "Never sold") truth.list = true;
    if (title.endsWith("ich bid")) delete truth.quick;
  }
  const { report: { byKind, precision, recall, contradictions } } = await judgeScenario(scenario);
  assert.deepEqual(
    contradictions.map(({ title, kind, verdict }) => [title, kind, verdict]),
    [["Fair resale", "list", "accepted"], ["Never sold", "list", "missed"]],
  );
  const { falsePositives, falseNegatives } = byKind.list;
  assert.deepEqual([falsePositives, falseNegatives, precision, recall], [1, 1, 0.5, 0.5]);
});

Deno.test("scan:judge prints one JSON object, or tables", async () => {
  const content = JSON.stringify(smallMarket());
  const json = await run(["--scenario", "small.json", "--json"], content);
  assert.equal(json.code, 0);
  const report = JSON.parse(json.out);
  assert.deepEqual(Object.keys(report), ["titles", "guards", "precision", "recall"]);
  assert.deepEqual(Object.keys(report.titles[0]), ["game", "title", "verdict", "kinds", "reasons"]);
  assert.deepEqual(Object.keys(report.guards), [...GUARDS]);
  const text = await run(["--scenario", "small.json"], content);
  assert.match(text.out, /a8db Fair resale \(list\): min-roi: Listed at \$11\.42/);
});

/** Three listings at this price and up, of which `odd` say something that nobody understands. */
function oddTitle(title: string, cents: number, odd: number): object {
  const offers = [0, 1, 2].map((i) => ({
    offerId: `${title} ${i}`,
    priceCents: cents + i,
    attributes: i < odd ? { tradeLockDuration: "2 days" } : {},
  }));
  return { title, offers, truth: { quick: true } };
}

Deno.test("scan:judge leaves unverified what nobody can read, and judges the rest", async () => {
  const scenario = smallMarket() as { games: { a8db: { titles: object[] } } };
  scenario.games.a8db.titles.push(oddTitle("Cheapest odd", 60, 1), oddTitle("All odd", 90_000, 3));
  const { code, out } = await run(["--scenario", "odd.json", "--json"], JSON.stringify(scenario));
  assert.equal(code, 0);
  const { titles } = JSON.parse(out) as { titles: readonly TitleVerdict[] };
  const [one, all] = titles.slice(-2);
  assert.deepEqual([one?.verdict, all?.verdict], ["unverified", "unverified"]);
  assert.match(one?.reasons[0] ?? "", /tradeLockDuration: Must be a duration/);
  assert.match(all?.reasons[0] ?? "", /3 of 3 rows were refused/);
  const others = titles.slice(0, -2).map((
    { title, verdict, kinds },
  ) => [title, [verdict, ...kinds]]);
  assert.deepEqual(Object.fromEntries(others), EXPECTED);
});

Deno.test("scan:judge does not take what its scan could not reach for unlisted", async () => {
  const crowd = Array.from(
    { length: 10_200 },
    (_, i) => ({ offerId: `a ${i}`, priceCents: 1_000 }),
  );
  const titles = [{ title: "A crowd", offers: crowd }, oddTitle("Z behind it", 1_000, 0)];
  const scenario = { format: "marketd-scenario/1", games: { a8db: { titles } } };
  const { report } = await judgeScenario(scenario);
  assert.deepEqual(report.titles[1]?.verdict, "unverified");
  assert.match(report.titles[1]?.reasons[0] ?? "", /not all listings at \$10\.00 were reached/);
});

Deno.test("scan:judge shows what every guard says of every listing", async () => {
  const content = JSON.stringify(smallMarket());
  const json = await run(["--scenario", "small.json", "--json", "--matrix"], content);
  const { rows } = JSON.parse(json.out);
  assert.equal(rows.length, 29);
  const joke = rows.find(({ offerId }: { offerId: string }) => offerId === "Joke-0");
  assert.deepEqual(Object.keys(joke.outcomes), [...GUARDS]);
  assert.deepEqual([joke.outcomes["joke-price"], joke.outcomes["trade-lock"]], ["fail", "pass"]);
  const text = await run(["--scenario", "small.json", "--matrix"], content);
  assert.match(text.out, /^29 listings, 7 accepted\./);
  assert.match(text.out, /\| trade-lock \| 28 \| 1 \| 0 \|/);
});

Deno.test("scan:judge says where a file is wrong, and exits with 2", async () => {
  const scenario = JSON.parse(JSON.stringify(smallMarket()));
  scenario.games.a8db.titles[1].offers[0].priceCents = "10.50";
  const bad = await run(["--scenario", "bad.json"], JSON.stringify(scenario));
  assert.equal(bad.code, 2);
  assert.match(bad.complaint, /titles\[?\.?1\]?\.offers\[?\.?0\]?\.priceCents/);
  assert.equal((await run(["--scenario", "bad.json"], "{")).code, 2);
  const unreadable = await judgeCommand(["--scenario", "/"], {
    readTextFile: Deno.readTextFile,
    print: () => {},
    complain: () => {},
  });
  assert.equal(unreadable, 2);
  assert.equal((await run([], "")).code, 2);
  assert.equal((await run(["--scenery", "x"], "")).code, 2);
  assert.equal((await run(["--help"], "")).code, 0);
});

for (
  const [name, offers, naive] of [
    ["recorded-2022-01-23.json", 100, 100],
    ["recorded-2026-01-17-200.json", 200, 68],
    ["recorded-2026-01-17-400.json", 400, 134],
  ] as const
) {
  Deno.test(`scan:judge accepts nothing of ${name}, which holds neither bids nor sales`, async () => {
    const { report, rows } = await recorded(name);
    const { titles, candidates, matrix, guards, precision, recall } = report;
    assert.deepEqual([candidates, rows.length], [offers, offers]);
    assert.equal(rows.filter((row) => row.naive === "flagged").length, naive);
    assert.deepEqual(titles.filter(({ verdict }) => verdict !== "refused"), []);
    for (const { pass, fail, unknown } of Object.values(matrix)) {
      assert.equal(pass + fail + unknown, offers, "Every guard is asked about every listing");
    }
    assert.deepEqual([guards["no-sales"], guards["min-roi"]], [offers, offers]);
    assert.deepEqual([precision, recall], [null, null]);
  });
}

Deno.test("scan:judge fails the traps of the recordings by their own guards", async () => {
  const { report: locked } = await recorded("recorded-2022-01-23.json");
  assert.equal(locked.guards["trade-lock"], 100);
  const { report: absurd } = await recorded("recorded-2026-01-17-200.json");
  assert.deepEqual(
    [absurd.guards["joke-price"], absurd.guards.unpriced, absurd.guards["trade-lock"]],
    [82, 14, 30],
  );
  const { report: more } = await recorded("recorded-2026-01-17-400.json");
  assert.deepEqual([more.guards["joke-price"], more.guards.unpriced], [98, 45]);
});
