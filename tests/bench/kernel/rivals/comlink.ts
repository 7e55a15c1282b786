/** Comlink over a Web Worker, as its users write it. */

import {
  answer,
  flooding,
  FOREIGN_FILE,
  medianMicros,
  noticing,
  ORDERED,
  parcel,
} from "./trial.ts";

interface Api {
  echo(parcel: unknown): Promise<unknown>;
  add(): Promise<number>;
  take(id: number): Promise<void>;
  taken(): Promise<number[]>;
  die(how: "throw" | "close" | "spin"): Promise<void>;
  price(parcel: unknown): Promise<boolean>;
  never(parcel: unknown): Promise<void>;
  read(path: string): Promise<boolean>;
}

// By name, so that nobody else's lock file hears of the package.
const { wrap }: { wrap: (worker: Worker) => Api } = await import("comlink" as string);

async function start(): Promise<Api> {
  const api = wrap(new Worker(import.meta.resolve("./comlink_worker.ts"), { type: "module" }));
  await api.echo(parcel(0));
  return api;
}

await answer({
  async roundTrip() {
    const api = await start();
    return await medianMicros((id) => api.echo(parcel(id)));
  },
  async pending() {
    const api = await start();
    return await noticing(api.die("close"));
  },
  async crash() {
    const api = await start();
    await api.add();
    const stateBefore = await api.add();
    const died = api.die("throw");
    return { ...await noticing(died), stateBefore, stateAfter: null };
  },
  async exit() {
    const api = await start();
    const call = api.die("close");
    return await noticing(call);
  },
  async hang() {
    const api = await start();
    return await noticing(api.die("spin"));
  },
  async order() {
    const api = await start();
    for (let id = 0; id < ORDERED; id++) api.take(id);
    const taken = await api.taken();
    return { inOrder: taken.length === ORDERED && taken.every((id, at) => id === at) };
  },
  async malformed() {
    const api = await start();
    return { keptOut: !await api.price({ ...parcel(1), priceCents: "a lot" }) };
  },
  async flood() {
    const api = await start();
    return await flooding((id) => api.never(parcel(id)));
  },
  async permissions() {
    const api = await start();
    return { readsFiles: await api.read(FOREIGN_FILE).catch(() => false) };
  },
});
