/**
 * The guardian over real processes: first a tiny program, then the daemon itself, of which
 * guarded_daemon_test.ts shows that it goes on.
 */

import assert from "node:assert/strict";
import { ALLOCATOR } from "@/core/process/guardian.ts";
import { wardOf } from "@/tests/chaos/daemon.ts";
import { postmasterPid, withApp, withHome } from "@/tests/support/app.ts";
import { groupOf, isAlive } from "@/tests/support/processes.ts";
import { waitFor } from "@/tests/support/wait.ts";

const PROGRAM = new URL("../support/guarded_program.ts", import.meta.url).pathname;
const GUARDIAN = new URL("../../core/process/guardian.ts", import.meta.url).href;

interface Run {
  readonly pid: number;
  readonly guardian: string;
}

class Guarded implements AsyncDisposable {
  readonly folder: string;
  readonly guardian: Deno.ChildProcess;
  readonly ended: Promise<Deno.CommandOutput>;

  private constructor(folder: string, env: Readonly<Record<string, string>>, errorsTo: string) {
    this.folder = folder;
    const words = [Deno.execPath(), "run", "-A", "--no-prompt", PROGRAM, folder];
    this.guardian = new Deno.Command("/bin/sh", {
      args: ["-c", `exec "$0" "$@" 2>${errorsTo}`, ...words],
      env: { MARKETD_GUARDIAN: "on", ...env },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.ended = this.guardian.output();
  }

  static async start({ files = {}, env = {}, errorsTo = "&2" }: {
    files?: Record<string, string>;
    env?: Record<string, string>;
    errorsTo?: string;
  } = {}): Promise<Guarded> {
    const folder = await Deno.makeTempDir({ prefix: "marketd-test-" });
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    return new Guarded(folder, env, errorsTo);
  }

  async notes(): Promise<readonly string[]> {
    const text = await Deno.readTextFile(`${this.folder}/notes`).catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  }
  /** Resolves to the n-th run, from 1, once it has begun. */
  run(n: number): Promise<Run> {
    return waitFor(`run ${n}`, async () => {
      const runs = (await this.notes()).filter((line) => line.startsWith("run "));
      const [, pid, guardian] = runs[n - 1]?.split(" ") ?? [];
      return pid === undefined || guardian === undefined ? null : { pid: Number(pid), guardian };
    });
  }
  signal(signal: Deno.Signal): void {
    this.guardian.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (isAlive(this.guardian.pid)) this.signal("SIGKILL");
    await this.ended;
    await Deno.remove(this.folder, { recursive: true });
  }
}

Deno.test("the guardian imports next to nothing", async () => {
  const args = ["info", "--json", GUARDIAN];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const loaded = (modules as { specifier: string }[])
    .map(({ specifier }) => specifier.slice(specifier.indexOf("/core/") + 1)).sort();
  assert.deepEqual(loaded, [
    "core/hosts/tie.ts",
    "core/kernel/clock.ts",
    "core/process/exit_codes.ts",
    "core/process/guardian.ts",
    "core/process/signals.ts",
  ]);
});

Deno.test("kill -9 of the program is mended within a second, under the same guardian", async () => {
  await using guarded = await Guarded.start();
  const first = await guarded.run(1);
  assert.equal(first.guardian, String(guarded.guardian.pid));
  assert.equal(groupOf(first.pid), first.pid, "a Ctrl-C reaches the guardian alone");
  const killedAt = performance.now();
  Deno.kill(first.pid, "SIGKILL");
  const second = await guarded.run(2);
  assert.ok(performance.now() - killedAt < 1_000);
  assert.notEqual(second.pid, first.pid);
  assert.equal(second.guardian, first.guardian);
  guarded.signal("SIGTERM");
  const { code, stdout, stderr } = await guarded.ended;
  assert.equal(code, 0);
  assert.equal(new TextDecoder().decode(stdout), "hello\nhello\n", "its output is the program's");
  const said = new TextDecoder().decode(stderr);
  assert.match(said, /^marketd ended with SIGKILL and starts again in 200 ms$/m);
});

const HARDSHIPS = {
  "where nobody can be told, as on a closed terminal": { errorsTo: "/dev/full" },
  "without setpriv": { env: { PATH: "/nowhere" } },
};
for (const [how, options] of Object.entries(HARDSHIPS)) {
  Deno.test(`kill -9 of the program is mended ${how}`, async () => {
    await using guarded = await Guarded.start(options);
    const { pid } = await guarded.run(1);
    Deno.kill(pid, "SIGKILL");
    await guarded.run(2);
    guarded.signal("SIGTERM");
    assert.equal((await guarded.ended).code, 0);
  });
}

Deno.test("a signal in the pause before a restart ends it cleanly", async () => {
  await using guarded = await Guarded.start({ errorsTo: '"$5/said"' });
  const { pid } = await guarded.run(1);
  Deno.kill(pid, "SIGKILL");
  const said = () => Deno.readTextFile(`${guarded.folder}/said`);
  await waitFor("the pause", async () => (await said()).includes("starts again"));
  guarded.signal("SIGTERM");
  assert.equal((await guarded.ended).code, 0);
  assert.equal((await guarded.notes()).length, 1);
});

Deno.test("the program gets small heaps of the C library, unless somebody chose others", async () => {
  const inherited = { ...ALLOCATOR, ...Deno.env.toObject() };
  for (const env of [{}, { MALLOC_ARENA_MAX: "7" }]) {
    await using guarded = await Guarded.start({ env });
    const { pid } = await guarded.run(1);
    const passed = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
    for (const [name, value] of Object.entries({ ...inherited, ...env })) {
      if (Object.hasOwn(ALLOCATOR, name)) assert.ok(passed.includes(`${name}=${value}`), name);
    }
  }
});

Deno.test("exit code 75 starts it again, 2 does not", async () => {
  await using again = await Guarded.start({ files: { exit: "75" } });
  await again.run(2);
  await using refused = await Guarded.start({ files: { exit: "2" } });
  assert.equal((await refused.ended).code, 2);
  assert.equal((await refused.notes()).length, 1);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} twice at once reaches the program once and ends it with its code`, async () => {
    await using guarded = await Guarded.start();
    const { pid } = await guarded.run(1);
    guarded.signal(signal);
    guarded.signal(signal);
    assert.equal((await guarded.ended).code, 0);
    assert.deepEqual((await guarded.notes()).slice(1), [signal]);
    assert.equal(isAlive(pid), false);
  });
}

Deno.test("a closed terminal ends the program in good order", async () => {
  await using guarded = await Guarded.start();
  await guarded.run(1);
  guarded.signal("SIGHUP");
  assert.equal((await guarded.ended).code, 0);
  assert.deepEqual((await guarded.notes()).slice(1), ["SIGTERM"]);
});

Deno.test("kill -9 of the guardian leaves nothing running, not even a loop that never yields", async () => {
  await using guarded = await Guarded.start({ files: { spin: "" } });
  const { pid } = await guarded.run(1);
  guarded.signal("SIGKILL");
  await waitFor("the end of the program", () => !isAlive(pid));
});

Deno.test("a program deaf to signals is killed by the second one", async () => {
  await using guarded = await Guarded.start({ files: { spin: "" } });
  const { pid } = await guarded.run(1);
  guarded.signal("SIGTERM");
  // The echo guard takes repeats within half a second for the same signal.
  await waitFor("the end of the program", () => {
    if (!isAlive(pid)) return true;
    guarded.signal("SIGTERM");
    return false;
  });
  assert.equal((await guarded.ended).code, 137);
});

Deno.test("MARKETD_GUARDIAN=off runs the program alone", async () => {
  await using guarded = await Guarded.start({ env: { MARKETD_GUARDIAN: "off" } });
  const { pid, guardian } = await guarded.run(1);
  assert.equal(guardian, "alone");
  assert.equal(pid, guarded.guardian.pid);
  guarded.signal("SIGTERM");
  assert.equal((await guarded.ended).code, 0);
});

const GUARDED = { MARKETD_GUARDIAN: "on" };

Deno.test("kill -9 of the pid in run.json leaves neither daemon nor database running", () =>
  withHome((home) =>
    withApp({ home, env: GUARDED, through: "task" }, async (app) => {
      await app.ready();
      const [daemon, server] = [await wardOf(app.pid), await postmasterPid(home)];
      assert.ok(server !== null);
      Deno.kill(app.pid, "SIGKILL");
      await waitFor("the end of all", () => !isAlive(daemon) && !isAlive(server));
    })
  ));

Deno.test("a bad setting ends the daemon and its guardian at once, with 2", () =>
  withHome((home) =>
    withApp({ home, env: { ...GUARDED, MARKETD_MODE: "live" }, through: "task" }, async (app) => {
      assert.equal((await app.exited).code, 2);
      assert.match(app.stderr, /MARKETD_MODE/);
      assert.doesNotMatch(app.stderr, /starts again/);
    })
  ));
