import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import plugin, { MAX_FILE_LINES, MAX_FUNCTION_LINES } from "./architecture.ts";

const ROOT = new URL("../../", import.meta.url);

/** What the plugin reports for a source as if it lay at `path` in the repository. */
function report(path: string, source: string): readonly string[] {
  const found = Deno.lint.runPlugin(plugin, fileURLToPath(new URL(path, ROOT)), source);
  return found.map(({ id, message }) => `${id}: ${message}`);
}

function refuses(path: string, source: string, expected: RegExp): void {
  const found = report(path, source);
  assert.equal(found.length, 1, `${path}: ${source}\n${found.join("\n")}`);
  assert.match(found[0] ?? "", expected);
}

const BAD_IMPORTS: readonly (readonly [string, string])[] = [
  ["core/domain/fees.ts", "@/core/kernel/errors.ts"],
  ["core/domain/fees.ts", "zod"],
  ["core/domain/fees.ts", "node:crypto"],
  ["core/domain/fees.ts", "../market/dmarket/wire.ts"],
  ["core/kernel/actor.ts", "@/core/domain/market.ts"],
  ["core/kernel/actor.ts", "@/core/thread/runtime.ts"],
  ["core/thread/runtime.ts", "@/core/outbox/office.ts"],
  ["core/outbox/office.ts", "@/core/supervision/supervisor.ts"],
  ["core/kernel/actor.ts", "postgres"],
  ["core/kernel/actor.ts", "node:net"],
  ["core/protocol/web.ts", "@/core/supervision/supervisor.ts"],
  ["core/protocol/web.ts", "@/core/market/dmarket/wire.ts"],
  ["core/market/dmarket/wire.ts", "@/core/kernel/mod.ts"],
  ["core/market/dmarket/wire.ts", "@/core/protocol/market.ts"],
  ["core/http/send.ts", "@/core/market/dmarket/wire.ts"],
  ["core/db/pool.ts", "@/core/kernel/mod.ts"],
  ["core/db/pool.ts", "@/core/config/config.ts"],
  ["core/db/pool.ts", "grammy"],
  ["core/config/config.ts", "@/main.ts"],
  ["actors/scanner/logic.ts", "@/actors/signer/logic.ts"],
  ["actors/scanner/logic.ts", "../signer/spec.ts"],
  ["actors/scanner/logic.ts", "@/bot/texts/mod.ts"],
  ["actors/scanner/logic.ts", "@/core/db/pool.ts"],
  ["actors/scanner/logic.ts", "@/core/config/config.ts"],
  ["actors/scanner/logic.ts", "@/core/supervision/supervisor.ts"],
  ["actors/scanner/logic.ts", "postgres"],
  ["actors/scanner/logic.ts", "@/tests/support/wait.ts"],
  ["bot/telegram/bot.ts", "@/actors/scanner/spec.ts"],
  ["bot/dashboard/page.ts", "grammy"],
  ["bot/dashboard/page.ts", "@/bot/telegram/bot.ts"],
  ["main.ts", "@/tests/support/wait.ts"],
  ["core/new_room/thing.ts", "./other.ts"],
];
for (const [path, target] of BAD_IMPORTS) {
  Deno.test(`import-direction refuses ${target} in ${path}`, () => {
    refuses(path, `import { x } from "${target}"; x;`, /^marketd\/import-direction: /);
  });
}

const GOOD_IMPORTS: readonly (readonly [string, string])[] = [
  ["core/domain/fees.ts", "./money.ts"],
  ["core/kernel/actor.ts", "zod"],
  ["core/kernel/actor.ts", "./clock.ts"],
  ["core/protocol/web.ts", "@/core/kernel/mod.ts"],
  ["core/protocol/web.ts", "@/core/domain/market.ts"],
  ["core/market/dmarket/wire.ts", "@/core/http/send.ts"],
  ["core/db/pool.ts", "@/core/kernel/store.ts"],
  ["core/db/pool.ts", "node:net"],
  ["actors/scanner/worker.ts", "@/core/kernel/mod.ts"],
  ["actors/scanner/logic.ts", "@/core/protocol/scanner.ts"],
  ["bot/telegram/bot.ts", "grammy"],
  ["bot/telegram/bot.ts", "@/bot/texts/mod.ts"],
  ["main.ts", "@/actors/scanner/spec.ts"],
  ["tests/core/db/pool_test.ts", "postgres"],
];
for (const [path, target] of GOOD_IMPORTS) {
  Deno.test(`import-direction allows ${target} in ${path}`, () => {
    assert.deepEqual(report(path, `import { x } from "${target}"; x;`), []);
  });
}

Deno.test("import-direction sees every way of importing", () => {
  const target = "@/core/db/pool.ts";
  for (
    const source of [
      `import "${target}";`,
      `import type { X } from "${target}"; export type Y = X;`,
      `export * from "${target}";`,
      `export { x } from "${target}";`,
      `await import("${target}");`,
      `export type X = import("${target}").X;`,
    ]
  ) refuses("core/http/send.ts", source, /core\/http must not import core\/db\/pool\.ts/);
});

const BAD_NAMES: readonly (readonly [string, string])[] = [
  ["core/domain/fees.ts", "export const now = Date.now();"],
  ["core/domain/fees.ts", "export const now = new Date();"],
  ["core/domain/fees.ts", "export const roll = Math.random;"],
  ["core/domain/fees.ts", 'export const roll = Math["random"]();'],
  ["core/http/send.ts", "export const id = crypto.randomUUID();"],
  ["core/thread/link.ts", "setTimeout(() => {}, 1);"],
  ["core/thread/link.ts", "globalThis.setTimeout(() => {}, 1);"],
  ["core/thread/link.ts", "export const options = { timer: setInterval };"],
  ["core/market/dmarket/client.ts", 'await fetch("https://x.y");'],
  ["core/market/dmarket/client.ts", "export const send = { fetch };"],
  ["core/market/dmarket/client.ts", "export const send = () => fetch;"],
  ["actors/scanner/logic.ts", 'export const c = new BroadcastChannel("x");'],
  ["actors/scanner/logic.ts", 'Deno.addSignalListener("SIGTERM", () => {});'],
  ["actors/scanner/logic.ts", 'console.log("x");'],
  ["bot/telegram/bot.ts", "export const atMs = performance.now();"],
  ["tests/core/http/send_test.ts", "setTimeout(() => {}, 1);"],
];
for (const [path, source] of BAD_NAMES) {
  Deno.test(`no-ambient refuses ${source} in ${path}`, () => {
    refuses(path, source, /^marketd\/no-ambient: .+ is out of bounds here\. [A-Z]/);
  });
}

const GOOD_NAMES: readonly (readonly [string, string])[] = [
  ["core/kernel/clock.ts", "export const now = () => Date.now();"],
  ["core/http/fetcher.ts", 'await fetch("https://x.y");'],
  ["main.ts", "export const now = Date.now();"],
  ["tests/support/wait.ts", "setTimeout(() => {}, 1);"],
  ["tests/core/http/send_test.ts", "export const now = Date.now();"],
  ["core/domain/fees.ts", "export const at = (ms: number) => new Date(ms);"],
  ["core/domain/fees.ts", "export const low = Math.floor(1.5);"],
  ["core/market/dmarket/client.ts", "export interface Ports { fetch(url: string): void }"],
  ["core/market/dmarket/client.ts", "export const f = (o: { fetch: () => void }) => o.fetch();"],
  ["core/market/dmarket/client.ts", "export class C { fetch() {} #x = { fetch: 1 }; }"],
  ["core/market/dmarket/client.ts", 'import { console } from "./x.ts";'],
];
for (const [path, source] of GOOD_NAMES) {
  Deno.test(`no-ambient allows ${source} in ${path}`, () => {
    assert.deepEqual(report(path, source), []);
  });
}

Deno.test("no-unsafe-sql keeps unsafe() to the migrator", () => {
  const source = 'export const run = (sql: Sql) => sql.unsafe("select 1");';
  refuses("core/db/scan_repo.ts", source, /^marketd\/no-unsafe-sql: /);
  assert.deepEqual(report("core/db/migrator.ts", source), []);
});

Deno.test("size refuses long files, long functions and many parameters", () => {
  const path = "core/domain/fees.ts";
  refuses(path, "1;\n".repeat(MAX_FILE_LINES + 1), /^marketd\/size: File is 501 lines/);
  assert.deepEqual(report(path, "1;\n".repeat(MAX_FILE_LINES)), []);
  const body = "  1;\n".repeat(MAX_FUNCTION_LINES - 1);
  refuses(path, `function f() {\n${body}}`, /^marketd\/size: Function is 71 lines/);
  refuses(path, `export const f = () => {\n${body}};`, /Function is 71 lines/);
  refuses(path, "class C { #f(a, b, c, d, e) {} }", /takes 5 parameters/);
  assert.deepEqual(report(path, "class C { #f(a, b, c) {} }"), []);
});

Deno.test("the plugin leaves files outside the repository alone", () => {
  assert.deepEqual(report("../elsewhere.ts", 'import "postgres"; Date.now();'), []);
});
