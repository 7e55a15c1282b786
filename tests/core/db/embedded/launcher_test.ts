import assert from "node:assert/strict";
import { launchers } from "@/core/db/embedded/launcher.ts";
import { nativeFolder } from "@/core/db/embedded/binaries.ts";
import { ActorError } from "@/core/kernel/errors.ts";

function names(uid: number, dataOwner: number | null): readonly string[] {
  return launchers({ uid, dataOwner }).map(({ name }) => name);
}

Deno.test("launchers: an ordinary user starts the server directly", () => {
  assert.deepEqual(names(1000, null), ["directly"]);
  assert.deepEqual(names(1000, 1000), ["directly"]);
});

Deno.test("launchers: root tries another user first, then a user namespace", () => {
  assert.deepEqual(names(0, null), ["as user 65534", "in a user namespace"]);
});

Deno.test("launchers: root stays with whom the data belongs to", () => {
  assert.deepEqual(names(0, 65534), ["as user 65534"]);
  assert.deepEqual(names(0, 1000), ["as user 1000"]);
  assert.deepEqual(names(0, 0), ["in a user namespace"]);
});

Deno.test("launchers: an ordinary user cannot open somebody else's data, and is told whose it is", () => {
  assert.throws(() => launchers({ uid: 1000, dataOwner: 65534 }), (error) => {
    assert.ok(error instanceof ActorError);
    assert.match(error.message, /belong to user 65534: current user is 1000/);
    return true;
  });
});

Deno.test("where no server is packaged, the error names the ways that remain", () => {
  for (const [os, arch] of [["darwin", "aarch64"], ["windows", "x86_64"], ["linux", "riscv64"]]) {
    assert.throws(() => nativeFolder(os ?? "", arch ?? ""), (error) => {
      assert.ok(error instanceof ActorError);
      assert.equal(error.code, "database-platform");
      assert.match(error.message, /DATABASE_URL.*Docker/);
      return true;
    });
  }
});
