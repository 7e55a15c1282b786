import { untilAborted } from "@/core/http/abort.ts";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { ActorError, type Call, service, type ServiceContext } from "@/core/kernel/mod.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { packFees, unpackFees } from "@/core/market/dmarket/kept_fees.ts";
import type { EdgeReport, UnsignedRequest } from "@/core/market/dmarket/transport.ts";
import { keepsakes } from "@/core/protocol/keepsakes.ts";
import { signer } from "@/core/protocol/signer.ts";
import type { FeeShelf } from "./fee_lists.ts";
import { MarketReader } from "./reader.ts";
import { marketFetcherSpec } from "./spec.ts";

type Spec = typeof marketFetcherSpec;

export default service(marketFetcherSpec, {
  start(context: ServiceContext<Spec>) {
    const { config, clock, random, log } = context;
    const client = new DmarketClient({
      baseUrl: config.baseUrl,
      fetcher: systemFetcher,
      clock,
      random,
      sign: (request, signal) => untilAborted(askForSignature(context, request), signal),
      report: (report) => tellSigner(context, report),
    });
    const { titlesAtOnce } = config;
    return new MarketReader(client, { clock, log, titlesAtOnce, shelf: feeShelf(context) });
  },
  handlers: {
    OffersPage: (reader, query, call) => settled(call, () => reader.offersPage(query, call)),
    Evidence: (reader, query, call) => settled(call, () => reader.evidence(query, call.signal)),
    Look: (reader, query, call) => settled(call, () => reader.look(query, call.signal)),
    Status: (reader) => reader.status(),
  },
});

async function askForSignature(
  context: ServiceContext<Spec>,
  request: UnsignedRequest,
): Promise<Readonly<Record<string, string>>> {
  const { method, path, query, body, rateClass } = request;
  const { headers } = await context.ask(signer, "Sign", {
    class: rateClass,
    method,
    target: query === "" ? path : `${path}?${query}`,
    bodyText: body,
  });
  return headers;
}

/** A list that is of no use, because it is damaged or of another market, is read again. */
function feeShelf(context: ServiceContext<Spec>): FeeShelf {
  const { origin } = new URL(context.config.baseUrl);
  return {
    async recall(game) {
      const { kept } = await context.ask(keepsakes, "Recall", { name: `fees:${game}` });
      const list = kept === null ? null : unpackFees(kept.body, origin);
      return kept === null || list === null ? null : { list, readAtMs: kept.keptAtMs };
    },
    async keep(game, list) {
      const body = packFees(list, origin);
      await context.ask(keepsakes, "Keep", { name: `fees:${game}`, body });
    },
  };
}

function tellSigner(context: ServiceContext<Spec>, report: EdgeReport): void {
  switch (report.kind) {
    case "throttled": {
      const { rateClass, retryAfterMs } = report;
      return context.tell(signer, "Throttled", { class: rateClass, retryAfterMs });
    }
    case "quota": {
      const { rateClass, pauseMs, limitPerSecond } = report;
      return context.tell(signer, "Quota", { class: rateClass, pauseMs, limitPerSecond });
    }
    case "skew":
      return context.tell(signer, "Skew", { skewMs: report.skewMs });
  }
}

/**
 * A refused key is no reason to end: nothing is sent meanwhile, one request in ten minutes finds out
 * whether it is accepted again, and the others are told what is wrong.
 */
async function settled<T>(call: Call<Spec>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ActorError) || error.code !== "signatures-refused") throw error;
    call.log.error("DMarket refuses our signatures", { reason: error.message });
    throw new ActorError("transient", error.code, error.message, { cause: error });
  }
}
