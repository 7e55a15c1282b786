/**
 * What runs inside an actor's host, whichever host that is: it talks to main over the control
 * channel and to peers over links, keeps the mailbox bounded, and lets a brain (turns or service)
 * handle one piece of work after another.
 */

import type { ActorSpec, ServiceDefinition, TurnDefinition } from "./actor.ts";
import { Beat } from "./beat.ts";
import type { Clock } from "./clock.ts";
import { ActorError, toWire, type WireError } from "./errors.ts";
import { type IncomingAsk, type IncomingTell, Link } from "./link.ts";
import type { Log, LogLevel, LogProps } from "./log.ts";
import { Mailbox } from "./mailbox.ts";
import { parse, specOf, upgraded } from "./check.ts";
import type { MessageSpec, Protocol } from "./message.ts";
import { ServiceBrain } from "./service_brain.ts";
import { TurnBrain } from "./turn_brain.ts";
import type { Answer } from "./turn.ts";
import type { Chaos, ControlPort, Delivery, Down, Findings, Init } from "./wire.ts";

/** What the host lends to the runtime. */
export interface RuntimeEnv {
  readonly clock: Clock;
  readonly random: () => number;
  heapBytes(): number;
  chaos(what: Chaos): void;
  probe(config: unknown, canaries: readonly string[]): Promise<Findings>;
}

/** One piece of work; `done` gives its credit back. */
export interface Message {
  readonly is: "message";
  readonly spec: MessageSpec;
  readonly from: string;
  readonly type: string;
  readonly body: unknown;
  readonly trace: string;
  /** The asker, for requests. */
  readonly ask: IncomingAsk | null;
  /** The outbox row, for durable messages and effects. */
  readonly delivery: Delivery | null;
}
/** A continuation or timer of the actor itself. */
export interface Continuation {
  readonly is: "then";
  readonly type: string;
  readonly trace: string;
  readonly run: unknown;
  readonly value: unknown;
}
export type Work = Message | Continuation | { readonly is: "stop" };

/** How an actor's behaviour is executed. */
export interface Brain {
  start(): Promise<void>;
  /** A promise only where something has to be waited for; throws or rejects to crash. */
  handle(work: Message | Continuation): Promise<void> | void;
  /** No new work will come; what is in progress may finish. */
  stop(): Promise<void>;
  /** The stop was requested; the mailbox is still being drained. */
  stopping(): void;
  settled(message: Extract<Down, { is: "committed" | "posted" }>): void;
  readonly concurrency: number;
}

export type Definition = TurnDefinition | ServiceDefinition;

const LOGS_PER_SECOND = 200;

export class Runtime {
  readonly spec: ActorSpec;
  readonly env: RuntimeEnv;
  readonly control: ControlPort;
  readonly #definition: Definition;
  readonly #links = new Map<string, Link>();
  readonly #answers = new Map<number, (answer: Answer<unknown>) => void>();
  readonly #mailbox: Mailbox<Work>;
  #beat = new Beat(new SharedArrayBuffer(256));
  #init: Init | null = null;
  #brain: Brain | null = null;
  #config: unknown;
  #nextAsk = 1;
  #nextTrace = 1;
  #stopping = false;
  #over = false;
  #busy = 0;
  #slotFree: (() => void) | null = null;
  #logWindow = { startedAtMs: 0, lines: 0 };

  constructor(definition: Definition, control: ControlPort, env: RuntimeEnv) {
    this.#definition = definition;
    this.spec = definition.spec;
    this.control = control;
    this.env = env;
    this.#mailbox = new Mailbox(this.spec.limits.mailbox);
    control.listen((message) => this.#receive(message));
  }

  // ---- for brains -------------------------------------------------------------------------------

  get init(): Init {
    if (this.#init === null) throw new ActorError("fatal", "not-initialised", "Init has not come");
    return this.#init;
  }
  get config(): unknown {
    return this.#config;
  }
  get beat(): Beat {
    return this.#beat;
  }

  newTrace(): string {
    return `${this.init.name}.${this.init.incarnation}.${this.#nextTrace++}`;
  }

  /** Queues a continuation of the actor itself; never refused, because the actor bounds its asks. */
  resume(work: Continuation): void {
    this.#mailbox.push(work);
    this.#count();
  }

  async ask(
    peer: Protocol,
    type: string,
    ask: { readonly body: unknown; readonly trace: string; readonly withinMs?: number },
  ): Promise<unknown> {
    const spec = specOf(peer, type, "request");
    const body = parse(spec.body, ask.body, `${peer.name}.${type}`);
    const deadlineMs = Math.max(1, Math.min(spec.deadlineMs, ask.withinMs ?? spec.deadlineMs));
    const value = this.init.served.includes(peer.name)
      ? await this.#askMain(peer.name, type, { body, deadlineMs })
      : await this.#linkTo(peer.name).ask(type, body, { trace: ask.trace, deadlineMs });
    return parse(spec.reply, value, `${peer.name}.${type} reply`);
  }

  tell(peer: Protocol, type: string, tell: { body: unknown; trace: string }): void {
    const spec = specOf(peer, type, "event");
    const body = parse(spec.body, tell.body, `${peer.name}.${type}`);
    const link = this.#links.get(peer.name);
    if (link === undefined) return this.beat.add("dropped", 1);
    link.tell(type, body, { trace: tell.trace, overflow: spec.overflow });
  }

  readonly log: Log = {
    debug: (message, props) => this.#log("debug", message, props),
    info: (message, props) => this.#log("info", message, props),
    warn: (message, props) => this.#log("warn", message, props),
    error: (message, props) => this.#log("error", message, props),
  };

  /** The actor has nothing more to do: it ends once what was accepted is handled. */
  finish(): void {
    this.#stop(true);
  }

  /** Ends this incarnation with a cause. */
  crash(thrown: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.control.post({ is: "crash", error: toWire(thrown) });
    this.control.close();
  }

  // ---- control channel --------------------------------------------------------------------------

  #receive(message: Down): void {
    switch (message.is) {
      case "init":
        this.#start(message).catch((error) => this.crash(error));
        return;
      case "link":
        return this.#link(message.peer, message.port);
      case "unlink":
        this.#links.get(message.peer)?.close();
        this.#links.delete(message.peer);
        return;
      case "deliver":
        return this.#deliver(message);
      case "committed":
      case "posted":
        return this.#brain?.settled(message);
      case "answered":
        this.#answers.get(message.ask)?.(message.answer);
        this.#answers.delete(message.ask);
        return;
      case "stop":
        return this.#stop(message.drain);
      case "chaos":
        return this.env.chaos(message.what);
      case "probe":
        this.env.probe(this.init.config, message.canaries)
          .then((findings) => this.control.post({ is: "probed", probe: message.probe, findings }))
          .catch((error) => this.crash(error));
        return;
    }
  }

  async #start(init: Init): Promise<void> {
    this.#init = init;
    this.#beat = new Beat(init.beat);
    this.#heartbeat();
    this.#config = parse(this.spec.config, init.config, `${init.name} config`);
    const brain: Brain = "turns" in this.#definition
      ? new TurnBrain(this, this.#definition.turns)
      : new ServiceBrain(this, this.#definition.service);
    this.#brain = brain;
    await brain.start();
    // One that has nothing to do never was ready; main knows it by that.
    if (!this.#stopping) this.control.post({ is: "ready" });
    await this.#loop(brain);
  }

  async #loop(brain: Brain): Promise<void> {
    for (;;) {
      const work = this.#mailbox.poll() ?? await this.#mailbox.take();
      this.#count();
      if (work.is === "stop") break;
      if (work.is === "message") this.#consumed(work);
      const handled = this.#handle(brain, work);
      if (handled !== undefined && this.#busy >= brain.concurrency) await this.#freeSlot();
      if (this.#over) return;
    }
    while (this.#busy > 0) await this.#freeSlot();
    await brain.stop();
    if (this.#over) return;
    this.#over = true;
    this.control.post({ is: "stopped" });
    this.control.close();
  }

  #handle(brain: Brain, work: Message | Continuation): Promise<void> | void {
    const { beat } = this;
    this.#busy += 1;
    beat.write("busySinceMs", this.env.clock.now());
    beat.write("currentId", work.is === "message" ? work.delivery?.id ?? 0 : 0);
    try {
      const handled = brain.handle(work);
      if (handled !== undefined) {
        return handled.then(() => this.#handled(), (error) => this.#failed(error));
      }
      this.#handled();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    // The beat keeps what was being handled: main counts the crash against that message.
    this.crash(error);
    this.#busy -= 1;
    this.#slotFree?.();
  }

  #handled(): void {
    this.beat.add("handled", 1);
    this.#busy -= 1;
    if (this.#busy === 0) {
      this.beat.write("busySinceMs", 0);
      this.beat.write("currentId", 0);
    }
    this.#slotFree?.();
  }

  #freeSlot(): Promise<void> {
    return new Promise((resolve) => this.#slotFree = resolve);
  }

  #stop(drain: boolean): void {
    if (this.#over || (drain && this.#stopping)) return;
    this.#stopping = true;
    if (this.#brain === null) return this.control.close();
    this.#brain.stopping();
    if (drain) this.#mailbox.push({ is: "stop" });
    else this.#mailbox.overtake({ is: "stop" });
  }

  /** Beats from a timer: a loop that never yields stops it, and that is the point. */
  #heartbeat(): void {
    const everyMs = Math.min(500, this.spec.limits.heartbeatMs / 8);
    const dueAtMs = this.env.clock.monotonic() + everyMs;
    this.env.clock.after(everyMs, () => {
      if (this.#over) return;
      this.#beat.add("beats", 1);
      this.#beat.write("lagMs", Math.max(0, this.env.clock.monotonic() - dueAtMs));
      this.#beat.write("heapBytes", this.env.heapBytes());
      this.#heartbeat();
    });
  }

  // ---- messages coming in -----------------------------------------------------------------------

  #link(peer: string, port: MessagePort): void {
    this.#links.get(peer)?.close();
    const link = new Link({
      peer,
      port,
      clock: this.env.clock,
      onAsk: (ask) => this.#onAsk(peer, ask),
      onTell: (tell) => this.#onTell(peer, tell),
      onDropped: () => this.beat.add("dropped", 1),
    });
    this.#links.set(peer, link);
  }

  #onAsk(from: string, ask: IncomingAsk): void {
    const refuse = (error: WireError) => {
      this.#links.get(from)?.consumed(true);
      this.beat.add("refused", 1);
      ask.reply({ ok: false, error });
    };
    if (this.#stopping) {
      return refuse(wireError("peer-down", `${this.spec.protocol.name} is stopping`));
    }
    try {
      const spec = specOf(this.spec.protocol, ask.type, "request");
      const body = parse(spec.body, ask.body, ask.type);
      const { type, trace } = ask;
      const work: Message = { is: "message", spec, from, type, body, trace, ask, delivery: null };
      const offered = this.#mailbox.offer(work, `${from}:${type}`, "refuse");
      if (!offered.taken) {
        return refuse(wireError("overload", `The mailbox of ${this.spec.protocol.name} is full`));
      }
      this.#count();
    } catch (error) {
      refuse(toWire(error));
    }
  }

  #onTell(from: string, tell: IncomingTell): void {
    try {
      const spec = specOf(this.spec.protocol, tell.type, "event");
      const body = parse(spec.body, tell.body, tell.type);
      const { type, trace } = tell;
      const work: Message = {
        is: "message",
        spec,
        from,
        type,
        body,
        trace,
        ask: null,
        delivery: null,
      };
      const offered = this.#mailbox.offer(work, `${from}:${type}`, spec.overflow);
      if (!offered.taken || offered.dropped !== null) {
        this.beat.add("dropped", 1);
        this.#links.get(from)?.consumed(false);
      }
      this.#count();
    } catch (error) {
      this.#links.get(from)?.consumed(true);
      this.beat.add("refused", 1);
      this.log.warn("Message refused", { from, type: tell.type, error: toWire(error) });
    }
  }

  #deliver(delivery: Delivery): void {
    const { type, from, trace } = delivery;
    try {
      const kind = delivery.kind === "effect" ? "effect" : "durable";
      const spec = specOf(this.spec.protocol, type, kind);
      const body = parse(spec.body, upgraded(spec, delivery), type);
      this.#mailbox.push({ is: "message", spec, from, type, body, trace, ask: null, delivery });
      this.#count();
    } catch (error) {
      this.control.post({ is: "refused", id: delivery.id, error: toWire(error) });
    }
  }

  #consumed(message: Message): void {
    if (message.delivery === null) {
      this.#links.get(message.from)?.consumed(this.#mailbox.depth === 0);
    }
  }

  #count(): void {
    this.beat.write("depth", this.#mailbox.depth);
  }

  // ---- messages going out -----------------------------------------------------------------------

  #linkTo(peer: string): Link {
    const link = this.#links.get(peer);
    if (link === undefined) {
      throw new ActorError("peer-down", "peer-down", `${peer} is not running`);
    }
    return link;
  }

  #askMain(
    peer: string,
    type: string,
    request: { body: unknown; deadlineMs: number },
  ): Promise<unknown> {
    const ask = this.#nextAsk++;
    return new Promise((resolve, reject) => {
      const cancel = this.env.clock.after(request.deadlineMs, () => {
        this.#answers.delete(ask);
        reject(new ActorError("deadline", "deadline", `${peer} did not answer in time`));
      });
      this.#answers.set(ask, (answer) => {
        cancel();
        if (answer.ok) return resolve(answer.value);
        const { kind, code, message } = answer.error;
        reject(new ActorError(kind, code, message));
      });
      this.control.post({ is: "ask", ask, peer, type, body: request.body });
    });
  }

  #log(level: LogLevel, message: string, props: LogProps = {}): void {
    const now = this.env.clock.monotonic();
    if (now - this.#logWindow.startedAtMs > 1_000) {
      const suppressed = this.#logWindow.lines - LOGS_PER_SECOND;
      this.#logWindow = { startedAtMs: now, lines: 0 };
      if (suppressed > 0) this.#log("warn", "Log lines suppressed", { count: suppressed });
    }
    this.#logWindow.lines += 1;
    if (this.#logWindow.lines > LOGS_PER_SECOND) return;
    this.control.post({ is: "log", level, message, props });
  }
}

function wireError(kind: WireError["kind"], message: string): WireError {
  return { kind, code: kind, message };
}
