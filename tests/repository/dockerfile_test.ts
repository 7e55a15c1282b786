import assert from "node:assert/strict";
import { ALLOCATOR } from "@/core/process/guardian.ts";
import { root, text } from "./files.ts";
import { importGraph, sourceFiles } from "@/tests/lint/graph.ts";

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Instructions of each stage, from its FROM on; comments are gone, continued lines are joined. */
function parseStages(dockerfile: string): readonly (readonly Instruction[])[] {
  const lines = dockerfile.replace(/^#.*\n/gm, "").replace(/\\\n\s*/g, " ").split("\n");
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, name = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push([]);
    if (name !== "") stages.at(-1)?.push({ name, rest });
  }
  return stages;
}

const stages = parseStages(await text("Dockerfile"));
const last = stages.at(-1) ?? [];
const ignore = (await text(".dockerignore")).split("\n");

function named(name: string, stage: readonly Instruction[] = last): readonly string[] {
  return stage.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
}

/** Paths that are copied from the repository, not from another stage. */
const copied = stages.flatMap((stage) => named("COPY", stage))
  .filter((rest) => !rest.includes("--from="))
  .flatMap((rest) => rest.split(" ").slice(0, -1));

Deno.test("the image is built in stages on pinned bases", () => {
  assert.ok(stages.length >= 3);
  const names = stages.map(([from]) => / AS (\w+)$/.exec(from?.rest ?? "")?.[1]);
  for (const [from] of stages) {
    const base = from?.rest.split(" ")[0] ?? "";
    assert.ok(names.includes(base) || /^[\w./-]+:[\w.-]+$/.test(base), base);
    assert.ok(!base.endsWith(":latest"), base);
  }
});

Deno.test("the image runs the Deno that everything else is pinned to", async () => {
  const version = /denoland\/deno:bin-(\S+)/.exec(await text("Dockerfile"))?.[1];
  assert.equal(version, /^version=(\S+)$/m.exec(await text(".ci/run"))?.[1]);
  assert.equal(version, /npx -y deno@(\S+) task start/.exec(await text("README.md"))?.[1]);
});

Deno.test("the image runs as an ordinary user that owns nothing but the home", () => {
  const user = named("USER").at(-1) ?? "";
  assert.match(user, /^[1-9]\d+:[1-9]\d+$/);
  for (const rest of named("COPY")) assert.ok(!rest.includes("--chown"), rest);
  const at = (name: string) => last.findIndex((instruction) => instruction.name === name);
  assert.ok(at("USER") > at("RUN") && at("USER") < at("ENTRYPOINT"));
  assert.deepEqual(named("VOLUME"), ["/data"]);
  assert.match(named("ENV").join(" "), /MARKETD_HOME=\/data/);
});

Deno.test("the image is judged by /live and stopped by SIGTERM", () => {
  const [health = ""] = named("HEALTHCHECK");
  assert.match(health, /\/live/);
  assert.match(health, /--interval=\d+s .*CMD \["deno", "eval"/);
  assert.deepEqual(named("STOPSIGNAL"), ["SIGTERM"]);
});

Deno.test("the image starts main.ts itself, as the start task does but without a download", async () => {
  const command = JSON.parse(named("ENTRYPOINT")[0] ?? "[]");
  const { tasks } = JSON.parse(await text("deno.json"));
  const [deno, run, ...words] = String(tasks.start.command).split(" ");
  assert.deepEqual(command, [deno, run, "--cached-only", ...words.slice(0, -1), "main.ts"]);
  // What a guardian would have passed.
  const [settings = ""] = named("ENV");
  for (const [name, value] of Object.entries(ALLOCATOR)) {
    assert.ok(settings.split(" ").includes(`${name}=${value}`), name);
  }
});

Deno.test("packages are fetched before the sources come, so that a change of these fetches none", () => {
  const stage = stages.find((one) => one.some(({ rest }) => rest === "deno install")) ?? [];
  const at = (wanted: string) => stage.findIndex(({ rest }) => rest === wanted);
  assert.ok(at("deno.json deno.lock ./") > 0 && at("deno.json deno.lock ./") < at("deno install"));
  for (const sources of ["main.ts ./", "core core", "actors actors", "bot bot"]) {
    assert.ok(at("deno install") < at(sources), sources);
  }
});

Deno.test("the build brings everything the program is made of, and nothing else", async () => {
  const allowed = ignore.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  assert.equal(ignore.find((line) => !line.startsWith("#")), "*", "Nothing comes by default");
  assert.deepEqual([...copied].sort(), [...allowed].sort());
  for (const path of copied) assert.ok(await Deno.stat(new URL(path, root)), path);
  const entries = (await sourceFiles("actors", "bot")).filter((path) => path.endsWith("worker.ts"));
  for (const path of (await importGraph(["main.ts", ...entries])).keys()) {
    assert.ok(copied.some((at) => path === at || path.startsWith(`${at}/`)), path);
  }
});

Deno.test("the image holds no secret and fetches nothing from elsewhere", async () => {
  const dockerfile = await text("Dockerfile");
  assert.ok(!/^ADD |curl|wget|^ARG .*(?:TOKEN|SECRET|PASSWORD|KEY)/im.test(dockerfile));
  const set = stages.flatMap((stage) => named("ENV", stage)).join(" ");
  assert.ok(!/TOKEN|SECRET|PASSWORD|KEY/i.test(set), set);
});
