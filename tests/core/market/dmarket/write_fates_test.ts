/** Looking up what became of targets and listings, on the simulated market and by its rules alone. */

import assert from "node:assert/strict";
import { systemClock } from "@/core/kernel/clock.ts";
import { buyOffersBody } from "@/core/market/dmarket/buying.ts";
import {
  listingOf,
  type ListingsView,
  repricingOf,
  viewListings,
  withdrawalOf,
} from "@/core/market/dmarket/listing_fate.ts";
import { OPERATIONS, type WriteName } from "@/core/market/dmarket/operations.ts";
import {
  createOffersBody,
  deleteOffersBody,
  updateOffersBody,
} from "@/core/market/dmarket/own_offers.ts";
import { createTargetsBody, deleteTargetsBody } from "@/core/market/dmarket/own_targets.ts";
import { NO_LIMITS, type Simulator, startSimulator } from "@/core/market/dmarket/sim/server.ts";
import {
  creationOf,
  deletionOf,
  type TargetsView,
  viewTargets,
} from "@/core/market/dmarket/target_fate.ts";
import { demoClient } from "./demo_client.ts";
import { NOW_MS, SetClock } from "./sim/stage.ts";
import { SignedClient } from "./sim/signed_client.ts";

const LOCK_MS = 900_000;
const ABOUT = { game: "a8db", title: "T", sinceMs: NOW_MS } as const;
const ANY = { floatPart: null, phase: null, paintSeed: null };
const WISH = { title: "T", priceCents: 300, amount: 2, wants: { ...ANY, floatPart: "FT-0" } };
const ASSET = "asset-1";

interface Stage {
  readonly simulator: Simulator;
  readonly clock: SetClock;
  readonly targets: () => Promise<TargetsView>;
  readonly listings: () => Promise<ListingsView>;
  readonly write: (name: WriteName, body: string) => Promise<unknown>;
  /** The write is carried out, and its answer lost. */
  readonly lose: (name: WriteName, body: string) => Promise<void>;
  /** The write never arrives. */
  readonly stop: (name: WriteName, body: string) => Promise<void>;
}

const ROUTES: Readonly<Partial<Record<WriteName, string>>> = {
  createTargets: "targets-create",
  deleteTargets: "targets-delete",
  batchCreateOffers: "offers-create",
  batchUpdateOffers: "offers-update",
  batchDeleteOffers: "offers-delete",
};

/** A market with one title, of which the account has bought one asset. */
async function staged(use: (stage: Stage) => Promise<void>): Promise<void> {
  const clock = new SetClock();
  const offers = [1, 2].map((i) => ({
    offerId: `offer-${i}`,
    priceCents: 400,
    attributes: { id: `asset-${i}` },
  }));
  const scenario = {
    format: "marketd-scenario/1",
    games: { a8db: { titles: [{ title: "T", offers }] } },
  };
  const simulator = await startSimulator({ clock, scenario, limits: NO_LIMITS });
  const { client: { account }, dateS } = await demoClient(simulator.url, clock);
  const writer = new SignedClient(simulator.url);
  const write = async (name: WriteName, body: string) => {
    const { method, path } = OPERATIONS[name];
    return await writer.send(method, path, { body: JSON.parse(body), dateS: dateS() });
  };
  const spoiled = (when: "before" | "after") => async (name: WriteName, body: string) => {
    const route = ROUTES[name] ?? "";
    simulator.faults.add({ route, kind: "status", when, times: 1 });
    assert.equal((await write(name, body) as { status: number }).status, 500);
  };
  try {
    await write("buyOffers", buyOffersBody([{ offerId: "offer-1", priceCents: 400 }]));
    await use({
      simulator,
      clock,
      targets: () => viewTargets(account, ABOUT, call()),
      listings: () => viewListings(account, ABOUT, call()),
      write,
      lose: spoiled("after"),
      stop: spoiled("before"),
    });
  } finally {
    await simulator.stop();
  }
}

function call() {
  return {
    signal: new AbortController().signal,
    deadlineAtMs: systemClock.monotonic() + 20_000,
  };
}

/** Someone of the crowd sells one asset into our target. */
function sellInto({ simulator: { market, ledger }, clock }: Stage): void {
  const book = market.title("a8db", "T");
  const bid = book?.bids.find(({ own }) => own);
  assert.ok(book !== undefined && bid !== undefined);
  const nowS = Math.floor(clock.nowMs / 1_000);
  assert.ok(ledger.filled(book, bid, nowS));
}

/** Someone of the crowd takes our listing. */
function takeListing({ simulator: { market, ledger }, clock }: Stage, offerId: string): void {
  const row = market.rowOf(offerId);
  assert.ok(row !== null);
  ledger.listings.sold(row, Math.floor(clock.nowMs / 1_000));
}

Deno.test("a target whose creation got no answer is found by what it asks for", () =>
  staged(async (stage) => {
    await stage.write("createTargets", createTargetsBody("a8db", [{ ...WISH, wants: ANY }]));
    const before = await stage.targets();
    assert.equal(before.standing.length, 1);
    const body = createTargetsBody("a8db", [WISH]);
    await stage.stop("createTargets", body);
    assert.deepEqual(creationOf(WISH, before, await stage.targets()), { fate: "not-created" });
    await stage.lose("createTargets", body);
    const created = creationOf(WISH, before, await stage.targets());
    assert.ok(created.fate === "created");
    assert.notEqual(created.targetId, before.standing[0]?.targetId);
  }));

Deno.test("a target that was filled before anyone looked is found by what it bought", () =>
  staged(async (stage) => {
    const wish = { ...WISH, wants: ANY };
    const before = await stage.targets();
    await stage.lose("createTargets", createTargetsBody("a8db", [wish]));
    sellInto(stage);
    const half = creationOf(wish, before, await stage.targets());
    assert.equal(half.fate, "created", "One of two is bought, and it still stands");
    sellInto(stage);
    const whole = creationOf(wish, before, await stage.targets());
    assert.equal(whole.fate, "filled");
    assert.deepEqual({ ...whole, fate: "created" }, half);
  }));

Deno.test("a target whose deletion got no answer stands, is gone, or has bought first", () =>
  staged(async (stage) => {
    const wish = { ...WISH, wants: ANY };
    const none = await stage.targets();
    await stage.write("createTargets", createTargetsBody("a8db", [wish, { ...wish, amount: 1 }]));
    const { standing } = await stage.targets();
    const [first, second] = standing.map(({ targetId }) => targetId);
    assert.ok(first !== undefined && second !== undefined);
    await stage.stop("deleteTargets", deleteTargetsBody([first]));
    assert.equal(deletionOf(first, await stage.targets()), "standing");
    const filledFirst = stage.simulator.market.title("a8db", "T")?.bids.find(({ own }) => own)
      ?.targetId;
    sellInto(stage);
    for (const targetId of [first, second]) {
      await stage.lose("deleteTargets", deleteTargetsBody([targetId]));
      const fate = deletionOf(targetId, await stage.targets());
      assert.equal(fate, targetId === filledFirst ? "filled" : "deleted");
    }
    assert.deepEqual((await stage.targets()).standing, none.standing);
  }));

Deno.test("a listing whose creation got no answer is found, standing or sold", () =>
  staged(async (stage) => {
    const wish = { assetId: ASSET, priceCents: 700 };
    const before = await stage.listings();
    assert.deepEqual(before, { standing: [], sold: [] });
    const body = createOffersBody([wish]);
    await stage.stop("batchCreateOffers", body);
    assert.deepEqual(listingOf(wish, before, await stage.listings()), { fate: "not-listed" });
    await stage.lose("batchCreateOffers", body);
    const listed = listingOf(wish, before, await stage.listings());
    assert.ok(listed.fate === "listed");
    takeListing(stage, listed.offerId);
    assert.deepEqual(listingOf(wish, before, await stage.listings()), { fate: "sold" });
  }));

Deno.test("a listing whose new price got no answer is found under its new id", () =>
  staged(async (stage) => {
    await stage.write("batchCreateOffers", createOffersBody([{ assetId: ASSET, priceCents: 700 }]));
    stage.clock.nowMs += LOCK_MS;
    const before = await stage.listings();
    const offerId = before.standing[0]?.offerId ?? "";
    const wish = { offerId, assetId: ASSET, priceCents: 650 };
    const fate = async () => repricingOf(wish, before, await stage.listings());
    const body = updateOffersBody([wish]);
    await stage.stop("batchUpdateOffers", body);
    assert.deepEqual(await fate(), { fate: "not-repriced" });
    await stage.lose("batchUpdateOffers", body);
    const repriced = await fate();
    assert.ok(repriced.fate === "repriced");
    assert.notEqual(repriced.offerId, offerId);
    takeListing(stage, repriced.offerId);
    assert.deepEqual(await fate(), { fate: "sold" });
  }));

Deno.test("a listing whose withdrawal got no answer stands, is back, or was sold first", () =>
  staged(async (stage) => {
    const list = async () => {
      const body = createOffersBody([{ assetId: ASSET, priceCents: 700 }]);
      await stage.write("batchCreateOffers", body);
      stage.clock.nowMs += LOCK_MS;
      const offerId = (await stage.listings()).standing[0]?.offerId ?? "";
      return { offerId, assetId: ASSET };
    };
    const first = await list();
    await stage.stop("batchDeleteOffers", deleteOffersBody([first.offerId]));
    assert.equal(withdrawalOf(first, await stage.listings()), "standing");
    const reprice = { ...first, priceCents: 650 };
    const before = await stage.listings();
    await stage.lose("batchDeleteOffers", deleteOffersBody([first.offerId]));
    assert.equal(withdrawalOf(first, await stage.listings()), "withdrawn");
    assert.deepEqual(repricingOf(reprice, before, await stage.listings()), { fate: "gone" });
    const second = await list();
    takeListing(stage, second.offerId);
    assert.equal(withdrawalOf(second, await stage.listings()), "sold");
  }));
