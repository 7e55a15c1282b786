/**
 * The 22 operations of the Trading API v2.0.0, once: the client sends by this table and the signer
 * signs by it, so that a request which is not in it does not exist.
 */

/** Requests that share one of the market's rate limits. */
export type RateClass = "market-items" | "last-sales" | "fee" | "other" | "write";
export const RATE_CLASSES: readonly RateClass[] = [
  "market-items",
  "last-sales",
  "fee",
  "other",
  "write",
];

/** Requests that are likely to fail together, and share a circuit breaker. */
export type EndpointGroup =
  | "account"
  | "deposit"
  | "fees"
  | "inventory"
  | "offers"
  | "own-offers"
  | "own-targets"
  | "prices"
  | "sales"
  | "targets"
  | "trade";
export const ENDPOINT_GROUPS: readonly EndpointGroup[] = [
  "account",
  "deposit",
  "fees",
  "inventory",
  "offers",
  "own-offers",
  "own-targets",
  "prices",
  "sales",
  "targets",
  "trade",
];

export type Method = "GET" | "POST" | "PATCH";

/** Classes that reads have. */
export type ReadClass = Exclude<RateClass, "write">;

export interface Operation {
  readonly method: Method;
  /** `{}` stands for one percent-encoded path segment. */
  readonly path: string;
  /** A write changes something at the market, whatever its method. */
  readonly access: "read" | "write";
  readonly rateClass: RateClass;
  readonly group: EndpointGroup;
}

export interface ReadOperation extends Operation {
  readonly method: "GET" | "POST";
  readonly access: "read";
  readonly rateClass: ReadClass;
}

type Row = readonly [Method, string, RateClass, EndpointGroup];
type ReadRow = readonly ["GET" | "POST", string, ReadClass, EndpointGroup];

const READS = {
  userProfile: ["GET", "/account/v1/user", "other", "account"],
  balance: ["GET", "/account/v1/balance", "other", "account"],
  offers: ["GET", "/marketplace-api/v2/offers", "market-items", "offers"],
  aggregatedPrices: ["POST", "/marketplace-api/v1/aggregated-prices", "other", "prices"],
  targetsByTitle: ["GET", "/marketplace-api/v1/targets-by-title/{}/{}", "other", "targets"],
  lastSales: ["GET", "/trade-aggregator/v1/last-sales", "last-sales", "sales"],
  customizedFees: ["GET", "/exchange/v1/customized-fees", "fee", "fees"],
  userInventory: ["GET", "/marketplace-api/v2/user/inventory", "other", "inventory"],
  userOffers: ["GET", "/marketplace-api/v2/user/offers", "other", "own-offers"],
  closedOffers: ["GET", "/marketplace-api/v1/user-offers/closed", "other", "own-offers"],
  userTargets: ["GET", "/marketplace-api/v2/user/targets", "other", "own-targets"],
  closedTargets: ["GET", "/marketplace-api/v1/user-targets/closed", "other", "own-targets"],
  depositStatus: ["GET", "/marketplace-api/v1/deposit-status/{}", "other", "deposit"],
} as const satisfies Record<string, ReadRow>;

const WRITES = {
  buyOffers: ["PATCH", "/exchange/v1/offers-buy", "write", "trade"],
  createTargets: ["POST", "/marketplace-api/v1/user-targets/create", "write", "own-targets"],
  deleteTargets: ["POST", "/marketplace-api/v1/user-targets/delete", "write", "own-targets"],
  batchCreateOffers: ["POST", "/marketplace-api/v2/offers:batchCreate", "write", "own-offers"],
  batchUpdateOffers: ["POST", "/marketplace-api/v2/offers:batchUpdate", "write", "own-offers"],
  batchDeleteOffers: ["POST", "/marketplace-api/v2/offers:batchDelete", "write", "own-offers"],
  syncInventory: ["POST", "/marketplace-api/v1/user-inventory/sync", "write", "inventory"],
  depositAssets: ["POST", "/marketplace-api/v1/deposit-assets", "write", "deposit"],
  withdrawAssets: ["POST", "/exchange/v1/withdraw-assets", "write", "deposit"],
} as const satisfies Record<string, Row>;

export type ReadName = keyof typeof READS;
export type WriteName = keyof typeof WRITES;
export type OperationName = ReadName | WriteName;

export const READ_OPERATIONS: Readonly<Record<ReadName, ReadOperation>> = mapRows(
  READS,
  ([method, path, rateClass, group]: ReadRow) => ({
    method,
    path,
    access: "read",
    rateClass,
    group,
  }),
);

export const WRITE_OPERATIONS: Readonly<Record<WriteName, Operation>> = mapRows(
  WRITES,
  ([method, path, rateClass, group]: Row) => ({ method, path, access: "write", rateClass, group }),
);

export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  ...READ_OPERATIONS,
  ...WRITE_OPERATIONS,
};

function mapRows<N extends string, R, O>(
  rows: Readonly<Record<N, R>>,
  make: (row: R) => O,
): Readonly<Record<N, O>> {
  const entries = Object.entries<R>(rows).map(([name, row]) => [name, make(row)]);
  return Object.fromEntries(entries) as Record<N, O>;
}

const PATTERNS: readonly { readonly operation: Operation; readonly pattern: RegExp }[] = Object
  .values(OPERATIONS).map((operation) => ({ operation, pattern: pathPattern(operation.path) }));

function pathPattern(path: string): RegExp {
  const literal = path.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("{}", "[^/?#]+")}$`);
}

/** The operation a path as sent belongs to; null for anything the table does not hold. */
export function matchOperation(method: string, path: string): Operation | null {
  const found = PATTERNS.find(({ operation, pattern }) =>
    operation.method === method && pattern.test(path)
  );
  return found?.operation ?? null;
}
