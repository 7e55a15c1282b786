/**
 * The links of an actor in a process of its own: this side's ends of them, joined by the pipe. What
 * the pipe cannot carry is answered here, or counted.
 */

import { systemClock } from "@/core/kernel/clock.ts";
import { toWire, type WireError } from "@/core/kernel/errors.ts";
import type { Up } from "@/core/kernel/up.ts";
import type { Frame } from "@/core/thread/link.ts";

/** A frame on its way through the pipe; `link` tells links to one peer after another apart. */
export interface LinkFrame {
  readonly is: "link";
  readonly peer: string;
  readonly link: number;
  readonly data: unknown;
}

export interface LinksOptions {
  /** Whose frames come from this side's ends, and for whom, by the peer. */
  readonly ends: (peer: string) => { readonly from: string; readonly to: string };
  /** Throws on what the pipe cannot carry. */
  readonly write: (frame: LinkFrame) => void;
  /** An event was lost. */
  readonly news: (news: Up) => void;
}

interface Link {
  readonly peer: string;
  readonly link: number;
  readonly port: MessagePort;
}

export class Links {
  readonly #options: LinksOptions;
  readonly #links = new Map<string, Link>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  join(of: Link): void {
    this.part(of.peer);
    this.#links.set(of.peer, of);
    of.port.onmessage = ({ data }: MessageEvent<Frame | readonly Frame[]>) => {
      for (const frame of [data].flat()) {
        try {
          this.#write(of, frame);
        } catch (error) {
          this.#refuse(of, frame, error);
        }
      }
    };
  }

  part(peer: string): void {
    this.#links.get(peer)?.port.close();
    this.#links.delete(peer);
  }

  partAll(): void {
    for (const peer of this.#links.keys()) this.part(peer);
  }

  /** What came through the pipe; of a link that is no more it is not heard. */
  receive({ peer, link, data }: LinkFrame): void {
    const known = this.#links.get(peer);
    if (known?.link === link) known.port.postMessage(data);
  }

  #write({ peer, link }: Link, data: Frame): void {
    this.#options.write({ is: "link", peer, link, data });
  }

  #refuse(of: Link, frame: Frame, thrown: unknown): void {
    if (frame.is === "cancel" || frame.is === "credit") return;
    const { from, to } = this.#options.ends(of.peer);
    const type = frame.is === "reply" ? "A reply" : frame.type;
    const error = notCarried({ from, to, type }, thrown);
    if (frame.is === "reply") {
      return this.#write(of, { is: "reply", id: frame.id, ok: false, error });
    }
    of.port.postMessage({ is: "credit", count: 1 });
    if (frame.is === "ask") of.port.postMessage({ is: "reply", id: frame.id, ok: false, error });
    else {
      const lost = {
        atMs: systemClock.now(),
        reason: "refused",
        from,
        to,
        type,
        count: 1,
      } as const;
      const news = { counts: { refused: 1 }, letters: [lost], latencies: {} };
      this.#options.news({ is: "news", news });
    }
  }
}

/** What becomes of a message that the pipe does not take. */
export function notCarried(
  { from, to, type }: { readonly from: string; readonly to: string; readonly type: string },
  thrown: unknown,
): WireError {
  const message = `${type} cannot be carried from ${from} to ${to}: ${toWire(thrown).message}`;
  return { kind: "rejected", code: "not-carried", message };
}
