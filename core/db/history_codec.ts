/** Bodies of history rows: tuples without field names, deflated. Reading gives back what was written. */

import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import { GAMES, type Offer, type TitleEvidence } from "@/core/domain/market.ts";
import type { CaseRecord } from "@/core/domain/analysis/recording.ts";
import { ActorError } from "@/core/kernel/errors.ts";

/** The form of the tuples; a reader knows every form that was ever written. */
const FORM = 1;
/** Largest body in the clear: no row of ours comes near it. */
const MAX_BYTES = 2_000_000;

/** What a case keeps beside the columns of its row. */
export type CaseBody = Omit<CaseRecord, "scanId" | "game" | "level" | "atMs">;

export function pack(form: unknown): Uint8Array {
  return deflateRawSync(new TextEncoder().encode(JSON.stringify([FORM, form])), { level: 9 });
}

/** Throws {@link ActorError} `fatal history-body` for what no form of ours is. */
export function unpack<T>(schema: z.ZodType<T>, body: Uint8Array): T {
  try {
    const bytes = inflateRawSync(body, { maxOutputLength: MAX_BYTES });
    return z.tuple([z.literal(FORM), schema]).parse(JSON.parse(new TextDecoder().decode(bytes)))[1];
  } catch (cause) {
    const message = `Cannot read a history row of ${body.length} bytes: it is of no known form`;
    throw new ActorError("fatal", "history-body", message, { cause });
  }
}

const int = z.int();
const text = z.string().max(300);
const assetClass = z.tuple([text.nullable(), text.nullable(), int.nullable()]).transform(
  ([floatPart, phase, paintSeed]) => ({ floatPart, phase, paintSeed }),
);

/** Title id, best bid, bids, best ask, asks. */
export const quoteTuples = z.array(z.tuple([int, int.nullable(), int, int.nullable(), int]));
export type QuoteTuple = z.output<typeof quoteTuples>[number];

const quote = z.tuple([int.nullable(), int, int.nullable(), int]);
const offerTuple = z.tuple([
  text,
  int,
  z.number().nullable(),
  z.boolean(),
  z.number().nullable(),
  z.array(text),
  int.nullable(),
  assetClass,
]);
const saleTuple = z.union([
  z.tuple([int, z.number(), z.boolean()]),
  z.tuple([int, z.number(), z.boolean(), text.nullable()]),
]);
const feeTuple = z.tuple([int, int]);
const reducedTuple = z.tuple([int, int, int, int, z.number()]);

/** `asks` and `offers` often are the same listings: a number points into `asks`. */
const caseForm = z.object({
  g: z.enum(GAMES),
  t: text,
  q: quote.nullable(),
  r: z.number(),
  a: z.array(offerTuple),
  b: z.array(z.tuple([int, int, assetClass])),
  s: z.array(saleTuple),
  f: feeTuple,
  x: z.array(reducedTuple),
  o: z.array(z.union([int, offerTuple])),
  l: int,
  m: z.boolean(),
  /** When the sales were read, if not with the book; the end of a pump ban. */
  y: z.number().optional(),
  p: z.number().optional(),
});
type CaseForm = z.output<typeof caseForm>;

export function packCase(record: CaseRecord): Uint8Array {
  const { quote: q, evidence, offers, takenLots, marketSuggests } = record;
  const asks = evidence.asks.map((ask) => JSON.stringify(offerForm(ask)));
  return pack({
    g: record.game,
    t: evidence.title,
    q: q === null ? null : [q.bestBidCents, q.bidCount, q.bestAskCents, q.askCount],
    r: evidence.readAtMs,
    a: evidence.asks.map(offerForm),
    b: evidence.bids.map(({ priceCents, amount, wants }) => [priceCents, amount, classForm(wants)]),
    s: evidence.sales.map((sale) => [
      sale.priceCents,
      sale.soldAtMs,
      sale.side === "offer",
      ...(sale.phase === undefined ? [] : [sale.phase]),
    ]),
    f: [evidence.fee.feePpm, evidence.fee.minFeeCents],
    x: evidence.reducedFees.map((fee) => [
      fee.feePpm,
      fee.minFeeCents,
      fee.minPriceCents,
      fee.maxPriceCents,
      fee.expiresAtMs,
    ]),
    o: offers.map((offer) => {
      const form = offerForm(offer);
      const at = asks.indexOf(JSON.stringify(form));
      return at < 0 ? form : at;
    }),
    l: takenLots,
    m: marketSuggests,
    y: evidence.salesReadAtMs,
    p: record.pumpedUntilMs ?? undefined,
  });
}

export function unpackCase(body: Uint8Array): CaseBody {
  const form = unpack(caseForm, body);
  const asks = form.a.map((tuple) => offerOf(tuple, form));
  return {
    quote: form.q === null ? null : {
      title: form.t,
      bestBidCents: form.q[0],
      bidCount: form.q[1],
      bestAskCents: form.q[2],
      askCount: form.q[3],
    },
    evidence: evidenceOf(form, asks),
    offers: form.o.map((one) => {
      const offer = typeof one === "number" ? asks[one] : offerOf(one, form);
      if (offer !== undefined) return offer;
      throw new ActorError("fatal", "history-body", `Cannot find listing ${String(one)} of a case`);
    }),
    takenLots: form.l,
    marketSuggests: form.m,
    ...(form.p === undefined ? {} : { pumpedUntilMs: form.p }),
  };
}

function evidenceOf(form: CaseForm, asks: readonly Offer[]): TitleEvidence {
  return {
    title: form.t,
    readAtMs: form.r,
    ...(form.y === undefined ? {} : { salesReadAtMs: form.y }),
    asks,
    bids: form.b.map(([priceCents, amount, wants]) => ({ priceCents, amount, wants })),
    sales: form.s.map(([priceCents, soldAtMs, isOffer, ...phase]) => ({
      priceCents,
      soldAtMs,
      side: isOffer ? "offer" as const : "target" as const,
      ...(phase.length === 0 ? {} : { phase: phase[0] ?? null }),
    })),
    fee: { feePpm: form.f[0], minFeeCents: form.f[1] },
    reducedFees: form.x.map(([feePpm, minFeeCents, minPriceCents, maxPriceCents, expiresAtMs]) => ({
      title: form.t,
      feePpm,
      minFeeCents,
      minPriceCents,
      maxPriceCents,
      expiresAtMs,
    })),
  };
}

function classForm({ floatPart, phase, paintSeed }: Offer["assetClass"]) {
  return [floatPart, phase, paintSeed];
}

function offerForm(offer: Offer) {
  return [
    offer.offerId,
    offer.priceCents,
    offer.createdAtMs,
    offer.reserved,
    offer.unlockAtMs,
    offer.resaleBlocks,
    offer.suggestedCents,
    classForm(offer.assetClass),
  ];
}

function offerOf(tuple: z.output<typeof offerTuple>, { g, t }: CaseForm): Offer {
  const [offerId, priceCents, createdAtMs, reserved, unlockAtMs, resaleBlocks, suggested, wants] =
    tuple;
  return {
    offerId,
    game: g,
    title: t,
    priceCents,
    createdAtMs,
    reserved,
    unlockAtMs,
    resaleBlocks,
    suggestedCents: suggested,
    assetClass: wants,
  };
}
