/** Joins actors that may talk to each other: a port each, handed out and never looked into. */

import type { ActorSpec } from "@/core/kernel/actor.ts";
import { parse, specOf } from "@/core/kernel/check.ts";
import type { Child } from "@/core/kernel/child.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { toWire } from "@/core/kernel/errors.ts";
import { mayTalkTo, notAPeer, type Served } from "@/core/kernel/house.ts";
import type { Answer } from "@/core/kernel/turn.ts";
import { MAIN } from "@/core/kernel/wire.ts";
import { Link } from "@/core/thread/link.ts";

export class Switchboard {
  readonly #clock: Clock;
  readonly #served: ReadonlyMap<string, Served>;
  /** Main's own ends. */
  readonly #lines = new Map<string, Link>();

  constructor(clock: Clock, served: readonly Served[]) {
    this.#clock = clock;
    this.#served = new Map(served.map((one) => [one.protocol.name, one]));
  }

  /** Names of what main answers itself. */
  get served(): readonly string[] {
    return [...this.#served.keys()];
  }

  /** Main's link to an actor; undefined while that is down. */
  line(name: string): Link | undefined {
    return this.#lines.get(name);
  }

  /** A new incarnation is up: fresh ports to every peer that runs, and one to main. */
  connect(child: Child, others: readonly Child[]): void {
    for (const other of others) {
      if (other === child || !other.isRunning || !areJoined(child.spec, other.spec)) continue;
      const { port1, port2 } = new MessageChannel();
      child.post({ is: "link", peer: other.name, port: port1 }, [port1]);
      other.post({ is: "link", peer: child.name, port: port2 }, [port2]);
    }
    const { port1, port2 } = new MessageChannel();
    child.post({ is: "link", peer: MAIN, port: port1 }, [port1]);
    this.#lines.set(child.name, this.#lineTo(child, port2));
  }

  /** It is gone: its peers close their ends, so that nothing a zombie still sends is heard. */
  disconnect(child: Child, others: readonly Child[]): void {
    this.#lines.get(child.name)?.close();
    this.#lines.delete(child.name);
    // All of them: since it was linked, their definitions may have changed.
    for (const other of others) other.post({ is: "unlink", peer: child.name });
  }

  /** Main's answer to a request of an actor; `what` is `protocol.Type`. */
  async #answer(child: Child, what: string, body: unknown): Promise<Answer<unknown>> {
    try {
      const [peer = "", type = ""] = what.split(".");
      const served = this.#served.get(peer);
      if (served === undefined || !mayTalkTo(child.spec, peer)) throw notAPeer(child.spec, peer);
      const spec = specOf(served.protocol, type, "request");
      const checked = parse(spec.body, body, what) as never;
      return { ok: true, value: await served.answers[type]?.(checked, child.name) };
    } catch (error) {
      return { ok: false, error: toWire(error) };
    }
  }

  #lineTo(child: Child, port: MessagePort): Link {
    const line = new Link({
      peer: child.name,
      port,
      clock: this.#clock,
      onSent: async ({ type, body }, asker) => {
        if (asker === null) return;
        const answer = await this.#answer(child, type, body);
        try {
          asker.reply(answer);
        } catch (error) {
          asker.reply({ ok: false, error: toWire(error) });
        }
        // Only now: main has no more of an actor's requests in hand than it gave credit for.
        line.consumed();
      },
      onDropped: () => {},
      onBroken: (error) => child.kill("crash", toWire(error)),
    });
    return line;
  }
}

/** Two actors are joined when either uses the other. */
function areJoined(one: ActorSpec, other: ActorSpec): boolean {
  return mayTalkTo(one, other.protocol.name) || mayTalkTo(other, one.protocol.name);
}
