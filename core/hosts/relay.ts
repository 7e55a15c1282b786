/** Joins one end of a link to a pipe. What the pipe cannot carry is answered here, or counted. */

import { systemClock } from "@/core/kernel/clock.ts";
import { toWire } from "@/core/kernel/errors.ts";
import type { Up } from "@/core/kernel/up.ts";
import type { Frame } from "@/core/thread/link.ts";

export interface Relay {
  readonly port: MessagePort;
  readonly from: string;
  readonly to: string;
  /** Throws on what the pipe cannot carry. */
  readonly write: (data: unknown) => void;
  /** An event was lost. */
  readonly news: (news: Up) => void;
}

export function relay(of: Relay): void {
  of.port.onmessage = ({ data }: MessageEvent<Frame | readonly Frame[]>) => {
    for (const frame of [data].flat()) {
      try {
        of.write(frame);
      } catch (error) {
        refuse(of, frame, error);
      }
    }
  };
}

function refuse({ port, from, to, write, news }: Relay, frame: Frame, thrown: unknown): void {
  if (frame.is === "cancel" || frame.is === "credit") return;
  const what = frame.is === "reply" ? "A reply" : frame.type;
  const message = `${what} cannot be carried from ${from} to ${to}: ${toWire(thrown).message}`;
  const error = { kind: "rejected", code: "not-carried", message } as const;
  if (frame.is === "reply") return write({ is: "reply", id: frame.id, ok: false, error });
  port.postMessage({ is: "credit", count: 1 });
  if (frame.is === "ask") port.postMessage({ is: "reply", id: frame.id, ok: false, error });
  else {
    const lost = {
      atMs: systemClock.now(),
      reason: "refused",
      from,
      to,
      type: frame.type,
    } as const;
    const letters = [{ ...lost, count: 1 }];
    news({ is: "news", news: { counts: { refused: 1 }, letters, latencies: {} } });
  }
}
