/**
 * The simulator's own door, `/__sim/…`: no such path exists at DMarket, and no signature opens or
 * closes it. For tests and people in another process.
 */

import { z } from "zod";
import type { Faults } from "./faults.ts";
import type { Market } from "./market.ts";
import type { Reply } from "./replies.ts";
import type { RequestLog } from "./request_log.ts";

/** Where the door is. */
export const ADMIN_PREFIX = "/__sim/";
const MAX_LISTED = 100_000;

/** What the door gives access to. */
export interface Backstage {
  readonly market: Market;
  readonly log: RequestLog;
  readonly faults: Faults;
}

/** One request to the door. */
export interface AdminCall {
  readonly method: string;
  /** After the prefix. */
  readonly path: string;
  readonly params: URLSearchParams;
  readonly body: string;
}

type Answer = (stage: Backstage, call: AdminCall) => Reply;

const ANSWERS: Readonly<Record<string, Answer>> = {
  "GET status": ({ market, log }) =>
    reply({
      seed: market.seed,
      startedAt: new Date(market.startS * 1_000).toISOString(),
      titles: market.titles.length,
      offers: market.table.live,
      requests: log.total,
    }),
  "GET requests": ({ log }, { params }) => {
    const route = params.get("route");
    const after = Number(params.get("after") ?? 0);
    const items = log.entries()
      .filter((entry) => entry.id > after && (route === null || entry.route === route))
      .slice(-MAX_LISTED);
    return reply({ total: log.total, counts: log.counts(), items });
  },
  "DELETE requests": ({ log }) => {
    log.clear();
    return reply({});
  },
  "GET faults": ({ faults }) => reply({ items: faults.list() }),
  "POST faults": ({ faults }, { body }) => {
    try {
      return reply({ id: faults.add(JSON.parse(body)) }, 201);
    } catch (error) {
      return reply({ error: reasonOf(error) }, 400);
    }
  },
  "DELETE faults": ({ faults }, { params }) => {
    const id = params.get("id");
    if (id === null) faults.clear();
    else if (!faults.remove(Number(id))) return reply({ error: `No fault ${id}` }, 404);
    return reply({});
  },
};

/** Answers a request to the door; unknown ones with 404. */
export function answerAdmin(stage: Backstage, call: AdminCall): Reply {
  const answer = ANSWERS[`${call.method} ${call.path}`];
  if (answer !== undefined) return answer(stage, call);
  return reply({ error: `No ${call.method} ${ADMIN_PREFIX}${call.path}` }, 404);
}

function reply(body: unknown, status = 200): Reply {
  return { status, body };
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}
