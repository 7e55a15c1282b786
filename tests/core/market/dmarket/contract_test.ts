/**
 * Walks the 22 operations of the OpenAPI document: each can be asked as documented, and an answer
 * with every documented field in its documented type is understood to the last field.
 */

import assert from "node:assert/strict";
import { systemClock } from "@/core/kernel/clock.ts";
import {
  depositAssetsBody,
  readDeposit,
  readWithdrawal,
  syncInventoryBody,
  withdrawAssetsBody,
} from "@/core/market/dmarket/asset_transfers.ts";
import { buyOffersBody, readPurchase } from "@/core/market/dmarket/buying.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
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
import type { CallOptions } from "@/core/market/dmarket/transport.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { type Documented, documentedAnswer, documentOf } from "./documented.ts";
import openapi from "@/tests/fixtures/dmarket/openapi-operations.json" with { type: "json" };

const CALL: CallOptions = {
  signal: new AbortController().signal,
  deadlineAtMs: systemClock.monotonic() + 3_600_000,
};
const ANY = { floatPart: null, phase: null, paintSeed: null };
const PAGE = { game: "a8db", cursor: "c", limit: 10 } as const;
const TRADES = { fromMs: 1_781_692_200_000, limit: 100 };

const READS: Readonly<Record<ReadName, (client: DmarketClient) => Promise<unknown>>> = {
  userProfile: (client) => client.account.userProfile(CALL),
  balance: (client) => client.account.balance(CALL),
  offers: (client) =>
    client.offersPage({ ...PAGE, band: { fromCents: 1, toCents: 9 }, title: "T" }, CALL),
  aggregatedPrices: (client) => client.quotesPage({ ...PAGE, titles: ["T"] }, CALL),
  targetsByTitle: (client) => client.targetsByTitle("a8db", "T", CALL),
  lastSales: (client) =>
    client.lastSales({ game: "a8db", title: "T", side: "offer", limit: 20 }, CALL),
  customizedFees: (client) => client.customizedFees("a8db", CALL),
  userInventory: (client) => client.account.inventoryPage(PAGE, CALL),
  userOffers: (client) => client.account.offersPage(PAGE, CALL),
  closedOffers: (client) => client.account.closedOffers(TRADES, CALL),
  userTargets: (client) => client.account.targetsPage(PAGE, CALL),
  closedTargets: (client) => client.account.closedTargets(TRADES, CALL),
  depositStatus: (client) => client.account.depositStatus("id", CALL),
};

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

function assertBody(text: string, document: Documented): void {
  const paths = pathsOf(JSON.parse(text));
  const known = document.request ?? {};
  for (const path of paths) assert.ok(path in known, `${document.path} does not know ${path}`);
  for (const [path, { required }] of Object.entries(known)) {
    assert.ok(!required || paths.includes(path), `${document.path} lacks ${path}`);
  }
}

function assertQuery(url: URL, document: Documented): void {
  const known = document.parameters.filter(({ in: place }) => place === "query");
  for (const name of url.searchParams.keys()) {
    assert.ok(known.some((one) => one.name === name), `${document.path} does not know ${name}`);
  }
  for (const { name, required } of known) {
    assert.ok(!required || url.searchParams.has(name), `${document.path} lacks ${name}`);
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
    const client = new DmarketClient({
      baseUrl: "https://market.test",
      fetcher: (url, init) => {
        sent.push({ url: new URL(url), init });
        return Promise.resolve(Response.json(documentedAnswer(document.response)));
      },
      clock: systemClock,
      random: () => 0,
      sign: () => Promise.resolve({}),
      report: () => {},
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
