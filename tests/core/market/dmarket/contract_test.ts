/**
 * Walks the 22 operations of the OpenAPI document: each can be asked as documented, and an answer
 * with every documented field in its documented type is understood to the last field.
 */

import assert from "node:assert/strict";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  depositAssetsBody,
  readDeposit,
  readWithdrawal,
  syncInventoryBody,
  withdrawAssetsBody,
} from "@/core/market/dmarket/asset_transfers.ts";
import { buyOffersBody, readPurchase } from "@/core/market/dmarket/buying.ts";
import type { DmarketClient } from "@/core/market/dmarket/client.ts";
import {
  OPERATIONS,
  READ_OPERATIONS,
  type ReadName,
  type WriteName,
} from "@/core/market/dmarket/operations.ts";
import {
  createOffersBody,
  deleteOffersBody,
  readOffersBatch,
  updateOffersBody,
} from "@/core/market/dmarket/own_offers.ts";
import {
  createTargetsBody,
  deleteTargetsBody,
  readCreatedTargets,
  readDeletedTargets,
} from "@/core/market/dmarket/own_targets.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { type Documented, documentedAnswer, documentOf } from "./documented.ts";
import { answerWith, CALL, clientFor, READS } from "./readings.ts";
import openapi from "@/tests/fixtures/dmarket/openapi-operations.json" with { type: "json" };

const ANY = { floatPart: null, phase: null, paintSeed: null };
interface WriteForm {
  readonly body: string;
  readonly read: (body: unknown, audit: WireAudit) => unknown;
}

const WRITES: Readonly<Record<WriteName, WriteForm>> = {
  buyOffers: { body: buyOffersBody([{ offerId: "id", priceCents: 4_999 }]), read: readPurchase },
  createTargets: {
    body: createTargetsBody("a8db", [{ title: "T", priceCents: 1_050, amount: 1, wants: ANY }]),
    read: (body, audit) => readCreatedTargets(body, 1, audit),
  },
  deleteTargets: {
    body: deleteTargetsBody(["id"]),
    read: (body, audit) => readDeletedTargets(body, 1, audit),
  },
  batchCreateOffers: {
    body: createOffersBody([{ assetId: "id", priceCents: 1_599 }]),
    read: readOffersBatch,
  },
  batchUpdateOffers: {
    body: updateOffersBody([{ offerId: "id", priceCents: 1_799 }]),
    read: readOffersBatch,
  },
  batchDeleteOffers: { body: deleteOffersBody(["id"]), read: readOffersBatch },
  syncInventory: { body: syncInventoryBody("a8db"), read: (body) => assert.deepEqual(body, {}) },
  depositAssets: { body: depositAssetsBody(["id"]), read: readDeposit },
  withdrawAssets: {
    body: withdrawAssetsBody([{ assetId: "id", game: "a8db", classId: "c" }], "r"),
    read: readWithdrawal,
  },
};

/** Paths of all fields of a body, `a[].b` for those inside lists. */
function pathsOf(value: unknown, at = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((element) => pathsOf(element, `${at}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return [path, ...pathsOf(inner, path)];
  });
}

const OWN = { game: "a8db", limit: 9 } as const;
type AskOwn = (client: DmarketClient, query: object) => Promise<unknown>;
/** Orders come from the document here, so that the types know none of them. */
const OWN_LISTS: Readonly<Record<string, AskOwn>> = {
  userInventory: ({ account }, query) => account.inventoryPage({ ...OWN, ...query }, CALL),
  userOffers: ({ account }, query) => account.offersPage({ ...OWN, ...query }, CALL),
  userTargets: ({ account }, query) => account.targetsPage({ ...OWN, ...query }, CALL),
};

function assertBody(text: string, document: Documented): void {
  const paths = pathsOf(JSON.parse(text));
  const known = document.request ?? {};
  for (const path of paths) assert.ok(path in known, `${document.path} does not know ${path}`);
  for (const path of Object.keys(known)) {
    const isElement = path.endsWith("[]");
    assert.ok(isElement || paths.includes(path), `${document.path} lacks ${path}`);
  }
}

/** Every documented parameter, optional ones included, is there with a documented value. */
function assertQuery(url: URL, document: Documented): void {
  const known = document.parameters.filter(({ in: place }) => place === "query");
  const sent = [...new Set(url.searchParams.keys())];
  assert.deepEqual(sent.toSorted(), known.map(({ name }) => name).toSorted(), document.path);
  for (const { name, enum: choices } of known) {
    const values = url.searchParams.getAll(name);
    for (const value of values) assert.ok(choices?.includes(value) ?? true, `${name}=${value}`);
  }
}

/** Documented fields without which an answer, or a row of it, is refused; no other is. */
const NEEDED: Readonly<Record<keyof typeof OPERATIONS, readonly string[]>> = {
  userProfile: [],
  balance: ["usd", "usdAvailableToWithdraw"],
  offers: ["items", "items[].attributes", "items[].offerId", "items[].priceCents"],
  aggregatedPrices: [
    "aggregatedPrices[].offerBestPrice.Currency",
    "aggregatedPrices[].orderBestPrice.Currency",
    "aggregatedPrices[].title",
  ],
  targetsByTitle: ["orders[].amount", "orders[].price"],
  lastSales: ["sales[].date", "sales[].price", "sales[].txOperationType"],
  customizedFees: [
    "defaultFee",
    "defaultFee.fraction",
    "reducedFees[].expiresAt",
    "reducedFees[].fraction",
    "reducedFees[].maxPrice",
    "reducedFees[].minPrice",
    "reducedFees[].title",
  ],
  userInventory: [
    "items",
    "items[].attributes",
    "items[].offerRecommendedPrice.amount",
    "items[].offerRecommendedPrice.currency",
    "items[].suggestedPrice.amount",
    "items[].suggestedPrice.currency",
  ],
  userOffers: ["items", "items[].attributes", "items[].offerId", "items[].priceCents"],
  closedOffers: [
    "Trades[].Fee.Amount.Amount",
    "Trades[].Fee.Amount.Currency",
    "Trades[].OfferClosedAt",
    "Trades[].Price",
    "Trades[].Price.Amount",
    "Trades[].Price.Currency",
    "Trades[].Status",
    "Trades[].Title",
  ],
  userTargets: [
    "items",
    "items[].amount",
    "items[].priceCents",
    "items[].targetId",
    "items[].title",
  ],
  closedTargets: [
    "Trades[].ClosedAt",
    "Trades[].Price",
    "Trades[].Price.Amount",
    "Trades[].Price.Currency",
    "Trades[].Status",
    "Trades[].Title",
  ],
  depositStatus: ["DepositID", "Status", "Assets[].DmarketAssetID", "Assets[].InGameAssetID"],
  buyOffers: ["status"],
  createTargets: ["Result", "Result[].TargetID"],
  deleteTargets: ["Result", "Result[].DeleteTarget", "Result[].DeleteTarget.TargetID"],
  batchCreateOffers: ["offers[].id", "failed[].code"],
  batchUpdateOffers: ["offers[].id", "failed[].code"],
  batchDeleteOffers: ["offers[].id", "failed[].code"],
  syncInventory: [],
  depositAssets: ["DepositID"],
  withdrawAssets: ["transferId"],
};

/** What reading `body` as the answer of an operation came to. */
interface Outcome {
  readonly unknownFields: Readonly<Record<string, number>>;
  readonly refusedRows: Readonly<Record<string, number>>;
  /** Why the whole answer or rows of it were refused. */
  readonly refusals: readonly string[];
}

async function outcomeOf(name: keyof typeof OPERATIONS, body: unknown): Promise<Outcome> {
  if (name in READS) {
    const client = clientFor(() => Response.json(body));
    const refusals = await refusalsOf(() => READS[name as ReadName](client));
    return { ...client.reading(), refusals };
  }
  const audit = new WireAudit();
  const refusals = await refusalsOf(() => WRITES[name as WriteName].read(body, audit));
  return { unknownFields: audit.unknownFields, refusedRows: audit.refusedRows, refusals };
}

async function refusalsOf(read: () => unknown): Promise<readonly string[]> {
  try {
    const answer = await read() as { readonly malformed?: readonly string[] } | null | undefined;
    return answer?.malformed ?? [];
  } catch (error) {
    assert.ok(error instanceof ActorError, String(error));
    return [error.message];
  }
}

Deno.test("every operation of the document is either read or written", () => {
  assert.deepEqual(Object.keys(READS).toSorted(), Object.keys(READ_OPERATIONS).toSorted());
  const all = [...Object.keys(READS), ...Object.keys(WRITES)];
  assert.deepEqual(all.toSorted(), Object.keys(OPERATIONS).toSorted());
  assert.equal(openapi.operations.length, all.length);
});

for (const [name, ask] of Object.entries(READS) as [ReadName, typeof READS[ReadName]][]) {
  Deno.test(`${name} is asked as documented, and its documented answer understood`, async () => {
    const document = documentOf(name);
    const sent: { url: URL; init: RequestInit }[] = [];
    const client = clientFor((url, init) => {
      sent.push({ url: new URL(url), init });
      return Response.json(documentedAnswer(document.response));
    });
    const answer = await ask(client);
    assert.equal(sent.length, 1);
    const [{ url, init } = { url: new URL("http://x"), init: {} }] = sent;
    assert.equal(init.method, document.method);
    assertQuery(url, document);
    if (document.request !== null) assertBody(String(init.body), document);
    const { unknownFields, refusedRows } = client.reading();
    assert.deepEqual(unknownFields, {});
    assert.deepEqual(refusedRows, {});
    const malformed = (answer as { malformed?: unknown }).malformed ?? [];
    assert.deepEqual(malformed, []);
  });
}

for (const [name, listed] of Object.entries(OWN_LISTS)) {
  Deno.test(`${name} can be asked in every documented order, and filtered or not`, async () => {
    const orders = documentOf(name as ReadName).parameters.find((one) => one.name === "orderBy");
    const sent: string[] = [];
    const client = clientFor((url) => {
      sent.push(url.split("?")[1] ?? "");
      return Response.json({ items: [] });
    });
    for (const orderBy of orders?.enum ?? []) await listed(client, { ...OWN, orderBy });
    assert.deepEqual(sent, orders?.enum?.map((one) => `gameId=a8db&orderBy=${one}&limit=9`));
    await listed(client, OWN);
    assert.equal(sent.at(-1), "gameId=a8db&limit=9");
  });
}

Deno.test("closed trades are asked for by the market's words for their states", async () => {
  const sent: URL[] = [];
  const client = clientFor((url) => {
    sent.push(new URL(url));
    return Response.json({ Trades: [], Cursor: "next" });
  });
  const statuses = ["successful", "reverted", "protected"] as const;
  const query = { fromMs: 1_999, toMs: 3_000, statuses, orderDir: "desc", limit: 7 } as const;
  const { cursor } = await client.account.closedOffers(query, CALL);
  assert.equal(cursor, "next");
  assert.equal(
    sent[0]?.search,
    "?Limit=7&OrderDir=desc&OfferClosed.From=1&OfferClosed.To=3" +
      "&Status=successful&Status=reverted&Status=trade_protected",
  );
});

for (const [name, form] of Object.entries(WRITES) as [WriteName, WriteForm][]) {
  Deno.test(`${name} is written as documented, and its documented answer understood`, () => {
    const document = documentOf(name);
    assertBody(form.body, document);
    const audit = new WireAudit();
    form.read(documentedAnswer(document.response), audit);
    assert.deepEqual(audit.unknownFields, {});
    assert.deepEqual(audit.refusedRows, {});
  });
}

for (const name of Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]) {
  const document = documentOf(name);
  const fields = Object.keys(document.response).filter((path) => !path.endsWith("[]"));

  Deno.test(`${name} is refused without a field it needs, by name, and without no other`, async () => {
    const needed: string[] = [];
    for (const path of fields) {
      const body = answerWith(document, path, (parent, field) => {
        delete parent[field];
      });
      const { refusals } = await outcomeOf(name, body);
      if (refusals.length === 0) continue;
      needed.push(path);
      // What is wrong with an amount of money is said of the money as a whole.
      const names = path.replaceAll("[]", "").split(".").slice(-2).join("|");
      assert.match(refusals.join(), new RegExp(`\\b(${names})\\b`), path);
    }
    assert.deepEqual(needed.toSorted(), NEEDED[name].toSorted());
  });

  Deno.test(`${name} counts a field nobody knows wherever the document says what there is`, async () => {
    for (const path of fields) {
      const body = answerWith(document, path, (parent) => {
        parent.newcomer = 1;
      });
      const { unknownFields } = await outcomeOf(name, body);
      const counted = Object.keys(unknownFields).filter((one) => one.endsWith(".newcomer"));
      assert.equal(counted.length, 1, `beside ${path}`);
    }
  });
}
