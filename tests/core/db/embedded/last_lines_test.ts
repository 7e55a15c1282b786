import assert from "node:assert/strict";
import { LastLines } from "@/core/db/embedded/last_lines.ts";

function stream(...chunks: readonly string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
}

Deno.test("LastLines joins lines that arrive in pieces, and keeps an unfinished one", async () => {
  const lines = new LastLines(stream("one\ntw", "o\nthr", "ee"));
  await lines.closed;
  assert.equal(lines.text, "one | two | three");
});

Deno.test("LastLines keeps the last five lines and cuts long ones", async () => {
  const many = Array.from({ length: 30 }, (_, n) => `line ${n}\n`);
  const lines = new LastLines(stream(...many, "x".repeat(10_000)));
  await lines.closed;
  const kept = lines.text.split(" | ");
  assert.equal(kept[0], "line 25");
  assert.equal(kept.length, 6);
  assert.equal(kept.at(-1)?.length, 500);
});

Deno.test("LastLines can give up on a stream that somebody holds open", async () => {
  const cancelled = Promise.withResolvers<string>();
  const open = new ReadableStream<Uint8Array<ArrayBuffer>>({
    cancel: () => cancelled.resolve("cancelled"),
  });
  const lines = new LastLines(open);
  await lines.giveUp();
  await lines.closed;
  assert.equal(await cancelled.promise, "cancelled");
});
