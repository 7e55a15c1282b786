/** marketd: the command line, and the whole house on one screen. */

import { simulatorSpec } from "@/actors/simulator/spec.ts";
import { type Config, loadConfig } from "@/core/config/config.ts";
import { ConfigError } from "@/core/config/problems.ts";
import { type House, runDaemon } from "@/core/daemon/daemon.ts";
import { child } from "@/core/kernel/house.ts";
import { EXIT } from "@/core/process/exit_codes.ts";
import meta from "./deno.json" with { type: "json" };

function house(config: Config): House {
  return {
    version: meta.version,
    children: [
      child(simulatorSpec, {
        config: (factsOf) => ({ seed: 1, port: Number(factsOf("simulator").port ?? 0) }),
      }),
    ],
    serve: () => [],
    writes: {},
    sample: () => Promise.reject(new Error("x")),
    greeting: [`marketd ${meta.version} · ${config.mode} mode`],
  };
}

const COMMANDS: Readonly<Record<string, (config: Config) => Promise<number>>> = {
  start: (config) => runDaemon(config, house(config)),
  async migrate(config) {
    const { migrateCommand } = await import("@/core/daemon/migrate_command.ts");
    return await migrateCommand(config);
  },
};

async function main([name = "start", ...rest]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) && rest.length === 0 ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const given = JSON.stringify([name, ...rest].join(" "));
    return await refuse(`Command ${given} is not known: ${Object.keys(COMMANDS).join(", ")} are`);
  }
  try {
    const env = Deno.env.toObject();
    const { readTextFile } = Deno;
    return await command(await loadConfig({ env, cwd: Deno.cwd(), readTextFile }));
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
