/**
 * The program of an actor's own process: starts one Web Worker with the actor's permissions and
 * relays. It does nothing else, because it has every permission.
 */

import type { ActorSpec, Permissions } from "@/core/kernel/actor.ts";
import { newBeatMemory } from "@/core/kernel/beat.ts";
import { ActorError, toWire } from "@/core/kernel/errors.ts";
import type { Gone, Running } from "@/core/kernel/host.ts";
import type { Down } from "@/core/kernel/wire.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { collectOnceStarted } from "@/core/thread/heap.ts";
import { FrameWriter, readFrames } from "./frames.ts";
import { Links } from "./links.ts";
import type { ProcessFrame } from "./process.ts";
import { workerHost } from "./worker.ts";

const BEAT_MS = 100;

const out = new FrameWriter(Deno.stdout.writable);
const tell = (frame: ProcessFrame) => out.write(frame);
const memory = newBeatMemory();
const tellBeat = () => tell({ is: "beat", slots: [...new Float64Array(memory)] });
const links = new Links({
  ends: (peer) => ({ from: name, to: peer }),
  write: tell,
  news: (message) => tell({ is: "up", message }),
});
let running: Running | null = null;
let name = "";

async function end(gone: Gone): Promise<void> {
  // What it died over may have come since the last one.
  tellBeat();
  tell({ is: "gone", gone });
  await out.close();
  Deno.exit(0);
}

function start(frame: Extract<ProcessFrame, { is: "start" }>): void {
  name = frame.name;
  running = workerHost().start({
    spec: { worker: frame.worker } as ActorSpec,
    name: frame.name,
    permissions: frame.permissions as Permissions,
    lock: frame.name,
    receive(message) {
      try {
        tell({ is: "up", message });
      } catch (error) {
        end({ error: toWire(error) });
      }
    },
  });
  running.gone.then(end);
  setInterval(() => {
    tellBeat();
    const residentMB = Math.ceil(Deno.memoryUsage().rss / 1e6);
    if (residentMB <= frame.maxResidentMB) return;
    const message =
      `${name} holds ${residentMB} MB: its process has ${frame.maxResidentMB} at most`;
    end({ error: toWire(new ActorError("fatal", "out-of-memory", message)) });
  }, BEAT_MS);
}

function down(frame: Extract<ProcessFrame, { is: "down" }>): void {
  const message = frame.message as Down;
  if (message.is === "init") return running?.post({ ...message, beat: memory });
  if (message.is !== "link") return running?.post(message);
  const { port1, port2 } = new MessageChannel();
  links.join({ peer: message.peer, link: frame.link, port: port2 });
  running?.post({ ...message, port: port1 }, [port1]);
}

/** Its stream would take 64 KB per read, which V8 gives back only after tens of megabytes. */
async function* stdin(): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024);
  for (;;) {
    const length = await Deno.stdin.read(chunk);
    if (length === null) return;
    yield chunk.subarray(0, length);
  }
}

collectOnceStarted(systemClock);
for await (const frame of readFrames(stdin())) {
  const one = frame as ProcessFrame;
  if (one.is === "start") start(one);
  if (one.is === "down") down(one);
  if (one.is === "link") links.receive(one);
}
// Our parent is gone, and with it everybody this actor could talk to.
Deno.exit(0);
