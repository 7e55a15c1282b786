/** Frames over a pipe carry what a port carries, whole, in order, within their bound. */

import assert from "node:assert/strict";
import { encodeFrame, FrameWriter, MAX_FRAME_BYTES, readFrames } from "@/core/hosts/frames.ts";

/** The bytes in pieces of `size`. */
function pieces(bytes: readonly Uint8Array[], size: number): ReadableStream<Uint8Array> {
  const whole = Uint8Array.from(bytes.flatMap((one) => [...one]));
  const starts = Array.from({ length: Math.ceil(whole.length / size) }, (_, n) => n * size);
  return ReadableStream.from(starts.map((at) => whole.slice(at, at + size)));
}

const VALUES: readonly unknown[] = [
  {
    is: "ask",
    body: { at: new Date(0), big: 2n ** 80n, none: undefined, odd: NaN, end: -Infinity },
  },
  new Map([["a", new Set([1, 2])]]),
  [1, , 3],
  Array(2),
  new Uint8Array([1, 2, 3]),
  new Float64Array([0.5, -0]),
  /a/g,
  { is: "beat", slots: [0, 1.5, -0], text: "\ud800", ["__proto__"]: 1 },
  Object.assign([1], { name: "an array" }),
  Object.assign(Array(1), { name: "as long as it has parts" }),
  Array.from({ length: 2_000 }, (_, n) => ({ n })),
  { is: "beat", slots: [NaN, Infinity] },
  "Zürich 🗝",
  null,
];

for (const size of [1, 3, 7, 64, 100_000]) {
  Deno.test(`values arrive as a port would bring them, in pieces of ${size} bytes`, async () => {
    const stream = pieces(VALUES.map(encodeFrame), size);
    const got = await Array.fromAsync(readFrames(stream));
    assert.deepEqual(got, structuredClone(VALUES));
  });
}

Deno.test("an ordinary message is told by JSON, which leaves nothing behind", () => {
  const message = { is: "ask", id: 7, body: { path: "/x?a=ü", tries: [1, null, true] } };
  assert.deepEqual(JSON.parse(new TextDecoder().decode(encodeFrame(message).subarray(4))), message);
});

Deno.test("one object in two places, or within itself, stays one", async () => {
  const one: Record<string, unknown> = { n: 1 };
  one["self"] = one;
  const [twice, round] = await Array.fromAsync(
    readFrames(pieces([encodeFrame([[], { a: one, b: one }]), encodeFrame(one)], 9)),
  ) as [[unknown, { a: unknown; b: unknown }], { self: unknown }];
  assert.equal(twice[1].a, twice[1].b);
  assert.equal(round.self, round);
});

Deno.test("a frame of megabytes in small pieces is read in time that grows with its size", async () => {
  const body = "x".repeat(8_000_000);
  const frame = encodeFrame(body);
  const starts = Array.from({ length: Math.ceil(frame.length / 4_096) }, (_, n) => n * 4_096);
  const stream = ReadableStream.from(starts.map((at) => frame.subarray(at, at + 4_096)));
  const startedAt = performance.now();
  assert.deepEqual(await Array.fromAsync(readFrames(stream)), [body]);
  // Joined chunk by chunk it took 8 GB of copies.
  assert.ok(performance.now() - startedAt < 2_000);
});

Deno.test("what cannot be cloned and what is too large is refused before anything is written", () => {
  assert.throws(() => encodeFrame(() => {}), /could not be cloned/);
  assert.throws(() => encodeFrame(new Uint8Array(MAX_FRAME_BYTES)), {
    name: "RangeError",
    message: new RegExp(`at most ${MAX_FRAME_BYTES} bytes: this has \\d+`),
  });
});

Deno.test("a frame that is announced too large is refused before it is held", async () => {
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, MAX_FRAME_BYTES + 1);
  const reading = Array.fromAsync(readFrames(pieces([header], 4)));
  await assert.rejects(reading, { name: "RangeError" });
});

Deno.test("bytes that are no frame are refused", async () => {
  const junk = new Uint8Array([0, 0, 0, 3, 1, 2, 3]);
  await assert.rejects(Array.fromAsync(readFrames(pieces([junk], 7))));
});

Deno.test("a stream that ends within a frame ends the reading", async () => {
  const frame = encodeFrame({ n: 1 });
  const stream = pieces([frame, frame.subarray(0, frame.length - 1)], 5);
  assert.deepEqual(await Array.fromAsync(readFrames(stream)), [{ n: 1 }]);
});

Deno.test("frames are written in order, and a reader that is gone is nobody's error", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = new FrameWriter(writable);
  for (const n of [1, 2, 3]) writer.write(n);
  const reader = readFrames(readable);
  for (const n of [1, 2, 3]) assert.deepEqual(await reader.next(), { value: n, done: false });
  await reader.return(undefined);
  writer.write(4);
  await writer.close();
});
