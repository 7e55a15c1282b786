/// <reference lib="deno.worker" />
const { expose }: { expose: (api: unknown) => void } = await import("comlink" as string);

let count = 0;
const taken: number[] = [];

expose({
  echo: (parcel: unknown) => parcel,
  add: () => ++count,
  take: (id: number) => void taken.push(id),
  taken: () => taken,
  /** It is here, so it was let in. */
  price: (_parcel: unknown) => true,
  never: (_parcel: unknown) => new Promise(() => {}),
  read: (path: string) => Deno.readTextFileSync(path).length > 0,
  die(how: "throw" | "close" | "spin") {
    if (how === "close") return self.close();
    if (how === "spin") { for (;;); }
    // Out of a timer, as a bug in a callback is; out of the call itself it would be its answer.
    setTimeout(() => {
      throw new Error("Thrown on purpose");
    });
    return new Promise(() => {});
  },
});
