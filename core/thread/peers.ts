/**
 * An actor's messages to and from its peers: over links handed out by main, or through main where
 * main answers itself. What a schema refuses, or what finds no room, ends here and is counted.
 */

import { parse, received, specOf, stored } from "@/core/kernel/check.ts";
import { ActorError, toWire, type WireError } from "@/core/kernel/errors.ts";
import type { EventSpec, MessageSpec, Protocol } from "@/core/kernel/message.ts";
import type { DeadReason } from "@/core/kernel/tally.ts";
import { type Delivery, MAIN } from "@/core/kernel/wire.ts";
import { type IncomingAsk, type IncomingTell, Link, WINDOW } from "./link.ts";
import type { Mailbox } from "./mailbox.ts";
import type { Runtime } from "./runtime.ts";
import type { Message, Work } from "./work.ts";

/** Durable messages that wait to be stored: a sender that does not await them must not fill memory. */
const POSTS_MAX = 256;

interface Asking {
  readonly body: unknown;
  readonly trace: string;
  /** What is left of the deadline of the message being handled. */
  readonly withinMs?: number;
}

interface Telling {
  readonly body: unknown;
  readonly trace: string;
}

export class Peers {
  readonly #runtime: Runtime;
  readonly #mailbox: Mailbox<Work>;
  readonly #links = new Map<string, Link>();
  readonly #posts = new Map<number, () => void>();
  #nextPost = 1;

  constructor(runtime: Runtime, mailbox: Mailbox<Work>) {
    this.#runtime = runtime;
    this.#mailbox = mailbox;
  }

  // ---- out --------------------------------------------------------------------------------------

  async ask(peer: Protocol, type: string, ask: Asking): Promise<unknown> {
    return await this.request(peer, type, ask)();
  }

  tell(peer: Protocol, type: string, tell: Telling): Promise<void> | undefined {
    return this.event(peer, type, tell)();
  }

  /** Checks a request now and sends it when called, so that a turn can commit in between. */
  request(peer: Protocol, type: string, ask: Asking): () => Promise<unknown> {
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
  event(peer: Protocol, type: string, tell: Telling): () => Promise<void> | undefined {
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
  post(
    peer: Protocol,
    type: string,
    { key, body, trace }: Telling & { readonly key: string },
  ): Promise<void> {
    if (this.#posts.size >= POSTS_MAX) {
      const message = `${POSTS_MAX} messages wait to be stored already`;
      return Promise.reject(new ActorError("overload", "overload", message));
    }
    const message = stored({ kind: "message", peer, type, body, key }, trace);
    const post = this.#nextPost++;
    this.#runtime.control.post({ is: "post", post, message });
    return new Promise((resolve) => this.#posts.set(post, resolve));
  }

  posted(post: number): void {
    this.#posts.get(post)?.();
    this.#posts.delete(post);
  }

  #linkTo(peer: string): Link {
    const link = this.#links.get(peer);
    if (link !== undefined) return link;
    throw new ActorError("peer-down", "peer-down", `${peer} is not running`);
  }

  // ---- in ---------------------------------------------------------------------------------------

  link(peer: string, port: MessagePort): void {
    this.#links.get(peer)?.close();
    const link = new Link({
      peer,
      port,
      clock: this.#runtime.env.clock,
      window: Math.min(WINDOW, this.#mailbox.capacity),
      onAsk: (ask) => this.#onAsk(link, peer, ask),
      onTell: (tell) => this.#onTell(link, peer, tell),
      onDropped: (type, why) => this.#lost(why, { from: this.#name, to: peer, type }),
    });
    this.#links.set(peer, link);
  }

  unlink(peer: string): void {
    this.#links.get(peer)?.close();
    this.#links.delete(peer);
  }

  deliver(delivery: Delivery): void {
    const { type, from, trace } = delivery;
    if (this.#runtime.isStopping) return this.giveBack(delivery);
    try {
      const { spec, body } = received(this.#runtime.spec.protocol, delivery);
      const rest = { link: null, ask: null, delivery };
      this.#mailbox.push(this.#message(spec, { from, type, body, trace }, rest));
      this.#runtime.count();
    } catch (error) {
      this.#runtime.control.post({ is: "refused", id: delivery.id, error: toWire(error) });
    }
  }

  /** It was not begun: a durable message is still in the outbox, an effect has to be put back. */
  giveBack({ id, kind }: Delivery): void {
    if (kind === "message") return;
    const error = wireError("peer-down", `${this.#name} is stopping`);
    this.#runtime.control.post({ is: "settled", id, settlement: { outcome: "retry", error } });
  }

  /** Its asker has been told that the deadline is over; nobody waits for the answer. */
  expired(message: Message): void {
    const { from, type } = message;
    message.ask?.reply({ ok: false, error: wireError("deadline", `${type} waited too long`) });
    this.#lost("expired", { from, to: this.#name, type });
  }

  #onAsk(link: Link, from: string, ask: IncomingAsk): void {
    const { type, body, trace } = ask;
    const refuse = (error: WireError) => {
      link.consumed();
      this.#runtime.beat.add("refused", 1);
      ask.reply({ ok: false, error });
    };
    if (this.#runtime.isStopping) {
      return refuse(wireError("peer-down", `${this.#name} is stopping`));
    }
    try {
      const spec = specOf(this.#runtime.spec.protocol, type, "request");
      const checked = { from, type, body: parse(spec.body, body, type), trace };
      const work = this.#message(spec, checked, { link, ask, delivery: null });
      if (!this.#mailbox.offer(work, null, "refuse").taken) {
        return refuse(wireError("overload", `The mailbox of ${this.#name} is full`));
      }
      this.#runtime.count();
    } catch (error) {
      this.#runtime.reports.lost("refused", { from, to: this.#name, type });
      refuse(toWire(error));
    }
  }

  #onTell(link: Link, from: string, tell: IncomingTell): void {
    const { type, body, trace } = tell;
    try {
      const spec = specOf(this.#runtime.spec.protocol, type, "event");
      const checked = { from, type, body: parse(spec.body, body, type), trace };
      this.#offer(this.#message(spec, checked, { link, ask: null, delivery: null }), spec);
    } catch (error) {
      link.consumed();
      this.#runtime.beat.add("refused", 1);
      this.#runtime.reports.lost("refused", { from, to: this.#name, type });
      this.#runtime.reports.log.warn("Message refused", { from, type, error: toWire(error) });
    }
  }

  #offer(work: Message, { overflow }: EventSpec): void {
    const key = overflow === "keep-latest" ? `${work.from}:${work.type}` : null;
    const offered = this.#mailbox.offer(work, key, overflow);
    this.#runtime.count();
    if (!offered.taken) return this.#turnedAway(work, "full");
    if (offered.dropped !== null) this.#turnedAway(offered.dropped as Message, offered.why);
  }

  #turnedAway(event: Message, why: "superseded" | "full"): void {
    event.link?.consumed();
    this.#lost(why, { ...event, to: this.#name });
  }

  #message(
    spec: MessageSpec,
    sent: Pick<Message, "from" | "type" | "body" | "trace">,
    rest: Pick<Message, "link" | "ask" | "delivery">,
  ): Message {
    const queuedAtMs = this.#runtime.env.clock.monotonic();
    const { from, type, body, trace } = sent;
    const { link, ask, delivery } = rest;
    return { is: "message", spec, from, type, body, trace, queuedAtMs, link, ask, delivery };
  }

  get #name(): string {
    return this.#runtime.spec.protocol.name;
  }

  #lost(reason: DeadReason, { from, to, type }: { from: string; to: string; type: string }): void {
    this.#runtime.beat.add("dropped", 1);
    this.#runtime.reports.lost(reason, { from, to, type });
  }
}

function wireError(kind: WireError["kind"], message: string): WireError {
  return { kind, code: kind, message };
}
