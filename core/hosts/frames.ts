/**
 * Length-prefixed frames over a pipe: four bytes, big endian, then a value as JSON where that tells
 * all of it, else in the form in which workers clone it, so that an actor cannot tell a pipe from a
 * port. Cloning alone would do, but each time it leaves 5 kB behind that the runtime (Deno 2.9.6)
 * frees only when it collects a whole heap, and heaps as quiet as these it hardly ever does.
 */

import { deserialize, serialize } from "node:v8";

/** Larger frames are a mistake; they would be held in memory whole. */
export const MAX_FRAME_BYTES = 64_000_000;
const HEADER_BYTES = 4;
/** The form of clones begins with this byte, which no JSON contains. */
const CLONE_MARK = 0xff;
/** Values with more parts are cloned: to look at them all would take longer. */
const MAX_PLAIN_PARTS = 1_000;

/** Throws on what cannot be cloned, and on what is too large. */
export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const body = isPlain(value) ? new TextEncoder().encode(JSON.stringify(value)) : serialize(value);
  if (body.length > MAX_FRAME_BYTES) {
    throw new RangeError(`A frame holds at most ${MAX_FRAME_BYTES} bytes: this has ${body.length}`);
  }
  const frame = new Uint8Array(HEADER_BYTES + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, HEADER_BYTES);
  return frame;
}

function decodeBody(body: Uint8Array): unknown {
  if (body[0] === CLONE_MARK) return deserialize(body);
  return JSON.parse(new TextDecoder().decode(body));
}

/** Whether JSON tells all of it: nothing but values that it has, none in two places, not many. */
function isPlain(value: unknown, seen: Set<object> = new Set()): boolean {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || seen.has(value)) return false;
  seen.add(value);
  const isArray = Array.isArray(value);
  if (!isArray && Object.getPrototypeOf(value) !== Object.prototype) return false;
  const parts = Object.entries(value);
  if (parts.length + seen.size > MAX_PLAIN_PARTS) return false;
  if (isArray && parts.length !== value.length) return false;
  return parts.every(([key, part], at) => (!isArray || key === String(at)) && isPlain(part, seen));
}

/**
 * The frames of a byte stream; ends with the stream, throws on a broken frame. Of a chunk nothing is
 * kept once the next one is asked for.
 */
export async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  let held = new Uint8Array(HEADER_BYTES);
  let filled = 0;
  for await (const chunk of stream) {
    held = withRoom(held, filled, chunk.length);
    held.set(chunk, filled);
    filled += chunk.length;
    let at = 0;
    for (;;) {
      const end = endOf(held.subarray(at, filled));
      if (end === null) break;
      yield decodeBody(held.slice(at + HEADER_BYTES, at + end));
      at += end;
    }
    held.copyWithin(0, at, filled);
    filled -= at;
  }
}

/** Of the first frame, if it is there as a whole. */
function endOf(held: Uint8Array): number | null {
  if (held.length < HEADER_BYTES) return null;
  const length = new DataView(held.buffer, held.byteOffset).getUint32(0);
  if (length > MAX_FRAME_BYTES) throw new RangeError(`A frame of ${length} bytes is announced`);
  return held.length < HEADER_BYTES + length ? null : HEADER_BYTES + length;
}

/** Grows by doubling; what a large frame needed is given back with the next chunk. */
function withRoom(held: Uint8Array<ArrayBuffer>, filled: number, more: number) {
  const needed = filled + more;
  if (needed <= held.length && held.length <= needed * 4) return held;
  const room = new Uint8Array(needed * 2);
  room.set(held.subarray(0, filled));
  return room;
}

/** Writes frames one after another; a reader that is gone is noticed by whoever waits for its end. */
export class FrameWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #writing: Promise<void> = Promise.resolve();

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
  }

  write(value: unknown): void {
    const frame = encodeFrame(value);
    this.#writing = this.#writing.then(() => this.#writer.write(frame)).catch(() => {});
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#writer.close().catch(() => {});
  }
}
