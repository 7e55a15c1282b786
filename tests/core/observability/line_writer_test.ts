import assert from "node:assert/strict";
import { createLineWriter, MAX_WAITING_CHARACTERS } from "@/core/observability/line_writer.ts";

/** A reader that takes chunks when the test says so. */
class SlowReader {
  text = "";
  #release: (() => void)[] = [];

  readonly write = async (chunk: Uint8Array): Promise<number> => {
    await new Promise<void>((resolve) => this.#release.push(resolve));
    const part = chunk.subarray(0, 7);
    this.text += new TextDecoder().decode(part);
    return part.length;
  };

  async takeAll(flushed: Promise<void>): Promise<void> {
    let done = false;
    const end = flushed.then(() => done = true);
    while (!done) {
      this.#release.shift()?.();
      await Promise.resolve();
    }
    await end;
  }
}

Deno.test("a line writer keeps order and finishes partial writes", async () => {
  const reader = new SlowReader();
  const writer = createLineWriter(reader.write);
  for (let line = 0; line < 20; line++) writer.write(`line ${line}`);
  await reader.takeAll(writer.flush());
  const expected = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join("");
  assert.equal(reader.text, expected);
  assert.equal(writer.dropped(), 0);
});

Deno.test("a line writer drops and counts lines when nobody reads", async () => {
  const reader = new SlowReader();
  const writer = createLineWriter(reader.write);
  writer.write("first");
  const line = "x".repeat(99_999);
  for (let count = 0; count < 30; count++) writer.write(line);
  assert.equal(writer.dropped(), 30 - MAX_WAITING_CHARACTERS / 100_000);
  const broken = createLineWriter(() => Promise.reject(new Error("Gone")));
  broken.write("lost");
  await broken.flush();
  broken.write("lost too");
  assert.equal(broken.dropped(), 2);
  await broken.flush();
});

Deno.test("flush() of an idle line writer resolves at once", async () => {
  await createLineWriter(() => Promise.reject(new Error("Never called"))).flush();
});
