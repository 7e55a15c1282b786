import assert from "node:assert/strict";
import { renderEnvExample, renderSettingsTable } from "@/core/config/docs.ts";
import { EXIT } from "@/core/process/exit_codes.ts";
import { root, text } from "./files.ts";

const readme = await text("README.md");
const deno = JSON.parse(await text("deno.json"));

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
function section(name: string): string {
  return new RegExp(`<!-- ${name} -->\n([^]*?)<!-- /${name} -->`).exec(readme)?.[1]?.trim() ?? "";
}

/** Cells of a Markdown table without its head; a formatter may pad them as it likes. */
function cells(table: string): readonly (readonly string[])[] {
  const rows = table.trim().split("\n").filter((row) => row.startsWith("|")).slice(2);
  return rows.map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("the README's settings are those of the schema", () => {
  assert.deepEqual(cells(section("settings")), cells(renderSettingsTable()));
});

Deno.test(".env.example is generated from the schema", async () => {
  assert.equal(await text(".env.example"), renderEnvExample());
});

Deno.test("the README's tasks are those of deno.json, each with its description", () => {
  const tasks: Readonly<Record<string, { readonly description?: string }>> = deno.tasks;
  const expected = Object.entries(tasks).map(([name, { description }]) => [
    `\`deno task ${name}\``,
    description,
  ]);
  assert.deepEqual(cells(section("tasks")), expected);
});

Deno.test("the README's exit codes are those of the program", () => {
  const listed = readme.matchAll(/^\| (\d+) +\| [a-z]/gm);
  assert.deepEqual(Array.from(listed, ([, code]) => Number(code)), Object.values(EXIT));
});

Deno.test("every link of the README leads to a file or a heading", async () => {
  const headings = Array.from(readme.matchAll(/^## (.+)$/gm), ([, heading = ""]) => {
    return `#${heading.toLowerCase().replaceAll(" ", "-")}`;
  });
  for (const [, target = ""] of readme.matchAll(/\]\(([^)]+)\)/g)) {
    if (target.startsWith("#")) assert.ok(headings.includes(target), target);
    else if (!target.startsWith("https:")) {
      assert.ok(await Deno.stat(new URL(target, root)), target);
    }
  }
});

Deno.test("the README leads to every document", async () => {
  for await (const { name } of Deno.readDir(new URL("docs", root))) {
    if (name.endsWith(".md")) assert.ok(readme.includes(`](docs/${name})`), name);
  }
});

Deno.test("the changelog has an entry for this version, and the licence is ours", async () => {
  assert.match(await text("CHANGELOG.md"), new RegExp(`^## ${deno.version}\\b`, "m"));
  assert.match(await text("LICENSE"), /^MIT License\n\nCopyright \(c\) 2026 marketd contributors/);
  assert.equal(deno.license, "MIT");
});

Deno.test("every dependency is pinned exactly and the lock is frozen", () => {
  const packages: Readonly<Record<string, string>> = deno.imports;
  for (const [name, specifier] of Object.entries(packages)) {
    if (name === "@/") continue;
    assert.match(specifier, /^npm:(?:@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+[\w.-]*(?:\/\w+)?$/, name);
  }
  assert.equal(deno.lock.frozen, true);
});
