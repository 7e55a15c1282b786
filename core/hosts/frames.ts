/**
 * Length-prefixed frames over a pipe: four bytes, big endian, then a value in the form in which
 * workers clone it, so that an actor cannot tell a pipe from a port.
 */

import { deserialize, serialize } from "node:v8";

/** Larger frames are a mistake; they would be held in memory whole. */
export const MAX_FRAME_BYTES = 64_000_000;
const HEADER_BYTES = 4;

/** Throws on what cannot be cloned, and on what is too large. */
export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const body = serialize(value);
  if (body.length > MAX_FRAME_BYTES) {
    throw new RangeError(`A frame holds at most ${MAX_FRAME_BYTES} bytes: this has ${body.length}`);
  }
  const frame = new Uint8Array(HEADER_BYTES + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, HEADER_BYTES);
  return frame;
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
      yield deserialize(held.slice(at + HEADER_BYTES, at + end));
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
