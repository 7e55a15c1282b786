/**
 * Actors in processes of their own, for what must be killable for certain: a loop that never
 * yields, memory that never ends. The child runs the ordinary worker with the ordinary permissions
 * and relays its messages, so the actor cannot tell; the parent relays its links.
 */

import { toWire } from "@/core/kernel/errors.ts";
import type { Gone, Host, HostStart, Running } from "@/core/kernel/host.ts";
import { checkedUp } from "@/core/kernel/up.ts";
import { FrameWriter, readFrames } from "./frames.ts";
import { type LinkFrame, Links, notCarried } from "./links.ts";
import { tiedToParent } from "./tie.ts";

/** What travels beside the control messages. */
export type ProcessFrame =
  | {
    readonly is: "start";
    readonly worker: string;
    readonly name: string;
    readonly permissions: unknown;
    readonly maxResidentMB: number;
  }
  /** The memory of an init and the port of a link, here with its number, cannot come along. */
  | { readonly is: "down"; readonly message: unknown; readonly link: number }
  | LinkFrame
  | { readonly is: "up"; readonly message: unknown }
  | { readonly is: "beat"; readonly slots: readonly number[] }
  | { readonly is: "gone"; readonly gone: Gone };

export interface ProcessHostOptions {
  /** Heap limit of the child; past it the child dies alone. */
  readonly maxHeapMB: number;
  /** Everything it holds in memory, buffers and the runtime itself included: likewise. */
  readonly maxResidentMB?: number;
  /** Environment for the child; what it needs to find its modules, no secrets. */
  readonly env: Readonly<Record<string, string>>;
}

/** The runtime, the thread of the actor, and buffers of a size for messages. */
const BESIDE_HEAP_MB = 200;
/** Those of the daemon itself, for the same reasons. */
const V8_FLAGS = "--expose-gc,--optimize-for-size,--max-semi-space-size=1";

const ENTRY = import.meta.resolve("./process_entry.ts");

export function processHost(options: ProcessHostOptions): Host {
  // The child must not outlive us, not even one that is stopped and never reads its stdin.
  let tie: readonly string[] | null = null;
  const { maxHeapMB, maxResidentMB = maxHeapMB + BESIDE_HEAP_MB } = options;
  return {
    start: (start) => startProcess(start, spawn(options, tie ??= tiedToParent()), maxResidentMB),
  };
}

function spawn(
  { maxHeapMB, env }: ProcessHostOptions,
  tie: readonly string[],
): Deno.ChildProcess {
  const v8 = `--v8-flags=${V8_FLAGS},--max-old-space-size=${maxHeapMB}`;
  const words = [...tie, Deno.execPath(), "run", "-A", "--no-prompt", v8, ENTRY];
  const [program = "", ...args] = words;
  return new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
}

function startProcess(start: HostStart, child: Deno.ChildProcess, maxResidentMB: number): Running {
  const writer = new FrameWriter(child.stdin);
  const gone = Promise.withResolvers<Gone>();
  const links = new Links({
    ends: (peer) => ({ from: peer, to: start.name }),
    write: (frame) => writer.write(frame),
    news: start.receive,
  });
  let slots: Float64Array | null = null;
  let told: Gone | null = null;
  let link = 0;

  function hear(frame: ProcessFrame): void {
    if (frame.is === "up") start.receive(frame.message);
    if (frame.is === "beat") slots?.set(frame.slots);
    if (frame.is === "link") links.receive(frame);
    if (frame.is === "gone") {
      // The actor's thread can write to this pipe as well.
      if (frame.gone.error !== null) checkedUp({ is: "crash", error: frame.gone.error });
      told = frame.gone;
    }
  }

  async function watch(): Promise<void> {
    try {
      for await (const frame of readFrames(child.stdout)) hear(frame as ProcessFrame);
    } catch (error) {
      told ??= { error: toWire(error) };
      kill(child);
    }
    const status = await child.status;
    await writer.close();
    links.partAll();
    gone.resolve(told ?? { error: died(status) });
  }

  const { spec, name, permissions } = start;
  writer.write({ is: "start", worker: spec.worker, name, permissions, maxResidentMB });
  watch();
  return {
    post(message) {
      if (message.is === "init") slots = new Float64Array(message.beat);
      if (message.is === "link") links.join({ ...message, link: ++link });
      if (message.is === "unlink") links.part(message.peer);
      try {
        writer.write({ is: "down", message: { ...message, beat: null, port: null }, link });
      } catch (thrown) {
        if (message.is !== "deliver") throw thrown;
        const error = notCarried({ ...message, to: name }, thrown);
        start.receive({ is: "refused", id: message.id, error });
      }
    },
    gone: gone.promise,
    kill: () => kill(child),
  };
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It ended by itself a moment ago.
    if (!(error instanceof TypeError)) throw error;
  }
}

function died(status: Deno.CommandStatus): Gone["error"] {
  const how = status.signal === null ? `exit code ${status.code}` : status.signal;
  return { kind: "fatal", code: "process-died", message: `The actor's process died of ${how}` };
}
