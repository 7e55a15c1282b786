import assert from "node:assert/strict";
import { COMMANDS } from "@/core/protocol/notices.ts";
import { text } from "./files.ts";

Deno.test("the README names every command of the bot and no other", async () => {
  const readme = await text("README.md");
  const table = /<!-- commands -->(.*)<!-- \/commands -->/s.exec(readme)?.[1] ?? "";
  const cells = [...table.matchAll(/^\| (`.*?) +\|/gm)].map(([, cell]) => cell ?? "").join(" ");
  const named = [...cells.matchAll(/`\/([a-z]+)/g)].map(([, name]) => name ?? "");
  assert.deepEqual(named.toSorted(), COMMANDS.toSorted());
});
