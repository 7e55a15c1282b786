/** marketd: the command line, and the whole house on one screen. */

import { marketFetcherSpec } from "@/actors/market_fetcher/spec.ts";
import { marketWatcherSpec } from "@/actors/market_watcher/spec.ts";
import { notifierSpec } from "@/actors/notifier/spec.ts";
import { resourceMonitorSpec } from "@/actors/resource_monitor/spec.ts";
import { scannerSpec } from "@/actors/scanner/spec.ts";
import { signerSpec } from "@/actors/signer/spec.ts";
import { simulatorSpec } from "@/actors/simulator/spec.ts";
import { targetManagerSpec } from "@/actors/target_manager/spec.ts";
import { webSpec } from "@/bot/dashboard/spec.ts";
import { telegramSpec } from "@/bot/telegram/spec.ts";
import { type Config, loadConfig } from "@/core/config/config.ts";
import { ConfigError } from "@/core/config/problems.ts";
import { type House, runDaemon } from "@/core/daemon/daemon.ts";
import { closeOpportunities, writeOpportunities } from "@/core/db/opportunities_repo.ts";
import { writeFilters } from "@/core/db/filter_repo.ts";
import { casesWriter, looksWriter, quotesWriter } from "@/core/db/history_repo.ts";
import { writeScans } from "@/core/db/scans_repo.ts";
import { writeTargets } from "@/core/db/targets_repo.ts";
import { removeWatches, writeWatches } from "@/core/db/watch_repo.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { child } from "@/core/kernel/house.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { PACES } from "@/core/market/dmarket/rates.ts";
import { EXIT } from "@/core/process/exit_codes.ts";
import meta from "./deno.json" with { type: "json" };

/** The actors, sinks first and sources last, so that stopping in reverse drains. */
function house(config: Config): House {
  const { mode, telegram } = config;
  const simulated = config.dmarket.apiUrl === null;
  const keys = config.dmarket.keys;
  const pace = PACES[config.dmarket.rates];
  return {
    version: meta.version,
    children: [
      child(telegramSpec, {
        config: () => ({
          token: telegram.token?.reveal() ?? null,
          apiRoot: telegram.apiRoot,
          allowedUserIds: [...telegram.allowedUserIds],
        }),
      }),
      child(notifierSpec, {
        config: () => ({
          mode,
          recipients: telegram.token === null ? [TERMINAL] : [...telegram.allowedUserIds],
        }),
      }),
      child(webSpec, { config: () => ({ mode, reader: readerOf(telegram.allowedUserIds) }) }),
      ...(simulated
        ? [child(simulatorSpec, {
          config: (factsOf) => ({ seed: 1, port: Number(factsOf("simulator").port ?? 0) }),
        })]
        : []),
      child(signerSpec, {
        host: "process",
        config: () => ({
          mode,
          publicKey: keys?.publicKey ?? DEMO_KEYS.publicKey,
          secretKey: keys?.secretKey.reveal() ?? DEMO_KEYS.secretKey,
          rates: pace.rates,
        }),
      }),
      child(marketFetcherSpec, {
        config: (factsOf) => ({
          baseUrl: config.dmarket.apiUrl ?? `http://127.0.0.1:${factsOf("simulator").port}`,
          titlesAtOnce: pace.titlesAtOnce,
        }),
      }),
      child(targetManagerSpec, { config: () => ({}) }),
      child(scannerSpec, {
        config: () => ({
          plan: PLAN,
          intervalMs: ROUND_MS,
          autoStart: true,
          verifyBatch: pace.titlesPerRequest,
        }),
      }),
      child(marketWatcherSpec, { config: () => ({ maxReadsPerSecond: pace.watchedPerSecond }) }),
      child(resourceMonitorSpec, { config: () => ({}) }),
    ],
    writes: WRITES,
    greeting: greeting(config),
  };
}

/** One person keeps the same filters on the phone and on the page. */
function readerOf(allowedUserIds: readonly number[]): number {
  const [only, ...others] = allowedUserIds;
  return only === undefined || others.length > 0 ? 0 : only;
}

/** What each row that an actor writes becomes in the database. */
const WRITES = {
  opportunities: writeOpportunities,
  opportunities_closed: closeOpportunities,
  scan_checkpoints: writeScans,
  target_intents: writeTargets,
  history_quotes: quotesWriter(),
  history_cases: casesWriter(),
  history_looks: looksWriter(),
  watches: writeWatches,
  watches_removed: removeWatches,
  game_filters: writeFilters,
};

function greeting({ mode, dmarket: { apiUrl } }: Config): readonly string[] {
  return [
    `marketd ${meta.version} · ${mode} mode: nothing is ever bought or sold`,
    `Market: ${apiUrl ?? "simulated DMarket, because no key is set"}`,
  ];
}

/** The chat id that stands for the terminal. */
const TERMINAL = 0;
/** Every level of every game, one round every quarter of an hour. */
const PLAN = LEVELS.flatMap((level) => GAMES.map((game) => ({ game, level })));
const ROUND_MS = 15 * 60_000;

interface Command {
  readonly does: string;
  readonly run: (config: Config) => Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    does: "run the daemon: dry mode and a simulated market unless configured otherwise",
    run: (config) => runDaemon(config, house(config)),
  },
  migrate: {
    does: "bring the database of DATABASE_URL, or the embedded one, to the newest schema",
    async run(config) {
      const { migrateCommand } = await import("@/core/daemon/migrate_command.ts");
      return await migrateCommand(config);
    },
  },
};

const HELP = `marketd ${meta.version}: a personal, always-on market daemon

${Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(8)} ${does}`).join("\n")}
  help     print this, as --help and -h do

Without a command it starts. Settings are names in the environment, or in the file that
MARKETD_CONFIG names; README.md lists them. Ctrl-C stops it in order.
`;

/** Runs one command; resolves to the exit code. */
export async function main([name = "start", ...rest]: readonly string[]): Promise<number> {
  const all = [name, ...rest];
  if (all.includes("--help") || all.includes("-h") || name === "help") {
    await Deno.stdout.write(new TextEncoder().encode(HELP));
    return EXIT.clean;
  }
  const command = Object.hasOwn(COMMANDS, name) && rest.length === 0 ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const known = [...Object.keys(COMMANDS), "help"].join(", ");
    return await refuse(`Command ${JSON.stringify(all.join(" "))} is not known: ${known} are`);
  }
  try {
    const env = Deno.env.toObject();
    const { readTextFile } = Deno;
    return await command.run(await loadConfig({ env, cwd: Deno.cwd(), readTextFile }));
  } catch (error) {
    if (error instanceof ConfigError) return await refuse(error.message);
    throw error;
  }
}

async function refuse(message: string): Promise<number> {
  await Deno.stderr.write(new TextEncoder().encode(`${message}\n`));
  return EXIT.configuration;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
