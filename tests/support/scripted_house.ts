/**
 * A whole supervisor in virtual time, three groups deep, over threads that do as a script says, for
 * hands that stop, start and recycle members in the middle of everything.
 */

import { z } from "zod";
import { protocol, serviceActor } from "@/core/kernel/mod.ts";
import type { SupervisorEvent } from "@/core/kernel/events.ts";
import { Group, type Member } from "@/core/kernel/group.ts";
import type { Gone, Host, HostStart, Running } from "@/core/kernel/host.ts";
import {
  child,
  type ChildSpec,
  group,
  type GroupTree,
  type Restart,
  type Strategy,
} from "@/core/kernel/house.ts";
import { Supervisor } from "@/core/supervision/supervisor.ts";
import type { Up } from "@/core/kernel/up.ts";
import type { Down } from "@/core/kernel/wire.ts";
import { Beat } from "@/core/kernel/beat.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { silentLog } from "./house.ts";
import { lineOf } from "./trail.ts";
import { VirtualTime } from "./virtual_time.ts";

const HEARTBEAT_MS = 400;

/** How one thread behaves. */
export interface Script {
  readonly startMs: number;
  readonly starts: "ready" | "crash" | "finish" | "vanish";
  readonly stopMs: number;
}
export const FINE: Script = { startMs: 1, starts: "ready", stopMs: 1 };

class Thread implements Running {
  readonly #gone = Promise.withResolvers<Gone>();
  readonly gone = this.#gone.promise;
  state: "starting" | "ready" | "ended" = "starting";
  isHung = false;
  #isAsked = false;
  readonly #start: HostStart;
  readonly #script: Script;
  readonly #time: VirtualTime;

  constructor(start: HostStart, script: Script, time: VirtualTime) {
    this.#start = start;
    this.#script = script;
    this.#time = time;
    this.#soon(() => this.#up({ is: "up" }));
  }

  post(message: Down, transfer: Transferable[] = []): void {
    for (const port of transfer) (port as MessagePort).close();
    if (message.is === "init") this.#soon(() => this.#init(new Beat(message.beat)));
    if (message.is === "stop") this.#soon(() => this.#stop());
  }
  kill(): void {
    if (!this.isHung) this.#end();
  }

  /** One that hangs for ever does nothing. */
  get isAlive(): boolean {
    return this.state !== "ended" && !this.isHung;
  }

  die(how: typeof DEATHS[number]): void {
    if (this.state !== "ready" || this.isHung) return;
    if (how === "hang") this.isHung = true;
    if (how === "crash") this.#crash();
    if (how === "vanish") this.#end();
    if (how === "finish") this.#stop();
  }

  #init(beat: Beat): void {
    const pulse = () => {
      if (!this.isAlive) return;
      beat.add("beats", 1);
      this.#time.after(HEARTBEAT_MS / 8, pulse);
    };
    pulse();
    const { startMs, starts } = this.#script;
    this.#later(startMs, () => {
      if (starts === "crash") return this.#crash();
      if (starts === "vanish") return this.#end();
      if (starts === "finish") return this.#stop();
      if (this.#isAsked) return;
      this.state = "ready";
      this.#up({ is: "ready" });
    });
  }
  #stop(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#later(this.#script.stopMs, () => {
      this.#up({ is: "stopped" });
      this.#end();
    });
  }
  #crash(): void {
    this.#up({ is: "crash", error: { kind: "fatal", code: "c", message: "Crashed" } });
    this.#end();
  }
  #end(): void {
    if (this.state === "ended") return;
    this.state = "ended";
    this.#soon(() => this.#gone.resolve({ error: null }), true);
  }
  #up(message: Up): void {
    this.#soon(() => this.#start.receive(message), true);
  }
  /** Like a message to or from a thread. */
  #soon(run: () => void, always = false): void {
    this.#time.soon(() => {
      if (always || this.isAlive) run();
    });
  }
  #later(ms: number, run: () => void): void {
    if (ms === 0) this.#soon(run);
    else if (ms < Infinity) {
      this.#time.after(ms, () => {
        if (this.isAlive) run();
      });
    }
  }
}

const BACKOFF = { minMs: 10, maxMs: 80, jitter: 0, healthyAfterMs: 500 };
const INTENSITY = { max: 3, withinMs: 5_000 };

/** A death by itself. */
export const DEATHS = ["crash", "vanish", "finish", "hang"] as const;
/** What a hand may do to a member; `add` starts x in a group. */
export const HANDS = [
  "terminate",
  "stop",
  "kill",
  "restart",
  "recycle",
  "suspend",
  "resume",
  "delete",
  "add",
] as const;

export type Verb = typeof DEATHS[number] | typeof HANDS[number];
export type Command =
  | { readonly do: Verb; readonly who: string }
  /** How the next threads behave; all others are fine. */
  | { readonly script: readonly Script[] }
  | { readonly passMs: number }
  | { readonly ticks: number };

export interface ScriptedOptions {
  /** Of root (a, mid, f), mid (b, leaf, e) and leaf (c, d); one-for-one by default. */
  readonly strategies?: readonly Strategy[];
  /** Of a to f; permanent by default. */
  readonly restarts?: readonly Restart[];
}

export class ScriptedHouse implements Host {
  readonly time = new VirtualTime();
  readonly supervisor: Supervisor;
  /** What happened, in short. */
  readonly trail: string[] = [];
  /** What should not have happened. */
  readonly wrong: string[] = [];
  readonly #threads = new Map<string, Thread>();
  #scripts: readonly Script[] = [];
  /** Hands that wait for what they began. */
  #open = 0;

  constructor({ strategies = [], restarts = [] }: ScriptedOptions) {
    this.supervisor = new Supervisor({
      id: "scripted",
      root: treeOf(strategies, restarts),
      store: new MemoryStore(),
      host: () => this,
      clock: this.time,
      random: () => 0.5,
      serve: [],
      log: silentLog,
      actorLog: () => silentLog,
      onEvent: (event) => this.#hear(event),
      onFenced: (error) => this.wrong.push(String(error)),
    });
  }

  start(start: HostStart): Running {
    if (this.#threads.get(start.name)?.isAlive) this.wrong.push(`${start.name} runs twice`);
    const [script = FINE, ...rest] = this.#scripts;
    this.#scripts = rest;
    const thread = new Thread(start, script, this.time);
    this.#threads.set(start.name, thread);
    this.trail.push(`+${start.name}`);
    return thread;
  }

  /** Begins to start everything. */
  begin(): void {
    this.#hand("start", () => this.supervisor.start());
  }

  /** Begins what the command says and waits for nothing. */
  async take(command: Command): Promise<void> {
    if ("script" in command) this.#scripts = [...this.#scripts, ...command.script];
    else if ("passMs" in command) await this.time.advance(command.passMs);
    else if ("ticks" in command) await this.time.ticks(command.ticks);
    else this.#hand(`${command.do} ${command.who}`, () => this.#do(command.do, command.who));
    this.#look();
  }

  /** Lets everything come to rest, without further trouble, and stops it. */
  async end(): Promise<void> {
    this.#scripts = [];
    await this.time.advance(60_000);
    this.trail.push("quiet");
    if (this.#open > 0) this.wrong.push(`${this.#open} hands wait for ever`);
    let [root = null]: (Group | null)[] = this.supervisor.children.map((one) => one.group);
    while (root?.group) root = root.group;
    for (const member of root?.members ?? []) this.#judge(member, root?.readyForMs !== null);
    const stopped = this.supervisor.stop(5_000);
    await this.time.advance(20_000);
    await stopped;
    for (const [name, { isAlive }] of this.#threads) {
      if (isAlive) this.wrong.push(`${name} is left`);
    }
    if (this.time.pending > 0) this.wrong.push(`${this.time.pending} timers are left`);
  }

  #do(verb: Verb, who: string): unknown {
    const { supervisor } = this;
    switch (verb) {
      case "terminate":
        return supervisor.terminate(who);
      case "stop":
      case "kill":
        if (who === "root") return supervisor.stop(5_000);
        return supervisor.terminate(who, verb);
      case "restart":
      case "recycle":
      case "delete":
        return supervisor[verb](who);
      case "suspend":
      case "resume":
        return supervisor.find(who)?.[verb]();
      case "add":
        return supervisor.startChild(actor("x"), who);
      default:
        return this.#threads.get(who)?.die(verb);
    }
  }

  #hand(what: string, run: () => unknown): void {
    this.trail.push(what);
    this.#open += 1;
    const failed = (error: { code?: string }) => this.trail.push(`${what}: ${error.code ?? error}`);
    new Promise((resolve) => resolve(run())).catch(failed).finally(() => this.#open -= 1);
  }

  #hear(event: SupervisorEvent): void {
    this.trail.push(lineOf(event));
    if (event.is !== "stopped" && event.is !== "restarting") return;
    if (this.#threads.get(event.actor)?.isAlive) {
      this.wrong.push(`${event.actor} is told of as ${event.is} and runs`);
    }
  }

  #look(): void {
    const { actors } = this.supervisor.snapshot();
    for (const { name, status, recentRestarts } of actors) {
      const child = this.supervisor.find(name);
      const isWell = status === "ready" || status === "degraded" || status === "suspended";
      if (isWell && (!child?.isRunning || !child.wanted)) {
        this.wrong.push(`${name} is shown as ${status}`);
      }
      if (status !== "backoff" && status !== "restarting" && recentRestarts.nextAtMs !== null) {
        this.wrong.push(`${name} is shown as ${status} and due`);
      }
      if (status === "stopped" && child?.isRunning) {
        this.wrong.push(`${name} runs, shown as stopped`);
      }
    }
  }

  /** Whoever is wanted runs, and whoever is not does not, and can be started. */
  #judge(member: Member, isParentUp: boolean): void {
    const shouldRun = isParentUp && member.wanted;
    const isThere = member instanceof Group || this.#threads.get(member.name)?.state === "ready";
    if ((isThere && member.readyForMs !== null) !== shouldRun) {
      this.wrong.push(`${member.name} ${shouldRun ? "is not up" : "is up"}`);
    }
    if (!shouldRun && isParentUp && !member.isDown) this.wrong.push(`${member.name} is in limbo`);
    const status = this.supervisor.find(member.name)?.status ?? "";
    if (!shouldRun && isParentUp && ["backoff", "restarting", "draining"].includes(status)) {
      this.wrong.push(`${member.name} is shown as ${status} for ever`);
    }
    if (member instanceof Group) { for (const one of member.members) this.#judge(one, shouldRun); }
  }
}

function treeOf(strategies: readonly Strategy[], restarts: readonly Restart[]): GroupTree {
  const [ofRoot = "one", ofMid = "one", ofLeaf = "one"] = strategies;
  const [a, b, c, d, e, f] = restarts;
  const part = { intensity: INTENSITY, backoff: BACKOFF };
  const ofC = [actor("c", c), actor("d", d)];
  const leaf = group("leaf", { ...part, strategy: ofLeaf, children: ofC });
  const ofB = [actor("b", b), leaf, actor("e", e)];
  const mid = group("mid", { ...part, strategy: ofMid, children: ofB });
  // Above everything, or the first escalation would be the end of the play.
  const intensity = { max: 1_000, withinMs: 1e9 };
  return group("root", {
    intensity,
    strategy: ofRoot,
    children: [actor("a", a), mid, actor("f", f)],
  });
}

function actor(name: string, restart: Restart = "permanent"): ChildSpec {
  const spec = serviceActor({
    protocol: protocol(name, {}),
    config: z.object({}),
    worker: "script",
    limits: { heartbeatMs: HEARTBEAT_MS, startMs: 1_000, shutdownMs: 500 },
  });
  return child(spec, { config: () => ({}), restart, backoff: BACKOFF });
}
