/** The account's buy orders: the list of them, and the forms that create and delete them. */

import { z } from "zod";
import type { AssetClass, GameId } from "@/core/domain/market.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { floatPartName, phaseName } from "./asset_class.ts";
import { type ItemFailure, itemFailure, requireBatch, requirePrice } from "./item_results.ts";
import { dollarNumberFromCents } from "./money.ts";
import {
  cursor,
  id,
  MAX_CENTS,
  optional,
  priceCents,
  readList,
  required,
  type Shape,
  text,
  title,
  wholeNumber,
  type WireAudit,
  word,
} from "./wire.ts";
import { MONEY_SHAPE } from "./wire_money.ts";

export interface OwnTarget {
  readonly targetId: string;
  readonly title: string;
  readonly priceCents: number;
  readonly amount: number;
  /** An inactive one is most often one that the balance does not cover. */
  readonly isActive: boolean;
  readonly wants: AssetClass;
}

export interface OwnTargetsPage {
  readonly targets: readonly OwnTarget[];
  readonly total: number | null;
  /** Null at the end. */
  readonly cursor: string | null;
  readonly malformed: readonly string[];
}

/** `GET /marketplace-api/v2/user/targets`. Throws {@link ActorError} `rejected unexpected-shape`. */
export function readOwnTargetsPage(body: unknown, audit: WireAudit): OwnTargetsPage {
  const page = readList(body, SOURCE, audit);
  const targets = page.rows.map((row): OwnTarget => ({
    targetId: row.targetId,
    title: row.title,
    priceCents: row.priceCents,
    amount: row.amount,
    isActive: row.status === "TARGET_STATUS_ACTIVE",
    wants: wantsOf(row.attributes?.cs2),
  }));
  return { ...page.envelope, targets, malformed: page.malformed };
}

/** A seed of 0 is protobuf's word for "not set". */
function wantsOf(cs2: z.output<typeof cs2Wishes>): AssetClass {
  return {
    floatPart: cs2?.floatPart ? floatPartName(cs2.floatPart) : null,
    phase: cs2?.phase ? phaseName(cs2.phase) : null,
    paintSeed: cs2?.paintSeed || null,
  };
}

const cs2Wishes = z.object({
  floatPart: optional(word),
  phase: optional(word),
  paintSeed: optional(wholeNumber),
}).nullish();

const SOURCE = {
  name: "user-targets",
  list: "items",
  envelope: {
    shape: { total: true, cursor: true },
    schema: z.object({ total: optional(wholeNumber), cursor: optional(cursor) }),
  },
  row: {
    shape: {
      targetId: true,
      title: true,
      amount: true,
      status: true,
      priceCents: true,
      createdAt: true,
      updatedAt: true,
      attributes: {
        categoryPath: true,
        image: true,
        title: true,
        name: true,
        cs2: {
          category: true,
          exterior: true,
          phase: true,
          paintSeed: true,
          floatPart: true,
          isAdvanced: true,
        },
      },
    },
    schema: z.object({
      targetId: required(id),
      title: required(title),
      amount: required(wholeNumber),
      status: optional(word),
      priceCents: required(priceCents),
      attributes: z.object({ cs2: cs2Wishes }).nullish(),
    }),
  },
  maxRows: 100,
} as const;

// ---- creating and deleting ----------------------------------------------------------------------

export interface NewTarget {
  readonly title: string;
  readonly priceCents: number;
  /** 1 to 100. */
  readonly amount: number;
  readonly wants: AssetClass;
}

/** What became of one item, in the order of the request. */
export type TargetResult =
  | { readonly ok: true; readonly targetId: string }
  | { readonly ok: false; readonly failure: ItemFailure };

const MAX_TARGETS = 100;
const MAX_AMOUNT = 100;

/**
 * `POST /marketplace-api/v1/user-targets/create`; the only route that takes dollars. Throws
 * {@link ActorError} `rejected` for what the route would refuse.
 */
export function createTargetsBody(game: GameId, targets: readonly NewTarget[]): string {
  requireBatch("targets", targets.length, MAX_TARGETS);
  return JSON.stringify({ GameID: game, Targets: targets.map(newTarget) });
}

function newTarget(target: NewTarget) {
  requirePrice(target.priceCents, MAX_CENTS);
  requireBatch("lots of a target", target.amount, MAX_AMOUNT);
  const { floatPart, phase, paintSeed } = target.wants;
  return {
    Amount: String(target.amount),
    Price: { Currency: "USD", Amount: dollarNumberFromCents(target.priceCents) },
    Title: target.title,
    Attrs: { floatPartValue: floatPart ?? "", phase: phase ?? "", paintSeed },
  };
}

/** `POST /marketplace-api/v1/user-targets/delete`. */
export function deleteTargetsBody(targetIds: readonly string[]): string {
  requireBatch("targets", targetIds.length, MAX_TARGETS);
  return JSON.stringify({ Targets: targetIds.map((TargetID) => ({ TargetID })) });
}

/**
 * One result per target asked for. Throws {@link ActorError} `unknown` when the answer does not
 * hold as many, or not the id of one: what became of them has to be looked up.
 */
export function readCreatedTargets(
  body: unknown,
  asked: number,
  audit: WireAudit,
): readonly TargetResult[] {
  return readResults(body, { asked, audit, idOf: (row) => row.TargetID });
}

/** The same for deletions. */
export function readDeletedTargets(
  body: unknown,
  asked: number,
  audit: WireAudit,
): readonly TargetResult[] {
  return readResults(body, { asked, audit, idOf: (row) => row.DeleteTarget?.TargetID ?? null });
}

interface ResultsReading {
  readonly asked: number;
  readonly audit: WireAudit;
  readonly idOf: (row: z.output<typeof result>) => string | null;
}

function readResults(body: unknown, reading: ResultsReading): readonly TargetResult[] {
  const { rows } = readList(body, RESULTS, reading.audit);
  if (rows.length !== reading.asked) {
    throw missing(`Result holds ${rows.length} readable rows for ${reading.asked} targets`);
  }
  return rows.map((row): TargetResult => {
    const targetId = reading.idOf(row);
    if (row.Successful) {
      if (targetId === null) throw missing("Result holds a success without its TargetID");
      return { ok: true, targetId };
    }
    const { Code, Message } = row.Error ?? {};
    return { ok: false, failure: itemFailure(Code ?? "Unspecified", Message ?? "") };
  });
}

function missing(message: string): ActorError {
  return new ActorError("unknown", "results-missing", message);
}

const note = text(500);

const result = z.object({
  TargetID: optional(id),
  DeleteTarget: z.object({ TargetID: optional(id) }).nullish(),
  Successful: z.boolean().nullish().transform((value) => value ?? false),
  Error: z.object({ Code: optional(word), Message: optional(note) }).nullish(),
});

const resultShape: Shape = {
  CreateTarget: {
    Amount: true,
    Price: MONEY_SHAPE,
    Title: true,
    Attrs: { paintSeed: true, phase: true, floatPartValue: true },
  },
  DeleteTarget: { TargetID: true },
  TargetID: true,
  Successful: true,
  Error: { Code: true, Message: true },
};

const RESULTS = {
  name: "targets-result",
  list: "Result",
  envelope: { shape: {}, schema: z.object({}) },
  row: { shape: resultShape, schema: result },
  maxRows: MAX_TARGETS,
} as const;
