import assert from "node:assert/strict";
import { root, text } from "./files.ts";

/** Published test vectors (RFC 8032) and the keys of the simulator, which guard nothing. */
const HARMLESS = /^(?:tests\/|deno\.lock$|core\/market\/dmarket\/sim\/)/;
const EXAMPLE_PAIR = [
  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
];

const SHAPES: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/g],
  ["a bot token", /\d{8,12}:AA[A-Za-z0-9_-]{30,}/g],
  ["a key in hex", /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{128})(?![0-9a-f])/gi],
  ["a GitHub token", /gh[opsu]_[A-Za-z0-9]{36}/g],
  ["an AWS key", /AKIA[0-9A-Z]{16}/g],
];

/** What git ignores, and git itself. */
const NOT_OURS = [".env", ".git", "coverage", "data", "node_modules"];

async function repositoryFiles(folder = ""): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    if (NOT_OURS.includes(entry.name)) continue;
    const path = folder + entry.name;
    if (entry.isDirectory) found.push(...await repositoryFiles(`${path}/`));
    else if (entry.isFile) found.push(path);
  }
  return found;
}

Deno.test("no file of the repository holds anything that looks like a secret", async () => {
  const paths = (await repositoryFiles()).filter((path) => !HARMLESS.test(path));
  assert.ok(paths.length > 50, `${paths.length} files`);
  for (const path of paths) {
    const content = await text(path);
    for (const [what, shape] of SHAPES) {
      const found = (content.match(shape) ?? []).filter((each) => !EXAMPLE_PAIR.includes(each));
      assert.equal(found.length, 0, `${path} holds what looks like ${what}`);
    }
  }
});

Deno.test("files with secrets are ignored by git and never reach the image", async () => {
  const ignored = (await text(".gitignore")).split("\n");
  assert.ok(ignored.includes(".env") && ignored.includes("/data/"));
  assert.ok(!(await text(".dockerignore")).includes("!.env"));
});
