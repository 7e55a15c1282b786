/** nact: actors with supervision in one thread. */

import {
  answer,
  flooding,
  FOREIGN_FILE,
  medianMicros,
  noticing,
  ORDERED,
  parcel,
} from "./trial.ts";

interface Reference {
  readonly name: string;
}
type Handler = (state: never, message: never, context: { sender: Reference }) => unknown;
interface Nact {
  start(): Reference;
  spawn(parent: Reference, handle: Handler, name: string, options?: unknown): Reference;
  dispatch(to: Reference, message: unknown): void;
  query(to: Reference, message: (from: Reference) => unknown, timeoutMs: number): Promise<unknown>;
}
// By name, so that nobody else's lock file hears of the package.
const { start, spawn, dispatch, query }: Nact = await import("nact" as string);

interface Message {
  readonly is:
    | ("echo" | "add" | "count" | "take" | "price" | "never" | "read")
    | ("throw" | "exit" | "spin");
  readonly from?: Reference;
  readonly body?: unknown;
}

/** Longer than anybody waits here: only a reply, or somebody who noticed, can settle it. */
const LONG_MS = 60_000;
const taken: unknown[] = [];

function handle(state: number, { is, from, body }: Message): number | Promise<number> {
  const reply = (value: unknown) => from !== undefined && dispatch(from, value);
  switch (is) {
    case "echo":
      reply(body);
      return state;
    case "add":
      reply(state + 1);
      return state + 1;
    case "count":
      reply(state);
      return state;
    case "take":
      taken.push(body);
      return state;
    case "price":
      // It is here, so it was let in.
      reply(true);
      return state;
    case "never":
      return new Promise(() => {});
    case "read":
      reply(Deno.readTextFileSync(String(body)).length > 0);
      return state;
    case "throw":
      throw new Error("Thrown on purpose");
    case "exit":
      return Deno.exit(0);
    case "spin":
      for (;;);
  }
}

const system = start();
let crashed = (): void => {};
const actor = spawn(system, handle as Handler, "counter", {
  initialState: 0,
  // The restart that the library offers.
  onCrash(_message: unknown, _error: unknown, context: { reset: unknown }) {
    crashed();
    return context.reset;
  },
});
const ask = (is: Message["is"], body?: unknown) =>
  query(actor, (from) => ({ is, from, body }), LONG_MS);

await answer({
  roundTrip: () => medianMicros((id) => ask("echo", parcel(id))),
  pending: () => noticing(ask("throw")),
  async crash() {
    await ask("add");
    const stateBefore = await ask("add") as number;
    const noticed = noticing(new Promise<void>((resolve) => crashed = resolve));
    dispatch(actor, { is: "throw" });
    return { ...await noticed, stateBefore, stateAfter: await ask("count") as number };
  },
  exit: () => noticing(ask("exit")),
  hang: () => noticing(ask("spin")),
  async order() {
    for (let id = 0; id < ORDERED; id++) dispatch(actor, { is: "take", body: id });
    await ask("count");
    return { inOrder: taken.length === ORDERED && taken.every((id, at) => id === at) };
  },
  async malformed() {
    const isLetIn = await ask("price", { ...parcel(1), priceCents: "a lot" });
    return { keptOut: isLetIn !== true };
  },
  flood: () => flooding((id) => ask("never", parcel(id))),
  async permissions() {
    return { readsFiles: await ask("read", FOREIGN_FILE) === true };
  },
});
