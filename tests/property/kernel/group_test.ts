/**
 * Groups in virtual time over members that do as they are told, against an oracle that says in
 * plain words who must run. Thousands of random histories of deaths, failed starts, waiting, and
 * hands that stop and start.
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Clock } from "@/core/kernel/clock.ts";
import { Group, Member, type StopBy, type Wait } from "@/core/kernel/group.ts";
import type { Backoff, Policy, Restart, Strategy } from "@/core/kernel/house.ts";
import type { Started } from "@/core/kernel/life.ts";
import type { ExitKind } from "@/core/kernel/strategy.ts";

const INTENSITY = { max: 2, withinMs: 1_000 };
const BACKOFF: Backoff = { minMs: 10, maxMs: 80, jitter: 0, healthyAfterMs: 500 };

/** Time without messages: only promises have to settle. */
class Time implements Clock {
  nowMs = 0;
  timers: { atMs: number; run: () => void }[] = [];
  now = () => this.nowMs;
  monotonic = () => this.nowMs;
  after = (delayMs: number, run: () => void) => {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((one) => one !== timer));
  };

  async advance(byMs: number): Promise<void> {
    const untilMs = this.nowMs + byMs;
    for (;;) {
      await settled();
      if (!this.fire(untilMs)) break;
    }
    this.nowMs = untilMs;
  }

  /** Runs the next timer, if it is due by then, and waits for nothing. */
  fire(untilMs: number): boolean {
    const due = this.timers.filter(({ atMs }) => atMs <= untilMs);
    const next = due.sort((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) return false;
    this.timers = this.timers.filter((one) => one !== next);
    this.nowMs = next.atMs;
    next.run();
    return true;
  }
}

async function settled(): Promise<void> {
  await ticks(150);
}

async function ticks(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await Promise.resolve();
}

class Puppet extends Member {
  readonly name: string;
  policy: Policy;
  isUp = false;
  get isDown(): boolean {
    return !this.isUp;
  }
  get readyForMs(): number | null {
    return this.isUp ? this.#time.nowMs - this.#upAtMs : null;
  }
  starts = 0;
  failuresToCome = 0;
  /** Ends that nobody has decided about. */
  undecided = 0;
  readonly #time: Time;
  readonly #log: string[];
  #upAtMs = 0;

  constructor(name: string, restart: Restart, world: { time: Time; log: string[] }) {
    super();
    this.name = name;
    this.policy = { restart, significant: false, backoff: BACKOFF };
    this.#time = world.time;
    this.#log = world.log;
  }

  async start(): Promise<Started> {
    assert.equal(this.isUp, false, `${this.name} is started twice`);
    const era = this.era += 1;
    await ticks(5);
    if (this.era !== era) throw new Error("Stopped while starting");
    if (this.failuresToCome > 0) {
      this.failuresToCome -= 1;
      this.undecided += 1;
      this.#log.push(`${this.name}!`);
      throw new Error("Not this time");
    }
    this.isUp = true;
    this.starts += 1;
    this.#upAtMs = this.#time.nowMs;
    this.#log.push(`+${this.name}`);
    return "started";
  }
  async stop(_by: StopBy): Promise<void> {
    this.era += 1;
    await ticks(5);
    if (this.isUp) this.#log.push(`-${this.name}`);
    this.isUp = false;
  }
  wait(_wait: Wait): void {
    assert.equal(this.isUp, false);
    this.undecided = 0;
  }
  leave(): void {
    this.undecided = 0;
  }
  die(kind: ExitKind): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.undecided += 1;
    const readyForMs = this.#time.nowMs - this.#upAtMs;
    this.onEnd({ kind, error: null, readyForMs, era: this.era });
  }
}

interface Known {
  readonly name: string;
  readonly restart: Restart;
  up: boolean;
  wanted: boolean;
  forgotten: boolean;
  starts: number;
  failuresToCome: number;
  upAtMs: number;
  /** Ready time in all; where on it the restarts lie. */
  readyMs: number;
  restarts: number[];
  inARow: number;
}

/** Who must run: no promises, no queues, one thing after another. */
class Oracle {
  readonly members: Known[];
  gaveUp = false;
  readonly #strategy: Strategy;
  #nowMs = 0;
  #due: { atMs: number; names: Known[] }[] = [];

  constructor(strategy: Strategy, restarts: readonly Restart[]) {
    this.#strategy = strategy;
    this.members = restarts.map((restart, index) => ({
      name: NAMES[index] ?? "",
      restart,
      up: true,
      wanted: true,
      forgotten: false,
      starts: 1,
      failuresToCome: 0,
      upAtMs: 0,
      readyMs: 0,
      restarts: [],
      inARow: 0,
    }));
  }

  die(one: Known, kind: ExitKind): void {
    if (one.up) this.#fall(one, kind, this.#nowMs - one.upAtMs);
  }

  #fall(one: Known, kind: ExitKind, readyForMs: number): void {
    one.up = false;
    if (one.restart === "temporary" || (one.restart === "transient" && kind === "normal")) {
      one.wanted = false;
      if (one.restart === "temporary") this.#forget(one);
      return;
    }
    one.readyMs += readyForMs;
    one.restarts = one.restarts.filter((at) => one.readyMs - at < INTENSITY.withinMs);
    if (one.restarts.length >= INTENSITY.max) return this.stop();
    one.restarts.push(one.readyMs);
    one.inARow = readyForMs >= BACKOFF.healthyAfterMs ? 1 : one.inARow + 1;
    const delayMs = Math.min(BACKOFF.maxMs, BACKOFF.minMs * 2 ** (one.inARow - 1));
    const from = {
      one: [one],
      all: this.members,
      rest: this.members.slice(this.members.indexOf(one)),
    };
    const touched = from[this.#strategy].filter(({ wanted }) => wanted);
    for (const other of touched) {
      this.#rest(other);
      this.#undue(other);
      if (other.restart === "temporary") this.#forget(other);
    }
    const names = touched.filter(({ wanted }) => wanted);
    this.#due.push({ atMs: this.#nowMs + delayMs, names });
  }

  /** It is taken down in good health: the time counts, a long one clears its name. */
  #rest(one: Known): void {
    if (!one.up) return;
    one.up = false;
    one.readyMs += this.#nowMs - one.upAtMs;
    if (this.#nowMs - one.upAtMs >= BACKOFF.healthyAfterMs) one.inARow = 0;
  }

  #forget(one: Known): void {
    one.wanted = false;
    one.forgotten = true;
  }

  #undue(one: Known): void {
    this.#due = this.#due.map(({ atMs, names }) => ({
      atMs,
      names: names.filter((other) => other !== one),
    }));
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#due.filter(({ atMs }) => atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#nowMs = next.atMs;
      for (const one of next.names) {
        if (!this.#start(one)) {
          this.#fall(one, "crash", 0);
          break;
        }
      }
    }
    this.#nowMs = untilMs;
  }

  #start(one: Known): boolean {
    if (one.failuresToCome > 0) {
      one.failuresToCome -= 1;
      return false;
    }
    one.up = true;
    one.starts += 1;
    one.upAtMs = this.#nowMs;
    return true;
  }

  terminate(one: Known): void {
    one.wanted = false;
    one.up = false;
    one.forgotten ||= one.restart === "temporary";
    this.#undue(one);
  }
  recycle(one: Known): void {
    if (!one.up) return;
    this.#rest(one);
    if (!this.#start(one)) this.#fall(one, "crash", 0);
  }
  restart(one: Known): void {
    one.restarts = [];
    one.readyMs = 0;
    one.inARow = 0;
    one.wanted = this.#start(one);
  }
  stop(): void {
    this.gaveUp = true;
    this.#due = [];
    for (const one of this.members) one.up = false;
  }
}

const NAMES = ["a", "b", "c", "d"];
const index = fc.nat(3);
const kind = fc.constantFrom<ExitKind>("crash", "crash", "vanished", "normal");
const command = fc.oneof(
  fc.record({ do: fc.constant("die" as const), who: index, kind }),
  fc.record({ do: fc.constant("die" as const), who: index, kind }),
  fc.record({ do: fc.constant("both" as const), who: index, other: index }),
  fc.record({
    do: fc.constant("failing" as const),
    who: index,
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    do: fc.constant("pass" as const),
    ms: fc.constantFrom(1, 9, 15, 50, 200, 700, 1_100),
  }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(100, 600, 1_100) }),
  fc.record({ do: fc.constant("terminate" as const), who: index }),
  fc.record({
    do: fc.constant("recycle" as const),
    who: index,
    times: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({ do: fc.constant("restart" as const), who: index }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;
const restart = fc.constantFrom<Restart>("permanent", "permanent", "transient", "temporary");
const world = fc.record({
  strategy: fc.constantFrom<Strategy>("one", "all", "rest"),
  restarts: fc.tuple(restart, restart, restart, restart),
  commands: fc.array(command, { maxLength: 40, size: "max" }),
});

class Play {
  readonly time = new Time();
  readonly log: string[] = [];
  readonly puppets: readonly Puppet[];
  readonly oracle: Oracle;
  readonly group: Group;
  escalations = 0;

  constructor(strategy: Strategy, restarts: readonly Restart[]) {
    this.puppets = restarts.map((restart, at) => new Puppet(NAMES[at] ?? "", restart, this));
    this.oracle = new Oracle(strategy, restarts);
    this.group = new Group({
      name: "root",
      strategy,
      intensity: INTENSITY,
      autoShutdown: "never",
      stopping: "reverse",
      shutdown: "unlimited",
      restart: "permanent",
      significant: false,
      backoff: BACKOFF,
    }, { clock: this.time, random: () => 0.5 });
    for (const puppet of this.puppets) this.group.add(puppet, true);
    this.group.onEnd = () => this.escalations += 1;
  }

  async take(command: Command): Promise<void> {
    const { puppets, oracle, time, group } = this;
    if (command.do === "pass") {
      await time.advance(command.ms);
      oracle.advance(command.ms);
      return;
    }
    const puppet = puppets[command.who] ?? assert.fail();
    const known = oracle.members[command.who] ?? assert.fail();
    const isThere = !oracle.gaveUp && !known.forgotten;
    if (command.do === "die") {
      puppet.die(command.kind);
      oracle.die(known, command.kind);
    } else if (command.do === "both") {
      puppet.die("crash");
      puppets[command.other]?.die("crash");
      oracle.die(known, "crash");
      oracle.die(oracle.members[command.other] ?? assert.fail(), "crash");
    } else if (command.do === "failing") {
      puppet.failuresToCome = known.failuresToCome = command.times;
    } else if (command.do === "recycle" && isThere) {
      // Asked for twice in one life, it is done once.
      for (let n = 0; n < command.times; n++) group.recycle(puppet, "memory");
      oracle.recycle(known);
    } else if (command.do === "terminate" && isThere) {
      await group.stopMember(puppet, { untilMs: Infinity });
      oracle.terminate(known);
    } else if (command.do === "restart" && isThere && !known.wanted) {
      await group.startMember(puppet).catch(() => {});
      oracle.restart(known);
    }
    await settled();
  }

  check(): void {
    const { puppets, oracle } = this;
    const seen = puppets.map(({ name, isUp, starts }) => `${name} ${isUp} ${starts}`);
    const wanted = oracle.members.map(({ name, up, starts }) => `${name} ${up} ${starts}`);
    assert.deepEqual(seen, wanted, this.log.join(" "));
    assert.equal(this.escalations, oracle.gaveUp ? 1 : 0);
    if (!oracle.gaveUp) {
      for (const { name, undecided } of puppets) assert.equal(undecided, 0, `${name} is in limbo`);
    }
    const members = this.group.members.map(({ name }) => name);
    assert.deepEqual(
      members,
      oracle.members.filter((one) => !one.forgotten).map((one) => one.name),
    );
  }
}

Deno.test("groups run exactly whom the oracle says, over thousands of random histories", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ strategy, restarts, commands }) => {
      const play = new Play(strategy, restarts);
      await play.group.start();
      assert.deepEqual(play.log.splice(0), ["+a", "+b", "+c", "+d"]);
      for (const command of commands) {
        await play.take(command);
        play.check();
      }
      play.log.length = 0;
      const running = play.puppets.filter(({ isUp }) => isUp).map(({ name }) => `-${name}`);
      await play.group.stop({ untilMs: Infinity });
      assert.deepEqual(play.log, running.reverse(), "stopped in reverse");
      assert.deepEqual(play.time.timers, [], "no timer is left");
      await play.time.advance(10_000);
      assert.ok(play.puppets.every(({ isUp }) => !isUp), "nobody comes back");
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("a stop in the middle of anything leaves nobody up and no timer", async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.nat(60), async ({ strategy, restarts, commands }, delay) => {
      const play = new Play(strategy, restarts);
      await play.group.start();
      for (const command of commands) {
        if (command.do === "pass") await play.time.advance(command.ms);
        if (command.do === "failing") continue;
        if ("who" in command) play.puppets[command.who]?.die("crash");
      }
      await ticks(delay % 20);
      play.time.fire(Infinity);
      await ticks(delay);
      await play.group.stop({ untilMs: Infinity });
      await settled();
      assert.deepEqual(play.time.timers, []);
      await play.time.advance(10_000);
      assert.ok(play.puppets.every(({ isUp }) => !isUp));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("a hand that stops in the middle of anything wins", async () => {
  const hands = fc.record({ who: index, after: fc.nat(60) });
  await fc.assert(
    fc.asyncProperty(world, hands, async ({ strategy, restarts, commands }, { who, after }) => {
      const play = new Play(strategy, restarts);
      const { group, time } = play;
      const puppet = play.puppets[who] ?? assert.fail();
      await group.start();
      for (const command of commands) {
        if (command.do === "failing" && command.who === who) puppet.failuresToCome = command.times;
        if (command.do === "pass") await time.advance(command.ms);
        if (command.do === "die") play.puppets[command.who]?.die("crash");
      }
      await ticks(after % 20);
      time.fire(Infinity);
      await ticks(after);
      if (!group.members.includes(puppet) || group.readyForMs === null) return;
      await group.stopMember(puppet, { untilMs: Infinity });
      await time.advance(10_000);
      assert.equal(puppet.isUp, false);
      assert.equal(puppet.undecided, 0);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("E4 an end that comes together with another's counts its healthy time all the same", async () => {
  const play = new Play("all", ["permanent", "permanent", "permanent", "permanent"]);
  await play.group.start();
  const commands: readonly Command[] = [
    { do: "die", who: 0, kind: "crash" },
    { do: "pass", ms: 1_100 },
    { do: "both", who: 1, other: 0 },
    { do: "failing", who: 0, times: 2 },
    { do: "pass", ms: 1_100 },
  ];
  for (const command of commands) {
    await play.take(command);
    play.check();
  }
  assert.ok(play.puppets.every(({ isUp }) => isUp));
  await play.group.stop({ untilMs: Infinity });
});
