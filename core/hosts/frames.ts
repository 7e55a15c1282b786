/** Length-prefixed JSON over a pipe: four bytes, big endian, then UTF-8. */

/** Larger frames are a mistake; they would be held in memory whole. */
export const MAX_FRAME_BYTES = 64_000_000;
const HEADER_BYTES = 4;

export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(JSON.stringify(value));
  if (body.length > MAX_FRAME_BYTES) {
    throw new RangeError(`A frame holds at most ${MAX_FRAME_BYTES} bytes: this has ${body.length}`);
  }
  const frame = new Uint8Array(HEADER_BYTES + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** The frames of a byte stream; ends with the stream, throws on a broken frame. */
export async function* readFrames(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  let held = new Uint8Array(0);
  for await (const chunk of stream) {
    held = joined(held, chunk);
    for (;;) {
      const length = lengthOf(held);
      if (length === null || held.length < HEADER_BYTES + length) break;
      const body = held.subarray(HEADER_BYTES, HEADER_BYTES + length);
      yield JSON.parse(new TextDecoder().decode(body));
      held = held.slice(HEADER_BYTES + length);
    }
  }
}

function lengthOf(held: Uint8Array): number | null {
  if (held.length < HEADER_BYTES) return null;
  const length = new DataView(held.buffer, held.byteOffset).getUint32(0);
  if (length > MAX_FRAME_BYTES) throw new RangeError(`A frame of ${length} bytes is announced`);
  return length;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
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
