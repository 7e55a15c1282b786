/** Bodies of history rows: tuples without field names, deflated. Reading gives back what was written. */

import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import { GAMES, type Offer, type Quote, type TitleEvidence } from "@/core/domain/market.ts";
import type { CaseRecord, LookedTitle, LooksRecord } from "@/core/domain/analysis/recording.ts";
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
/** In a phase's place, where the market did not say whether there is one. */
const UNSAID = "";
const saleTuple = z.union([
  z.tuple([int, z.number(), z.boolean()]),
  z.tuple([int, z.number(), z.boolean(), text.nullable()]),
  /** With an extra that buyers pay for. */
  z.tuple([int, z.number(), z.boolean(), text.nullable(), z.literal(1)]),
]);
const feeTuple = z.tuple([int, int]);
const reducedTuple = z.tuple([int, int, int, int, z.number()]);

/** What was read of a title. */
const readParts = {
  t: text,
  q: quote.nullable(),
  r: z.number(),
  b: z.array(z.tuple([int, int, assetClass])),
  s: z.array(saleTuple),
  f: feeTuple,
  x: z.array(reducedTuple),
};

/** `asks` and `offers` often are the same listings: a number points into `asks`. */
const caseForm = z.object({
  ...readParts,
  g: z.enum(GAMES),
  a: z.array(offerTuple),
  o: z.array(z.union([int, offerTuple])),
  l: int,
  m: z.boolean(),
  /** When the sales were read, if not with the book; the end of a pump ban. */
  y: z.number().optional(),
  p: z.number().optional(),
});
type CaseForm = z.output<typeof caseForm>;

const lookForm = z.object({
  ...readParts,
  b: readParts.b.nullable(),
  s: readParts.s.nullable(),
  /** Each with the lowest free listing met beside it. */
  o: z.array(z.tuple([offerTuple, int.nullable()])),
  l: int,
  /** The end of a pump ban. */
  p: z.number().optional(),
});
const looksForm = z.object({ g: z.enum(GAMES), m: z.boolean(), l: z.array(lookForm) });

/** What a round of first looks keeps beside the columns of its row. */
export type LooksBody = Pick<LooksRecord, "marketSuggests" | "titles">;

export function packLooks({ game, marketSuggests, titles }: LooksRecord): Uint8Array {
  return pack({
    g: game,
    m: marketSuggests,
    l: titles.map(({ quote, look, offers, takenLots, pumpedUntilMs }) => ({
      ...readForm(look, quote),
      o: offers.map(({ offer, otherAskSeenCents }) => [offerForm(offer), otherAskSeenCents]),
      l: takenLots,
      p: pumpedUntilMs ?? undefined,
    })),
  });
}

export function unpackLooks(body: Uint8Array): LooksBody {
  const { g, m, l } = unpack(looksForm, body);
  const titles = l.map((form): LookedTitle => ({
    quote: quoteOf(form),
    look: {
      ...readOf(form),
      bids: form.b === null ? null : bidsOf(form.b),
      sales: form.s === null ? null : salesOf(form.s),
    },
    offers: form.o.map(([tuple, otherAskSeenCents]) => {
      return { offer: offerOf(tuple, { g, t: form.t }), otherAskSeenCents };
    }),
    takenLots: form.l,
    ...(form.p === undefined ? {} : { pumpedUntilMs: form.p }),
  }));
  return { marketSuggests: m, titles };
}

export function packCase(record: CaseRecord): Uint8Array {
  const { evidence, offers, takenLots, marketSuggests } = record;
  const asks = evidence.asks.map((ask) => JSON.stringify(offerForm(ask)));
  return pack({
    g: record.game,
    ...readForm(evidence, record.quote),
    a: evidence.asks.map(offerForm),
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
    quote: quoteOf(form),
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
    ...readOf(form),
    ...(form.y === undefined ? {} : { salesReadAtMs: form.y }),
    asks,
    bids: bidsOf(form.b),
    sales: salesOf(form.s),
  };
}

type Read = Pick<TitleEvidence, "title" | "readAtMs" | "fee" | "reducedFees"> & {
  readonly bids: TitleEvidence["bids"] | null;
  readonly sales: TitleEvidence["sales"] | null;
};

/** What evidence and a first look have in common. */
function readForm({ title, readAtMs, bids, sales, fee, reducedFees }: Read, quote: Quote | null) {
  return {
    t: title,
    q: quote === null
      ? null
      : [quote.bestBidCents, quote.bidCount, quote.bestAskCents, quote.askCount],
    r: readAtMs,
    b: bids?.map(({ priceCents, amount, wants }) => [priceCents, amount, classForm(wants)]) ?? null,
    s: sales?.map((sale) => [
      sale.priceCents,
      sale.soldAtMs,
      sale.side === "offer",
      ...(sale.phase !== undefined ? [sale.phase] : sale.isPremium ? [UNSAID] : []),
      ...(sale.isPremium ? [1] : []),
    ]) ?? null,
    f: [fee.feePpm, fee.minFeeCents],
    x: reducedFees.map((one) => [
      one.feePpm,
      one.minFeeCents,
      one.minPriceCents,
      one.maxPriceCents,
      one.expiresAtMs,
    ]),
  };
}

function readOf({ t, r, f, x }: Pick<CaseForm, "t" | "r" | "f" | "x">) {
  return {
    title: t,
    readAtMs: r,
    fee: { feePpm: f[0], minFeeCents: f[1] },
    reducedFees: x.map(([feePpm, minFeeCents, minPriceCents, maxPriceCents, expiresAtMs]) => ({
      title: t,
      feePpm,
      minFeeCents,
      minPriceCents,
      maxPriceCents,
      expiresAtMs,
    })),
  };
}

function bidsOf(form: CaseForm["b"]): TitleEvidence["bids"] {
  return form.map(([priceCents, amount, wants]) => ({ priceCents, amount, wants }));
}

function salesOf(form: CaseForm["s"]): TitleEvidence["sales"] {
  return form.map(([priceCents, soldAtMs, isOffer, phase, premium]) => ({
    priceCents,
    soldAtMs,
    side: isOffer ? "offer" as const : "target" as const,
    ...(phase === undefined || phase === UNSAID ? {} : { phase }),
    ...(premium === 1 ? { isPremium: true } : {}),
  }));
}

function quoteOf({ q, t }: Pick<CaseForm, "q" | "t">): Quote | null {
  if (q === null) return null;
  const [bestBidCents, bidCount, bestAskCents, askCount] = q;
  return { title: t, bestBidCents, bidCount, bestAskCents, askCount };
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

function offerOf(
  tuple: z.output<typeof offerTuple>,
  { g, t }: Pick<CaseForm, "g" | "t">,
): Offer {
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
