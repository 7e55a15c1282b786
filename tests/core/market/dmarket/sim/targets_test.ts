import assert from "node:assert/strict";
import { assertDocumented, assertShape } from "./contract.ts";
import { plainMarket, query, type Staged, staged } from "./stage.ts";

const CREATE = "/marketplace-api/v1/user-targets/create";
const DELETE = "/marketplace-api/v1/user-targets/delete";
const LIST = "/marketplace-api/v2/user/targets?gameId=a8db&limit=100";
const CLOSED = "/marketplace-api/v1/user-targets/closed";

interface Wanted {
  readonly title: string;
  readonly dollars: number;
  readonly amount?: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

function target({ title, dollars, amount = "1", attrs = {} }: Wanted) {
  return {
    Amount: amount,
    Price: { Currency: "USD", Amount: dollars },
    Title: title,
    Attrs: attrs,
  };
}

async function created({ post }: Staged, ...wanted: Wanted[]) {
  const { json } = await post(CREATE, { GameID: "a8db", Targets: wanted.map(target) });
  return json.Result as {
    readonly TargetID: string;
    readonly Successful: boolean;
    readonly Error: { readonly Code: string; readonly Message: string } | null;
    readonly CreateTarget: unknown;
  }[];
}

/** An ordinary title, the busiest there is. */
function busyTitle({ simulator: { market } }: Staged): string {
  const [book] = market.game("a8db").titles
    .filter(({ aggregate, hidden }) => aggregate === null && (hidden?.fairCents ?? 0) < 5_000)
    .sort((a, b) => (b.hidden?.dumpsPerDay ?? 0) - (a.hidden?.dumpsPerDay ?? 0));
  assert.ok(book);
  return book.title;
}

Deno.test("a target is created in dollars and listed in cents, also in the public book", async () => {
  await staged({ market: plainMarket() }, async (stage) => {
    const title = busyTitle(stage);
    const attrs = { floatPartValue: "FT-0", phase: "", paintSeed: null };
    const [made] = await created(stage, { title, dollars: 10.29, amount: "2", attrs });
    assert.deepEqual([made?.Successful, made?.Error], [true, null]);
    assert.deepEqual(made?.CreateTarget, target({ title, dollars: 10.29, amount: "2", attrs }));
    const list = await stage.get(LIST);
    assertDocumented(list, "/marketplace-api/v2/user/targets");
    assertShape(list, "v2-user-targets");
    const { items, total } = list.json;
    assert.equal(total, "1");
    assert.deepEqual(
      [items[0].targetId, items[0].priceCents, items[0].amount, items[0].status],
      [made?.TargetID, "1029", "2", "TARGET_STATUS_ACTIVE"],
    );
    assert.deepEqual([items[0].attributes.cs2.floatPart, items[0].attributes.cs2.isAdvanced], [
      "FT-0",
      true,
    ]);
    const path = `/marketplace-api/v1/targets-by-title/a8db/${encodeURIComponent(title)}`;
    const { orders } = (await stage.get(path)).json;
    assert.ok(
      orders.some((row: { price: string; attributes: { floatPartValue: string } }) =>
        row.price === "1029" && row.attributes.floatPartValue === "FT-0"
      ),
    );
  });
});

Deno.test("one's own rows can be asked for by what they say beside the asset, others cannot", async () => {
  await staged({ market: plainMarket() }, async (stage) => {
    const title = busyTitle(stage);
    const attrs = { floatPartValue: "FT-0" };
    await created(stage, { title, dollars: 1, amount: "2" }, { title, dollars: 2, attrs });
    const prices = async (treeFilters: string) => {
      const { json } = await stage.get(`${LIST}&${query({ treeFilters, orderBy: "price" })}`);
      return json.items.map(({ priceCents }: { priceCents: string }) => priceCents);
    };
    assert.deepEqual(await prices("amount=2"), ["100"]);
    assert.deepEqual(await prices("isAdvanced=true"), ["200"]);
    assert.deepEqual(await prices("status=active,priceCents[]=100,priceCents[]=200"), [
      "100",
      "200",
    ]);
    assert.deepEqual(await prices("status=TARGET_STATUS_INACTIVE"), []);
    const inventory = "/marketplace-api/v2/user/inventory?gameId=a8db&limit=100&treeFilters=";
    assert.equal((await stage.get(`${inventory}inMarket=true`)).json.total, "0");
    assert.equal((await stage.get(`${inventory}inMarket=false`)).json.total, "3");
    const shop = "/marketplace-api/v2/offers?gameId=a8db&limit=1&treeFilters=inMarket=true";
    assert.equal((await stage.get(shop)).status, 400);
  });
});

Deno.test("each target stands or falls by itself", async () => {
  await staged({ balanceCents: 2_000 }, async (stage) => {
    const title = busyTitle(stage);
    const results = await created(
      stage,
      { title, dollars: 1 },
      { title, dollars: 800 },
      { title, dollars: 1.005 },
      { title: "No such title", dollars: 1 },
      { title, dollars: 1, amount: "101" },
      { title, dollars: 1, attrs: { floatPartValue: "XX-9" } },
      { title, dollars: -1 },
    );
    assert.deepEqual(results.map(({ Error }) => Error?.Code ?? "made"), [
      "made",
      "NotEnoughBalance",
      "InvalidAmount",
      "BadRequest",
      "BadRequest",
      "BadRequest",
      "BadRequest",
    ]);
    const many = Array.from({ length: 101 }, () => target({ title, dollars: 1 }));
    assert.equal((await stage.post(CREATE, { GameID: "a8db", Targets: many })).status, 400);
  });
});

Deno.test("a title with a bid that only the aggregate knows is closed to targets", async () => {
  await staged({ titles: 2_000 }, async (stage) => {
    const ghost = stage.simulator.market.game("a8db").titles
      .find(({ label }) => label === "ghost-bid");
    assert.ok(ghost);
    const [made] = await created(stage, { title: ghost.title, dollars: 0.5 });
    assert.equal(made?.Error?.Code, "OrderDisabled");
  });
});

Deno.test("a deleted target is gone from both lists; deleting it again fails alone", async () => {
  await staged({ market: plainMarket() }, async (stage) => {
    const title = busyTitle(stage);
    const [first, second] = await created(stage, { title, dollars: 1 }, { title, dollars: 2 });
    const remove = async (...ids: (string | undefined)[]) =>
      (await stage.post(DELETE, { Targets: ids.map((TargetID) => ({ TargetID })) })).json.Result;
    const [gone] = await remove(first?.TargetID);
    assert.deepEqual([gone.Successful, gone.Error], [true, null]);
    const results = await remove(first?.TargetID, second?.TargetID);
    assert.deepEqual(results.map((row: { Successful: boolean }) => row.Successful), [false, true]);
    assert.equal((await stage.get(LIST)).json.total, "0");
    const bids = stage.simulator.market.title("a8db", title)?.bids ?? [];
    assert.ok(bids.every(({ own }) => !own));
  });
});

Deno.test("the crowd fills our target; the closed list repeats its cursor, as live", async () => {
  await staged({ market: plainMarket(), speed: 1 }, async (stage) => {
    const title = busyTitle(stage);
    const fair = stage.simulator.market.title("a8db", title)?.hidden?.fairCents ?? 0;
    const dollars = Math.floor(fair * 1.2) / 100;
    await created(stage, { title, dollars, amount: "2" });
    const closed = async () => (await stage.get(`${CLOSED}?Limit=1`)).json;
    for (let hour = 0; hour < 200 && (await closed()).Total !== "2"; hour++) {
      stage.clock.nowMs += 3_600_000;
    }
    const answer = await stage.get(`${CLOSED}?Limit=1`);
    assertDocumented(answer, CLOSED);
    assertShape(answer, "v1-closed-targets");
    const page = answer.json;
    assert.equal(page.Total, "2");
    const [trade] = page.Trades;
    assert.deepEqual(
      [trade.Price.Amount, trade.Title, trade.Status],
      [dollars, title, "trade_protected"],
    );
    const next = (await stage.get(`${CLOSED}?${query({ Limit: 1, Cursor: page.Cursor })}`)).json;
    assert.deepEqual([next.Cursor, next.Trades], [page.Cursor, page.Trades]);
    assert.equal((await stage.get(LIST)).json.total, "0");
    const balance = Number((await stage.get("/account/v1/balance")).json.usd);
    assert.equal(balance, 100_000 - 2 * Math.round(dollars * 100));
    const inventory = "/marketplace-api/v2/user/inventory?gameId=a8db&limit=100";
    const { items } = (await stage.get(inventory)).json;
    assert.equal(items.filter((item: { inMarket: boolean }) => item.inMarket).length, 2);
  });
});

Deno.test("a target that the balance cannot pay for is inactive and stays unfilled", async () => {
  await staged({ market: plainMarket(), speed: 1, balanceCents: 5_000 }, async (stage) => {
    const title = busyTitle(stage);
    const fair = stage.simulator.market.title("a8db", title)?.hidden?.fairCents ?? 0;
    const dollars = Math.floor(Math.min(4_900, fair * 1.2)) / 100;
    await created(stage, { title, dollars, amount: "100" });
    for (let day = 0; day < 30; day++) {
      stage.clock.nowMs += 86_400_000;
      await stage.get("/account/v1/balance");
    }
    const { items } = (await stage.get(LIST)).json;
    assert.equal(items[0].status, "TARGET_STATUS_INACTIVE");
    const balance = Number((await stage.get("/account/v1/balance")).json.usd);
    assert.ok(balance >= 0 && balance < Math.round(dollars * 100), `balance ${balance}`);
  });
});
