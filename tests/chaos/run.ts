/** One run: load, kill, recover, judge; again and again; then silence, and the last judgement. */

import { GAMES } from "@/core/domain/market.ts";
import { sleep, systemClock } from "@/core/kernel/clock.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { type Edge, OWNER, pagesAsked, withEdge } from "@/tests/support/edge.ts";
import { freePort } from "@/tests/support/free_port.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { Daemon, type Recovery } from "./daemon.ts";
import { type Evidence, readEvidence } from "./evidence.ts";
import { Load } from "./load.ts";
import {
  bandsMet,
  judgeMoment,
  judgePages,
  judgeSurvival,
  judgeTelling,
  type Told,
  type Violation,
} from "./oracle.ts";
import { type Kill, planKills } from "./plan.ts";

export interface RunOptions {
  readonly kills: number;
  readonly seed: number;
  /** Hears of every kill. */
  readonly say: (line: string) => void;
  /** Is given what ends the run early and leaves nothing running. */
  readonly onEnd: (end: () => Promise<void>) => void;
}

export interface Suffered extends Kill, Recovery {
  readonly violations: readonly Violation[];
}

export interface RunReport {
  readonly suffered: readonly Suffered[];
  /** Found after everything had come to rest. */
  readonly final: readonly Violation[];
  readonly pagesAgain: number;
  readonly load: {
    readonly scansCompleted: number;
    readonly offersJudged: number;
    readonly opportunities: number;
    readonly durableMessages: number;
    readonly effects: number;
    readonly commands: number;
    readonly repeatsMarked: number;
    readonly turns: number;
  };
}

/**
 * Few titles, because ten requests a second is all the budget there is and each title costs three;
 * many listings of each, so that a scan has pages that a kill can come between.
 */
const MARKET = { titles: 200, depth: 4, latencyMs: 10, logCapacity: 1_000_000 };
const REST_MS = 180_000;
const READ_MS = 30_000;
const SCENE_MS = 2_000;

export async function run(options: RunOptions): Promise<RunReport> {
  const home = await Deno.makeTempDir({ prefix: "marketd-chaos-" });
  let report: RunReport | null = null;
  await withEdge(async (edge) => {
    const env = {
      ...edge.env,
      MARKETD_HTTP: `127.0.0.1:${freePort()}`,
      MARKETD_LOG: "json",
      MARKETD_GUARDIAN: "on",
    };
    const daemon = new Daemon(home, env);
    options.onEnd(() => daemon.kill());
    await daemon.start();
    try {
      report = await new Run(options, edge, daemon).go();
      await daemon.stop();
    } catch (error) {
      const log = `${home}/chaos.log`;
      const scene = await describeScene(daemon, edge);
      await daemon.kill();
      await Deno.writeTextFile(log, `${daemon.app.output}\n${scene}\n`);
      throw new Error(`Seed ${options.seed}: see ${log}`, { cause: error });
    }
  }, { seed: options.seed, ...MARKET });
  if (report === null) throw new Error("The run ended without a report");
  await Deno.remove(home, { recursive: true });
  return report;
}

/** What a run that got stuck leaves to look at, beside the log. */
async function describeScene(daemon: Daemon, { telegram }: Edge): Promise<string> {
  const health = await daemon.app.get("/health", { signal: AbortSignal.timeout(SCENE_MS) })
    .then((response) => response.text(), (error) => `no answer: ${error}`);
  const { unconfirmed, polling } = telegram;
  return JSON.stringify({ health, telegram: { unconfirmed, polling } }, null, 2);
}

class Run {
  readonly #options: RunOptions;
  readonly #edge: Edge;
  readonly #daemon: Daemon;
  readonly #load: Load;
  readonly #suffered: Suffered[] = [];
  readonly #killsMet = new Map<string, number>();

  constructor(options: RunOptions, edge: Edge, daemon: Daemon) {
    this.#options = options;
    this.#edge = edge;
    this.#daemon = daemon;
    this.#load = new Load(edge.telegram, options.seed);
  }

  async go(): Promise<RunReport> {
    const { kills, seed } = this.#options;
    const plan = planKills(kills, seed, await this.#daemon.actors());
    for (const kill of plan) await this.#endure(kill);
    const last = await this.#rest();
    const pages = judgePages(last, {
      pagesAsked: this.#pagesByBand(),
      killsMet: this.#killsMet,
    });
    const telling = judgeTelling(last, {
      told: this.#told(),
      asked: this.#load.asked,
      isOver: true,
    });
    const final = [...judgeMoment(last), ...telling, ...pages.violations];
    return {
      suffered: this.#suffered,
      final,
      pagesAgain: pages.again,
      load: this.#loadOf(last),
    };
  }

  async #endure(kill: Kill): Promise<void> {
    await this.#load.add(this.#daemon.app);
    await sleep(systemClock, kill.afterMs);
    const before = await this.#read();
    const recovery = await this.#daemon.suffer(kill, () => this.#load.say("/help"));
    // First what was said, then what was decided: nothing is said that was not decided before.
    const told = this.#told();
    const after = await this.#read();
    for (const band of bandsMet(before, after)) {
      this.#killsMet.set(band, (this.#killsMet.get(band) ?? 0) + 1);
    }
    const violations = [
      ...judgeSurvival(before, after),
      ...judgeMoment(after),
      ...judgeTelling(after, { told, asked: this.#load.asked, isOver: false }),
    ];
    this.#suffered.push({ ...kill, ...recovery, violations });
    this.#tell(kill, recovery, violations);
  }

  #tell(kill: Kill, { ms }: Recovery, violations: readonly Violation[]): void {
    const { say, kills } = this.#options;
    const what = kill.actor === null ? kill.kind : `${kill.kind} ${kill.actor}`;
    say(`${this.#suffered.length}/${kills} ${what}: back after ${Math.round(ms)} ms`);
    for (const { is, what } of violations) say(`  ${is}: ${what}`);
  }

  /** No more scans; resolves when nothing is left to do. */
  async #rest(): Promise<Evidence> {
    this.#load.say("/stop");
    return await waitFor("rest", async () => {
      const now = await readEvidence(this.#daemon.home);
      const isWaiting = now.outbox.some(({ status }) => ["pending", "attempting"].includes(status));
      const answered = new Set(this.#edge.telegram.messages.map(({ replyTo }) => replyTo));
      const isOwed = this.#load.asked.some((id) => !answered.has(id));
      return now.activeScans === 0 && !isWaiting && !isOwed ? now : null;
    }, REST_MS).catch(() => this.#read());
  }

  /** Right after a blow the database may not answer yet. */
  async #read(): Promise<Evidence> {
    return await waitFor(
      "the database to answer",
      () => readEvidence(this.#daemon.home),
      READ_MS,
    );
  }

  #told(): Told[] {
    const { messages } = this.#edge.telegram;
    return messages.filter(({ chatId }) => chatId === OWNER);
  }

  #pagesByBand(): Map<string, number> {
    const levels = new Map(LEVELS.map((level) => [LEVEL_RULES[level].fromCents, level]));
    const counts = new Map<string, number>();
    for (const page of pagesAsked(this.#edge.market)) {
      const [game = "", from = ""] = page.split(" ");
      const level = levels.get(Number(from));
      if (level === undefined || !GAMES.some((known) => known === game)) continue;
      const band = `${game} ${level}`;
      counts.set(band, (counts.get(band) ?? 0) + 1);
    }
    return counts;
  }

  #loadOf(last: Evidence): RunReport["load"] {
    const completed = last.scans.filter(({ status }) => status === "completed");
    return {
      scansCompleted: completed.length,
      offersJudged: last.scans.reduce((sum, { processed }) => sum + processed, 0),
      opportunities: last.opportunities.size,
      durableMessages: last.outbox.filter(({ kind }) => kind === "message").length,
      effects: last.outbox.filter(({ kind }) => kind === "effect").length,
      commands: this.#load.asked.length,
      repeatsMarked: this.#edge.telegram.messages.filter(({ text }) => text.includes("↻")).length,
      turns: [...last.actors.values()].reduce((sum, { version }) => sum + version, 0),
    };
  }
}
