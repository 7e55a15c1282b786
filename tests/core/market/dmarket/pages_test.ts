import assert from "node:assert/strict";
import { ActorError } from "@/core/kernel/errors.ts";
import { walkPages } from "@/core/market/dmarket/pages.ts";

interface Page {
  readonly items: readonly number[];
  readonly cursor: string | null;
}

function pages(...cursors: readonly (string | null)[]) {
  const asked: (string | null)[] = [];
  const fetchPage = (cursor: string | null): Promise<Page> => {
    asked.push(cursor);
    return Promise.resolve({ items: [asked.length], cursor: cursors[asked.length - 1] ?? null });
  };
  return { asked, fetchPage };
}

async function collect(walk: AsyncGenerator<Page>): Promise<readonly number[]> {
  const items: number[] = [];
  for await (const page of walk) items.push(...page.items);
  return items;
}

function isError(code: string) {
  return (error: unknown) =>
    error instanceof ActorError && error.kind === "rejected" && error.code === code;
}

Deno.test("walkPages() follows the cursor to its end", async () => {
  const { asked, fetchPage } = pages("a", "b", null);
  assert.deepEqual(await collect(walkPages(fetchPage, 10)), [1, 2, 3]);
  assert.deepEqual(asked, [null, "a", "b"]);
});

Deno.test("walkPages() notices a cursor that repeats at once or after a while", async () => {
  for (const cursors of [["a", "a"], ["a", "b", "c", "a"]]) {
    const { asked, fetchPage } = pages(...cursors, "z");
    await assert.rejects(collect(walkPages(fetchPage, 100)), isError("cursor-repeats"));
    assert.equal(asked.length, cursors.length);
  }
});

Deno.test("walkPages() stops at its bound and says so, unless that was the last page", async () => {
  await assert.rejects(
    collect(walkPages(pages("a", "b", "c").fetchPage, 2)),
    isError("too-many-pages"),
  );
  assert.deepEqual(await collect(walkPages(pages("a", null).fetchPage, 2)), [1, 2]);
});

Deno.test("walkPages() fetches nothing beyond what is taken", async () => {
  const { asked, fetchPage } = pages("a", "b", null);
  for await (const page of walkPages(fetchPage, 10)) {
    if (page.items.includes(2)) break;
  }
  assert.equal(asked.length, 2);
});
