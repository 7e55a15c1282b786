/** What the compiler must refuse: each expectation fails the type check when it does not. */

import assert from "node:assert/strict";
import { z } from "zod";
import {
  type ContextOf,
  durable,
  effect,
  protocol,
  request,
  service,
  serviceActor,
  turnActor,
  type TurnOf,
  turns,
} from "@/core/kernel/mod.ts";

const market = protocol("market", {
  Page: request({
    body: z.object({ cursor: z.string() }),
    reply: z.object({ items: z.array(z.number()) }),
  }),
});
const printer = protocol("printer", {
  Send: effect({
    body: z.object({ text: z.string() }),
    reply: z.object({ id: z.number() }),
    safety: "idempotent",
  }),
});
const scan = protocol("scan", {
  Start: durable({ body: z.object({ game: z.string() }) }),
  Status: request({ body: z.object({}), reply: z.object({ n: z.number() }) }),
});

interface State {
  readonly n: number;
}
const state = { version: 1, schema: z.object({ n: z.number() }), initial: () => ({ n: 0 }) };
const config = z.object({});
const scanSpec = turnActor({ protocol: scan, uses: [market, printer], config, worker: "x" });
const printerSpec = serviceActor({ protocol: printer, uses: [scan], config, worker: "x" });

function pull(
  now: State,
  context: ContextOf<typeof scanSpec, State>,
): TurnOf<typeof scanSpec, State> {
  return context.commit(now).ask(market, "Page", {
    body: { cursor: "" },
    then: (then, answer, later) =>
      answer.ok ? later.commit({ n: then.n + answer.value.items.length }) : later.stay(),
  });
}

Deno.test("definitions are checked by the compiler", () => {
  const good = turns(scanSpec, {
    state,
    handlers: {
      Start: (now, body, context) => pull({ n: now.n + body.game.length }, context),
      Status: (now, _body, context) => context.stay().reply({ n: now.n }),
    },
  });
  turns(scanSpec, {
    state,
    handlers: {
      // @ts-expect-error the body of Send has no field of this name
      Start: (now, _body, context) => context.commit(now).effect(printer, "Send", { txt: "" }),
      // @ts-expect-error a request must be replied to
      Status: (_now, _body, context) => context.stay(),
    },
  });
  service(printerSpec, {
    start: () => null,
    run: async (_resources, context) => {
      // @ts-expect-error market is not a peer of the printer
      await context.ask(market, "Page", { cursor: "" });
    },
    // @ts-expect-error the result of Send lacks its id
    handlers: { Send: () => ({}) },
  });
  // @ts-expect-error a turn actor cannot be a service
  service(scanSpec, { start: () => null, handlers: {} });
  assert.equal(good.spec.kind, "turn");
});
