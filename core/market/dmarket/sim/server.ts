/** The simulated DMarket as a server: same routes, same wire forms, no money and no network. */

import { type Clock, systemClock } from "@/core/kernel/clock.ts";
import { Aggregates } from "./aggregates.ts";
import { SignatureCheck } from "./auth.ts";
import { DEMO_KEYS } from "./demo_keys.ts";
import { dispatch, type Stage } from "./dispatch.ts";
import { Faults } from "./faults.ts";
import { generateMarket } from "./generate.ts";
import type { Market } from "./market.ts";
import { Ledger } from "./ledger.ts";
import { Movement } from "./movement.ts";
import { OffersSearch } from "./offers_query.ts";
import { Rng } from "./random.ts";
import { RateLimiter, type RateLimits } from "./rate_limits.ts";
import { type LoggedRequest, RequestLog } from "./request_log.ts";
import { loadScenario } from "./scenario_load.ts";

/** All optional: the default is a small, standing market on any free port of loopback. */
export interface SimulatorOptions {
  /** 0 takes any free port; default 0. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1. */
  readonly hostname?: string | undefined;
  /** Default 1. Ignored when a market or a scenario is given. */
  readonly seed?: number | undefined;
  /** Titles of a generated market; default 4,000. */
  readonly titles?: number | undefined;
  /** Listings per title relative to the default; default 1. */
  readonly depth?: number | undefined;
  /** A market made elsewhere. */
  readonly market?: Market | undefined;
  /** A parsed `marketd-scenario/1` document. */
  readonly scenario?: unknown;
  /** Market time per real time, 0 to 10,000: 0 stands still, 1 is life-like; default 0. */
  readonly speed?: number | undefined;
  /** How far its clock is ahead of `clock`, seconds; default 0. */
  readonly skewS?: number | undefined;
  /** Added to every answer; default 0. */
  readonly latencyMs?: number | undefined;
  /** Public keys that may sign, lower-case hex; default: the demo key alone. */
  readonly keys?: readonly string[] | undefined;
  readonly clock?: Clock | undefined;
  /** Decides which requests meet a fault with `probability` below 1; default: by the seed. */
  readonly random?: (() => number) | undefined;
  /** Requests per second and account, by class; default: DMarket's published limits. */
  readonly limits?: Partial<RateLimits> | undefined;
  /** What each account starts with; default $1,000. */
  readonly balanceCents?: number | undefined;
  /** Older cursors are refused; default 15 minutes. */
  readonly cursorMaxAgeS?: number | undefined;
  /** Requests kept in the log; default 10,000. */
  readonly logCapacity?: number | undefined;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly market: Market;
  /** Who owns what, for tests and judges in this process. */
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** Requests seen, oldest first, without those to the simulator's own door. */
  requests(): readonly LoggedRequest[];
  /** Ends what stalls, finishes what runs, and closes the port. Safe to call twice. */
  stop(): Promise<void>;
}

/** For tests and benches: nothing is ever throttled. */
export const NO_LIMITS: RateLimits = {
  "market-items": Infinity,
  "last-sales": Infinity,
  fee: Infinity,
  other: Infinity,
};

const MAX_LATENCY_MS = 60_000;
const MAX_SKEW_S = 86_400;
const MAX_BALANCE = 1e12;
const DEFAULT_CURSOR_AGE_S = 900;
const AGGREGATE_AGE_MS = 60_000;

/**
 * Starts a simulator. Needs the permission to listen and nothing else. Throws RangeError on an
 * option out of range, ScenarioError on a bad scenario, and Deno's own error when the port is taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { hostname = "127.0.0.1", port = 0 } = options;
  const clock = aheadBy(options.skewS ?? 0, options.clock ?? systemClock);
  const latencyMs = inRange("Latency ms", options.latencyMs ?? 0, MAX_LATENCY_MS);
  const openingCents = inRange("Balance cents", options.balanceCents ?? 100_000, MAX_BALANCE);
  const market = marketOf(options, clock);
  const { keys = [DEMO_KEYS.publicKey] } = options;
  const ledger = new Ledger(market, openingCents);
  const [first] = keys;
  if (first !== undefined) ledger.account(first, Math.floor(clock.now() / 1_000));
  const stopping = new AbortController();
  const aggregates = new Aggregates(market);
  const stage: Stage = {
    world: {
      market,
      search: new OffersSearch(market),
      aggregates,
      cursorMaxAgeS: options.cursorMaxAgeS ?? DEFAULT_CURSOR_AGE_S,
      ledger,
    },
    signatures: await SignatureCheck.create(keys),
    limiter: new RateLimiter(options.limits),
    faults: new Faults(options.random ?? seededRandom(market.seed)),
    log: new RequestLog(options.logCapacity),
    clock,
    latencyMs,
    move: mover({ market, aggregates, ledger, speed: options.speed ?? 0, nowMs: clock.now() }),
    stopping: stopping.signal,
  };
  const server = Deno.serve({
    port,
    hostname,
    onListen: () => {},
    onError: () => new Response(null, { status: 500 }),
  }, (request) => dispatch(stage, request));
  return running(stage, { server, hostname, stopping });
}

function aheadBy(skewS: number, clock: Clock): Clock {
  if (!(Math.abs(skewS) <= MAX_SKEW_S)) {
    throw new RangeError(
      `Skew must be -${MAX_SKEW_S} to ${MAX_SKEW_S} seconds: current value is ${skewS}`,
    );
  }
  return {
    now: () => clock.now() + skewS * 1_000,
    monotonic: () => clock.monotonic(),
    after: (delayMs, run) => clock.after(delayMs, run),
  };
}

interface Listening {
  readonly server: Deno.HttpServer<Deno.NetAddr>;
  readonly hostname: string;
  readonly stopping: AbortController;
}

function running(stage: Stage, { server, hostname, stopping }: Listening): Simulator {
  const { port } = server.addr;
  let stopped: Promise<void> | null = null;
  return {
    url: `http://${hostname}:${port}`,
    port,
    market: stage.world.market,
    ledger: stage.world.ledger,
    faults: stage.faults,
    requests: () => stage.log.entries(),
    stop() {
      stopping.abort();
      stopped ??= server.shutdown();
      return stopped;
    },
  };
}

function inRange(name: string, value: number, high: number): number {
  if (value >= 0 && value <= high) return value;
  throw new RangeError(`${name} must be 0 to ${high}: current value is ${value}`);
}

function seededRandom(seed: number): () => number {
  const rng = new Rng(seed, 141);
  return () => rng.next();
}

interface Moving {
  readonly market: Market;
  readonly aggregates: Aggregates;
  readonly ledger: Ledger;
  readonly speed: number;
  readonly nowMs: number;
}

/** Moves everything to a moment, and at every minute on the way renews the aggregates. */
function mover({ market, aggregates, ledger, speed, nowMs }: Moving): (nowMs: number) => void {
  const movement = new Movement(market, { speed, nowMs, ledger });
  if (speed > 0) aggregates.take();
  let takenMs = nowMs;
  return (toMs) => {
    const minuteMs = Math.floor(toMs / AGGREGATE_AGE_MS) * AGGREGATE_AGE_MS;
    if (speed > 0 && minuteMs > takenMs) {
      movement.advance(minuteMs);
      aggregates.take();
      takenMs = minuteMs;
    }
    movement.advance(toMs);
    ledger.settle(Math.floor(toMs / 1_000));
  };
}

function marketOf(options: SimulatorOptions, clock: Clock): Market {
  const nowS = Math.floor(clock.now() / 1_000);
  if (options.market !== undefined) return options.market;
  if (options.scenario !== undefined) return loadScenario(options.scenario, { nowS });
  const { seed = 1, titles, depth } = options;
  return generateMarket({ seed, nowS, titles, depth });
}
