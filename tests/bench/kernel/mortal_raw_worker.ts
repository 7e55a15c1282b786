/// <reference lib="deno.worker" />
/** A bare worker with the imports of an actor's; it says when it dies, and dies. */

import "@/core/kernel/mod.ts";
import { type Death, preciseMs } from "./actors.ts";

self.onmessage = ({ data }: MessageEvent<Death>) => {
  self.postMessage(preciseMs());
  if (data === "close") self.close();
  else throw new Error("Thrown on purpose");
};
navigator.locks.request(self.name, {}, () => {
  self.postMessage("up");
  return new Promise(() => {});
});
