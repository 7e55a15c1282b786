/**
 * What runs inside an actor's host, whichever host that is: it talks to main over the control
 * channel and to peers over links, keeps the mailbox bounded, and lets a brain (turns or service)
 * handle one piece of work after another.
 */

import type { ActorSpec, ServiceDefinition, TurnDefinition } from "@/core/kernel/actor.ts";
import { Beat, newBeatMemory } from "@/core/kernel/beat.ts";
import { parse } from "@/core/kernel/check.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError, toWire } from "@/core/kernel/errors.ts";
import type { Committed } from "@/core/kernel/store.ts";
import type { Findings, Up } from "@/core/kernel/up.ts";
import type { Chaos, ControlPort, Down, Init } from "@/core/kernel/wire.ts";
import { Mailbox } from "./mailbox.ts";
import { Peers } from "./peers.ts";
import { Reports } from "./reports.ts";
import { ServiceBrain } from "./service_brain.ts";
import { TurnBrain } from "./turn_brain.ts";
import type { Continuation, Message, Work } from "./work.ts";

/** What the host lends to the runtime. */
export interface RuntimeEnv {
  readonly clock: Clock;
  readonly random: () => number;
  heapBytes(): number;
  chaos(what: Chaos): void;
  probe(config: unknown, canaries: readonly string[]): Promise<Findings>;
}

/** How an actor's behaviour is executed. */
export interface Brain {
  start(): Promise<void>;
  /** A promise only where something has to be waited for; throws or rejects to crash. */
  handle(work: Message | Continuation): Promise<void> | void;
  /** No new work will come; what is in progress may finish. */
  stop(): Promise<void>;
  /** The stop was requested; the mailbox is still being drained. */
  stopping(): void;
  readonly concurrency: number;
}

export type Definition = TurnDefinition | ServiceDefinition;

/** Answers and timers, among the latencies; their own names have no bound. */
const OWN_TURNS = "(own turns)";

export class Runtime {
  readonly spec: ActorSpec;
  readonly env: RuntimeEnv;
  readonly control: ControlPort;
  readonly #definition: Definition;
  readonly #mailbox: Mailbox<Work>;
  readonly peers: Peers;
  readonly reports: Reports;
  /** Main sees nothing of it before the start. */
  beat = new Beat(newBeatMemory());
  /** What a changed config becomes with the next message. */
  config: unknown;
  #init: Init | null = null;
  #brain: Brain | null = null;
  /** Who waits for main to have stored something. */
  readonly #calls = new Map<number, (committed: Committed | null) => void>();
  #nextCall = 1;
  #nextTrace = 1;
  #stopping = false;
  #over = false;
  #busy = 0;
  /** `taking`: messages are handled; before, they wait, and afterwards they are given back. */
  #state: "starting" | "taking" | "ending" = "starting";
  #isSuspended = false;
  /** Called when nothing is being handled any more. */
  #idle = () => {};

  constructor(definition: Definition, control: ControlPort, env: RuntimeEnv) {
    this.#definition = definition;
    this.spec = definition.spec;
    this.control = control;
    this.env = env;
    this.#mailbox = new Mailbox(this.spec.limits.mailbox);
    this.peers = new Peers(this, this.#mailbox);
    this.reports = new Reports(env.clock, (message) => {
      if (!this.#over) control.post(message);
    });
    control.listen((message) => this.#receive(message));
    control.post({ is: "up" });
  }

  // ---- for brains -------------------------------------------------------------------------------

  get init(): Init {
    if (this.#init === null) throw new ActorError("fatal", "not-initialised", "Init has not come");
    return this.#init;
  }

  newTrace(): string {
    return `${this.init.name}.${this.init.incarnation}.${this.#nextTrace++}`;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Queues a continuation of the actor itself; never refused, because the actor bounds its asks. */
  resume(then: Pick<Continuation, "trace" | "run" | "value">): void {
    this.#mailbox.push({ is: "then", queuedAtMs: this.env.clock.monotonic(), ...then });
    this.wake();
  }

  /** The actor has nothing more to do: it ends once what was accepted is handled. */
  finish(): void {
    if (!this.#stopping) this.control.post({ is: "finishing" });
    this.#stop(true);
  }

  /** Has main store something; lasts until it is stored. */
  store(what: (call: number) => Up): Promise<Committed | null> {
    const call = this.#nextCall++;
    this.control.post(what(call));
    return new Promise((resolve) => this.#calls.set(call, resolve));
  }

  /** Ends this incarnation with a cause. */
  crash(thrown: unknown): void {
    if (this.#over) return;
    this.reports.tellFacts();
    this.#over = true;
    this.#state = "ending";
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
        return this.peers.link(message.peer, message.port);
      case "unlink":
        return this.peers.unlink(message.peer);
      case "deliver":
        return this.peers.deliver(message);
      case "stored":
        this.#calls.get(message.call)?.(message.committed);
        this.#calls.delete(message.call);
        return;
      case "suspend":
        // One that stops has to get to the end of its mailbox.
        this.#isSuspended = !this.#stopping;
        return;
      case "resume":
        return this.#goOn();
      case "config":
        return this.#configure(message.config);
      case "stop":
        return this.#stop(message.drain);
      case "chaos":
        return this.env.chaos(message.what);
      case "probe":
        this.env.probe(this.init.config, message.canaries)
          .then((findings) => this.control.post({ is: "probed", findings }))
          .catch((error) => this.crash(error));
        return;
    }
  }

  async #start(init: Init): Promise<void> {
    this.#init = init;
    this.beat = new Beat(init.beat);
    this.#heartbeat();
    this.config = parse(this.spec.config, init.config, `${init.name} config`);
    const brain: Brain = "turns" in this.#definition
      ? new TurnBrain(this, this.#definition.turns)
      : new ServiceBrain(this, this.#definition.service);
    this.#brain = brain;
    await brain.start();
    this.reports.tellFacts();
    // One that has nothing to do never was ready; main knows it by that.
    if (!this.#stopping) this.control.post({ is: "ready" });
    this.#state = "taking";
    this.wake();
  }

  /** There may be something to handle: takes as much of it at once as the brain can. */
  wake(): void {
    const brain = this.#brain;
    while (brain !== null && this.#isTaking && this.#busy < brain.concurrency) {
      const work = this.#mailbox.poll();
      if (work === undefined) break;
      if (work.is === "stop") this.#end(brain).catch((error) => this.crash(error));
      else this.#handle(brain, work);
    }
    this.beat.write("depth", this.#mailbox.depth);
    this.beat.write("ephemeral", this.#mailbox.ephemeral);
  }

  get #isTaking(): boolean {
    return this.#state === "taking" && !this.#isSuspended;
  }

  async #end(brain: Brain): Promise<void> {
    this.#state = "ending";
    for (const left of this.#mailbox.items) {
      if (left.is === "message" && left.delivery !== null) this.peers.giveBack(left.delivery);
    }
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#idle = resolve);
    await brain.stop();
    if (this.#over) return;
    this.reports.tellFacts();
    this.reports.tellNews(true);
    this.#over = true;
    this.control.post({ is: "stopped" });
    this.control.close();
  }

  #handle(brain: Brain, work: Message | Continuation): void {
    const { beat, env } = this;
    const startedAtMs = env.clock.monotonic();
    if (work.is === "message") work.link?.consumed();
    if (work.is === "message" && isExpired(work, startedAtMs)) return this.peers.expired(work);
    this.#busy += 1;
    beat.write("busySinceMs", env.clock.now());
    beat.write("currentId", work.is === "message" ? work.delivery?.id ?? 0 : 0);
    try {
      const handled = brain.handle(work);
      if (handled === undefined) this.#handled(work, startedAtMs);
      else {
        handled.then(() => {
          this.#handled(work, startedAtMs);
          this.wake();
        }).catch((error) => this.crash(error));
      }
    } catch (error) {
      // The beat keeps what was being handled: main counts the crash against that message.
      this.crash(error);
    }
  }

  #handled(work: Message | Continuation, startedAtMs: number): void {
    const type = work.is === "message" ? work.type : OWN_TURNS;
    const tookMs = this.env.clock.monotonic() - startedAtMs;
    this.reports.handled(type, startedAtMs - work.queuedAtMs, tookMs);
    this.beat.add("handled", 1);
    this.#busy -= 1;
    if (this.#busy > 0) return;
    this.beat.write("busySinceMs", 0);
    this.beat.write("currentId", 0);
    this.#idle();
  }

  #stop(drain: boolean): void {
    if (this.#over || (drain && this.#stopping)) return;
    this.#stopping = true;
    if (this.#brain === null) return this.control.close();
    this.#brain.stopping();
    if (drain) this.#mailbox.push({ is: "stop" });
    else this.#mailbox.overtake({ is: "stop" });
    this.#goOn();
  }

  #goOn(): void {
    this.#isSuspended = false;
    this.wake();
  }

  /** Beats from a timer: a loop that never yields stops it, and that is the point. */
  #heartbeat(): void {
    const everyMs = Math.min(500, this.spec.limits.heartbeatMs / 8);
    const dueAtMs = this.env.clock.monotonic() + everyMs;
    this.env.clock.after(everyMs, () => {
      if (this.#over) return;
      this.beat.add("beats", 1);
      this.beat.write("lagMs", Math.max(0, this.env.clock.monotonic() - dueAtMs));
      this.beat.write("heapBytes", this.env.heapBytes());
      this.reports.tellNews();
      this.#heartbeat();
    });
  }

  /** Main checked it with the same schema; what is being handled goes on with the old one. */
  #configure(config: unknown): void {
    try {
      this.config = parse(this.spec.config, config, `${this.init.name} config`);
    } catch (error) {
      this.reports.log.error("Config refused", { error: toWire(error) });
    }
  }
}

function isExpired({ ask, queuedAtMs }: Message, nowMs: number): boolean {
  return ask !== null && nowMs - queuedAtMs > ask.deadlineMs;
}
