import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);
/** All that somebody takes along who takes the kernel. */
const ROOMS = ["kernel", "thread", "outbox", "supervision", "hosts"].map((room) => `core/${room}`);
const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

/** Ids that begin the names of tests: `I1 I7 the actor dies …` names two. */
async function testedIds(...folders: readonly string[]): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const folder of folders) {
    for await (const { name } of Deno.readDir(new URL(folder, ROOT))) {
      if (!name.endsWith("_test.ts")) continue;
      const names = (await read(`${folder}/${name}`)).matchAll(/["`]((?:[A-K]\d+ )+)/g);
      for (const [, found = ""] of names) for (const id of found.split(" ")) ids.add(id);
    }
  }
  return ids;
}

const tested = await testedIds(
  "tests/conformance",
  "tests/fault",
  ...["hosts", "kernel", "supervision", "thread"].map((room) => `tests/core/${room}`),
);

Deno.test("every promise of docs/kernel.md names its tests, and they exist", async () => {
  const page = await read("docs/kernel.md");
  const promises = page.slice(page.indexOf("## Ordering"), page.indexOf("## The door"));
  const items = promises.split(/^- /m).slice(1).map((item) => item.split(/\n\n|\n## /)[0] ?? "");
  assert.ok(items.length > 40);
  for (const item of items) {
    const ids = Array.from(item.matchAll(/\[([A-K]\d+)\]/g), ([, id = ""]) => id);
    assert.ok(ids.length > 0, `No test is named for: ${item}`);
    for (const id of ids) assert.ok(tested.has(id), `No test is called ${id}: ${item}`);
    assert.match(item.trim(), /\[[A-K]\d+\]$/, `It ends with its tests: ${item}`);
  }
});

Deno.test("the kernel's README shows the example as it is, and names files that exist", async () => {
  const page = await read("core/kernel/README.md");
  for (const name of ["counter.ts", "worker.ts", "main.ts"]) {
    const file = (await read(`docs/examples/counter/${name}`)).replace(/^\/\/ deno-lint.*\n/, "");
    assert.ok(page.includes(`// ${name}\n${file}`), name);
  }
  for (const [, name = ""] of page.matchAll(/`([a-z_/]+\.ts)`/g)) {
    await Deno.stat(new URL(name.includes("/") ? `core/${name}` : `core/kernel/${name}`, ROOT));
  }
});

Deno.test("the kernel keeps to its size, and the README says how large its rooms are", async () => {
  const page = await read("core/kernel/README.md");
  const rows = [...page.matchAll(/^\| `(core\/[a-z]+)` .*\| ([\d,]+) +\|$/gm)];
  assert.equal(rows.length, 5);
  for (const [, room = "", said = ""] of rows) {
    let lines = 0;
    for await (const { name } of Deno.readDir(new URL(room, ROOT))) {
      if (!name.endsWith(".ts")) continue;
      const count = (await read(`${room}/${name}`)).split("\n").length - 1;
      assert.ok(count <= 400, `${room}/${name} has ${count} lines`);
      lines += count;
    }
    const differs = Math.abs(lines - Number(said.replace(",", "")));
    assert.ok(differs <= 100, `${room} has ${lines} lines, the README says ${said}`);
    if (room === "core/kernel") assert.ok(lines <= 3_000, `${lines} lines of kernel`);
  }
});

Deno.test("the example runs with nothing but the five folders, and its state outlives its thread", async () => {
  const home = await Deno.makeTempDir({ prefix: "marketd-kernel-" });
  const { imports: { zod } } = JSON.parse(await read("deno.json"));
  const config = { unstable: ["worker-options"], imports: { "@/": "./", zod } };
  try {
    await Deno.writeTextFile(`${home}/deno.json`, JSON.stringify(config));
    for (const folder of ["docs/examples/counter", ...ROOMS]) {
      await Deno.mkdir(`${home}/${folder}`, { recursive: true });
      for await (const { name } of Deno.readDir(new URL(folder, ROOT))) {
        await Deno.copyFile(new URL(`${folder}/${name}`, ROOT), `${home}/${folder}/${name}`);
      }
    }
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-prompt", "docs/examples/counter/main.ts"],
      cwd: home,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    assert.deepEqual(lines, ["{ total: 5, life: 1 }", "{ total: 7, life: 2 }"]);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
