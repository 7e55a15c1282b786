/// <reference lib="deno.worker" />
import { runActor, service } from "@/core/kernel/mod.ts";
import { MAIN } from "@/core/kernel/wire.ts";
import { encodeFrame } from "@/core/hosts/frames.ts";
import { rudeSpec } from "./rude.ts";

const toMain: MessagePort[] = [];
self.addEventListener("message", (event) => {
  const { data } = event as MessageEvent;
  if (data.is === "link" && data.peer === MAIN) toMain.push(data.port);
});

runActor(service(rudeSpec, {
  start: () => null,
  handlers: {
    Post(_resources, { on, junk }) {
      if (on === "control") self.postMessage(junk);
      else if (on === "memory") self.postMessage(new SharedArrayBuffer(1));
      else if (on === "pipe") Deno.stdout.writeSync(encodeFrame(junk));
      else toMain.at(-1)?.postMessage(junk);
      return {};
    },
  },
}));
