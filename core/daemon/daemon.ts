/**
 * The life of the process: configuration, log, database, lease, actors, HTTP, signals, and the
 * way back. `main.ts` says which house it is; this says how a house is run.
 */

import { type Config, secretsOf } from "@/core/config/config.ts";
import type { Db } from "@/core/db/session.ts";
import { createStore, type WriteRows } from "@/core/db/store.ts";
import { type Gateway, openGateway } from "@/core/gateway/gateway.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Log } from "@/core/kernel/log.ts";
import { type ChildSpec, group, supervise, type Supervisor } from "@/core/kernel/mod.ts";
import {
  chooseForm,
  type Logging,
  startLogging,
  wantsColours,
} from "@/core/observability/logging.ts";
import { EXIT } from "@/core/process/exit_codes.ts";
import { removeRunFile, writeRunFile } from "@/core/process/run_file.ts";
import { ALLOCATOR, guardianOf, surroundings } from "@/core/process/guardian.ts";
import { watchSignals } from "@/core/process/signals.ts";
import { collectOnceStarted } from "@/core/thread/heap.ts";
import { logEvent } from "./banner.ts";
import { debugRoute } from "./debug.ts";
import { historyRoute } from "./history_route.ts";
import { houseViews, titleReader } from "./house_views.ts";
import { keepHouse } from "./housekeeping.ts";
import { type Monitor, openMonitor } from "./monitor.ts";
import { operatorRoute } from "./operator.ts";
import { isEnded, type Opening, openStorage } from "./storage.ts";
import { codeAfter, STOP_ACTORS_MS, wayDown } from "./way_down.ts";

/** What makes a house this one. */
export interface House {
  readonly version: string;
  /** In starting order: sinks first, sources last. */
  readonly children: readonly ChildSpec[];
  /** Which function writes the rows of which domain write. */
  readonly writes: Readonly<Record<string, WriteRows>>;
  /** One line each, shown at the start. */
  readonly greeting: readonly string[];
}

/** An actor may fail this often before it is given up. */
const INTENSITY = { max: 10, withinMs: 60_000 };
/** Zombie threads that are tolerated before the process asks to be started anew. */
const MAX_ZOMBIES = Math.max(2, navigator.hardwareConcurrency - 1);

/** Runs until a signal or a failure ends it; resolves to the exit code. */
export async function runDaemon(config: Config, house: House): Promise<number> {
  const logging = openLog(config);
  const log = logging.log("main");
  const end = Promise.withResolvers<number>();
  const unwatch = watchSignals({
    monotonic: systemClock.monotonic,
    onStop(signal) {
      log.info("{signal}: stopping; a second signal ends it at once", { signal });
      end.resolve(EXIT.clean);
    },
    onForce: () => Deno.exit(EXIT.secondSignal),
  });
  const down = wayDown(systemClock, log);
  down.add("home", "signals", unwatch);
  const code = await untilEnd(config, house, { logging, end, down, clock: systemClock });
  const ending = await down.run();
  log.info(ending === "done" ? "Stopped" : "Stopped before everything was closed");
  await logging.close();
  return codeAfter(ending, code);
}

/** Never rejects. */
async function untilEnd(config: Config, house: House, opening: Opening): Promise<number> {
  try {
    await open(config, house, opening);
    return await opening.end.promise;
  } catch (error) {
    if (isEnded(error)) return await opening.end.promise;
    return logFailure(opening.logging.log("main"), "Start failed: {reason}", error);
  }
}

async function open(config: Config, house: House, opening: Opening): Promise<void> {
  const { logging, end, down, clock } = opening;
  const log = logging.log("main");
  const startedAtMs = clock.now();
  const startedAt = clock.monotonic();
  const { db, lease } = await openStorage(config, opening);
  const monitor = openMonitor({ db, lease, config, version: house.version, clock, startedAtMs });
  const root = group("root", { intensity: INTENSITY, children: house.children.map(bounded) });
  const supervisor: Supervisor = await supervise(root, {
    id: crypto.randomUUID(),
    store: createStore({ db, lease, writes: house.writes }),
    processes: { maxHeapMB: PROCESS_HEAP_MB, env: processEnv() },
    clock,
    random: Math.random,
    serve: houseViews({ db, lease, monitor, clock, readTitle: titleReader(() => supervisor) }),
    log: logging.log("supervisor"),
    actorLog: (actor, incarnation) => actorLog(logging, actor, incarnation),
    // A lost lease is reported by the store itself; an old incarnation is only ended.
    onFenced: (error) => log.warn("A write was refused: {reason}", { reason: error.message }),
    onEvent(event) {
      logEvent(logging.log("supervisor"), event);
      if (event.is === "escalated") end.resolve(EXIT.escalation);
      if (event.is === "zombie" && event.alive && event.zombies >= MAX_ZOMBIES) {
        log.error(
          "{zombies} threads cannot be ended: a new process is needed, this ends with {code}",
          {
            zombies: event.zombies,
            code: EXIT.restart,
          },
        );
        end.resolve(EXIT.restart);
      }
    },
  });
  monitor.attach({ supervisor, logging });
  down.add("doors", "monitor", () => monitor.stop());

  const gateway = gatewayOf(config, { supervisor, monitor, db });
  down.add("doors", "gateway", () => gateway.stop());
  await writeRunFile(config.home, {
    pid: guardianOf(surroundings()) ?? Deno.pid,
    http: gateway.url,
    startedAt: new Date(startedAtMs).toISOString(),
    postgres: db.describe,
  });
  down.add("home", "run.json", () => removeRunFile(config.home));
  for (const line of house.greeting) log.info(line);
  log.info("Page at {url}", { url: gateway.url });
  down.add("actors", "supervisor", () => supervisor.stop(STOP_ACTORS_MS));
  // A signal during the start ends the start: the way down stops whatever is up by then.
  const ended = await Promise.race([supervisor.start(), end.promise]);
  if (ended !== undefined) return;
  down.add("upkeep", "housekeeping", keepHouse({ db, clock, log: logging.log("housekeeping") }));
  log.info("Ready in {ms} ms", { ms: Math.round(clock.monotonic() - startedAt) });
  collectOnceStarted(clock);
}

/** Half the heap that `deno task start` gives a thread: it ends the whole process when it is full. */
const ACTOR_SOFT_MB = 256;

function bounded(child: ChildSpec): ChildSpec {
  return { ...child, memorySoftMB: child.memorySoftMB ?? ACTOR_SOFT_MB };
}

/** Heap of an actor that has a process of its own. */
const PROCESS_HEAP_MB = 128;

function processEnv(): Readonly<Record<string, string>> {
  const names = ["PATH", "HOME", "DENO_DIR", "TMPDIR", ...Object.keys(ALLOCATOR)];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function gatewayOf(
  config: Config,
  house: { readonly supervisor: Supervisor; readonly monitor: Monitor; readonly db: Db },
): Gateway {
  const { supervisor, monitor, db } = house;
  try {
    return openGateway({
      ...config.http,
      rules: { token: config.httpToken?.reveal() ?? null, chaos: config.chaos },
      ready: () => monitor.ready(),
      health: () => monitor.health(),
      metrics: () => monitor.metrics(),
      webPort() {
        const web = supervisor.find("web");
        return web?.isReady ? Number(web.facts.port) : null;
      },
      debug: (request, path) => debugRoute(supervisor, request, path),
      operator: (request, path) =>
        path.join("/") === "history" && request.method !== "POST"
          ? historyRoute(db)
          : operatorRoute(supervisor, request, path),
      fetch,
      clock: systemClock,
    });
  } catch (cause) {
    const address = `${config.http.hostname}:${config.http.port}`;
    const why = cause instanceof Deno.errors.AddrInUse ? "another program listens there" : cause;
    const message = `Cannot listen on ${address} (MARKETD_HTTP): ${why}`;
    throw new ActorError("fatal", "http-address", message, { cause });
  }
}

/** The process's log in the form the configuration and the terminal ask for. */
export function openLog(config: Config): Logging {
  const isTerminal = Deno.stdout.isTerminal();
  return startLogging({
    form: chooseForm(config.log, isTerminal),
    colours: wantsColours(isTerminal, Deno.env.get("NO_COLOR")),
    columns: () => isTerminal ? Deno.consoleSize().columns : 100,
    write: (chunk) => Deno.stdout.write(chunk),
    secrets: secretsOf(config),
    monotonic: systemClock.monotonic,
  });
}

function actorLog(logging: Logging, actor: string, incarnation: number) {
  const at = (level: "debug" | "info" | "warn" | "error") =>
  (
    message: string,
    props: Readonly<Record<string, unknown>> = {},
  ) => logging.accept({ level, message, props, actor, incarnation });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Logs why a start failed; a sentence for a person needs no stack. Returns the exit code. */
export function logFailure(log: Log, message: string, error: unknown): number {
  const reason = error instanceof Error ? error.message : String(error);
  const spoken = error instanceof ActorError && error.code !== "boot-failed";
  log.error(message, spoken ? { reason } : { reason, error });
  return spoken && error.kind === "fatal" ? EXIT.configuration : EXIT.escalation;
}
