/**
 * An actor's messages to and from its peers: over links handed out by main, or through main where
 * main answers itself. What a schema refuses, or what finds no room, ends here and is counted.
 */

import { parse, received, specOf, stored } from "@/core/kernel/check.ts";
import { toWire, unreached } from "@/core/kernel/errors.ts";
import type { Overflow, Protocol } from "@/core/kernel/message.ts";
import type { DeadReason } from "@/core/kernel/tally.ts";
import { type Delivery, MAIN } from "@/core/kernel/wire.ts";
import { type Asker, Link, type Sent, WINDOW } from "./link.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Runtime } from "./runtime.ts";
import type { Message, Work } from "./work.ts";

/** Durable messages that wait to be stored: a sender that does not await them must not fill memory. */
const POSTS_MAX = 256;

interface Sending {
  readonly body: unknown;
  readonly trace: string;
  /** What is left of the deadline of the message being handled. */
  readonly withinMs?: number;
}

export class Peers {
  readonly #runtime: Runtime;
  readonly #mailbox: Mailbox<Work>;
  readonly #links = new Map<string, Link>();
  #posting = 0;

  constructor(runtime: Runtime, mailbox: Mailbox<Work>) {
    this.#runtime = runtime;
    this.#mailbox = mailbox;
  }

  // ---- out --------------------------------------------------------------------------------------

  /** Checks a request now and sends it when called, so that a turn can commit in between. */
  request(peer: Protocol, type: string, ask: Sending): () => Promise<unknown> {
    const { name } = peer;
    const what = `${name}.${type}`;
    const spec = specOf(peer, type, "request");
    const body = parse(spec.body, ask.body, what);
    const deadlineMs = Math.max(1, Math.min(spec.deadlineMs, ask.withinMs ?? spec.deadlineMs));
    const { trace } = ask;
    return async () => {
      const isServed = this.#runtime.init.served.includes(name);
      const link = this.#linkTo(isServed ? MAIN : name);
      const value = await link.ask(isServed ? what : type, body, { trace, deadlineMs });
      return parse(spec.reply, value, `${what} reply`);
    };
  }

  /** Checks an event now and sends it when called; see {@link Link.tell} for what that returns. */
  event(peer: Protocol, type: string, tell: Sending): () => Promise<void> | undefined {
    const spec = specOf(peer, type, "event");
    const body = parse(spec.body, tell.body, `${peer.name}.${type}`);
    const options = { trace: tell.trace, overflow: spec.overflow };
    return () => {
      const link = this.#links.get(peer.name);
      if (link !== undefined) return link.tell(type, body, options);
      this.#lost("down", { from: this.#name, to: peer.name, type });
    };
  }

  /** Hands a durable message to main; resolves when it is stored. */
  async post(
    peer: Protocol,
    type: string,
    { key, body, trace }: Sending & { readonly key: string },
  ): Promise<void> {
    if (this.#posting >= POSTS_MAX) {
      const message = `${POSTS_MAX} messages wait to be stored already`;
      throw unreached("overload", message);
    }
    const message = stored({ kind: "message", peer, type, body, key }, trace);
    this.#posting += 1;
    await this.#runtime.store((call) => ({ is: "post", call, message }));
    this.#posting -= 1;
  }

  #linkTo(peer: string): Link {
    const link = this.#links.get(peer);
    if (link !== undefined) return link;
    throw unreached("peer-down", `${peer} is not running`);
  }

  // ---- in ---------------------------------------------------------------------------------------

  link(peer: string, port: MessagePort): void {
    const link = new Link({
      peer,
      port,
      clock: this.#runtime.env.clock,
      window: Math.min(WINDOW, this.#mailbox.capacity),
      onSent: (sent, ask) => this.#receive(link, sent, ask),
      onDropped: (type, why) => this.#lost(why, { from: this.#name, to: peer, type }),
    });
    this.#links.set(peer, link);
  }

  unlink(peer: string): void {
    this.#links.get(peer)?.close();
    this.#links.delete(peer);
  }

  deliver(delivery: Delivery): void {
    if (this.#runtime.isStopping) return this.giveBack(delivery);
    const { from, type, trace } = delivery;
    const queuedAtMs = this.#runtime.env.clock.monotonic();
    const sent = { is: "message", from, type, trace, queuedAtMs, link: null, ask: null } as const;
    try {
      const { spec, body } = received(this.#runtime.spec.protocol, delivery);
      this.#mailbox.push({ ...sent, spec, body, delivery });
      this.#runtime.wake();
    } catch (error) {
      this.#runtime.control.post({ is: "refused", id: delivery.id, error: toWire(error) });
    }
  }

  /** It was not begun: a durable message is still in the outbox, an effect has to be put back. */
  giveBack({ id, kind }: Delivery): void {
    if (kind === "message") return;
    const error = toWire(unreached("peer-down", `${this.#name} is stopping`));
    this.#runtime.control.post({ is: "settled", id, settlement: { outcome: "retry", error } });
  }

  /** Its asker has been told that the deadline is over; nobody waits for the answer. */
  expired(message: Message): void {
    const { from, type } = message;
    const error = toWire(unreached("deadline", `${type} waited too long`));
    message.ask?.reply({ ok: false, error });
    this.#lost("expired", { from, to: this.#name, type });
  }

  #receive(link: Link, sent: Sent, ask: Asker | null): void {
    const { peer: from } = link;
    const { type, trace } = sent;
    const { env, isStopping, spec: { protocol } } = this.#runtime;
    const [queuedAtMs, delivery] = [env.clock.monotonic(), null];
    try {
      if (isStopping) throw unreached("peer-down", `${this.#name} is stopping`);
      const spec = specOf(protocol, type, ask === null ? "event" : "request");
      const body = parse(spec.body, sent.body, type);
      const message = {
        is: "message" as const,
        spec,
        from,
        type,
        body,
        trace,
        queuedAtMs,
        link,
        ask,
        delivery,
      };
      this.#offer(message, spec.kind === "event" ? spec.overflow : "refuse");
    } catch (error) {
      const wire = toWire(error);
      link.consumed();
      this.#runtime.beat.add("refused", 1);
      ask?.reply({ ok: false, error: wire });
      const isRefused = wire.kind === "rejected";
      if (!isRefused && ask !== null) return;
      this.#runtime.reports.lost(isRefused ? "refused" : "down", { from, to: this.#name, type });
      if (isRefused && ask === null) {
        this.#runtime.reports.log.warn("Message refused", { from, type, error: wire });
      }
    }
  }

  #offer(work: Message, overflow: Overflow): void {
    const key = overflow === "keep-latest" ? `${work.from}:${work.type}` : null;
    const offered = this.#mailbox.offer(work, key, overflow);
    this.#runtime.wake();
    if (!offered.taken) {
      if (work.ask !== null) throw unreached("overload", `The mailbox of ${this.#name} is full`);
      this.#turnedAway(work, "full");
    } else if (offered.dropped !== null) this.#turnedAway(offered.dropped as Message, offered.why);
  }

  #turnedAway(event: Message, why: "superseded" | "full"): void {
    event.link?.consumed();
    this.#lost(why, { ...event, to: this.#name });
  }

  get #name(): string {
    return this.#runtime.spec.protocol.name;
  }

  #lost(reason: DeadReason, { from, to, type }: { from: string; to: string; type: string }): void {
    this.#runtime.beat.add("dropped", 1);
    this.#runtime.reports.lost(reason, { from, to, type });
  }
}
