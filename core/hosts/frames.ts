/** JSON over a pipe, one value a line, because JSON itself has no line breaks. */

/** A longer line is a mistake; it would be held in memory whole. */
const MAX_CHARS = 64_000_000;

/** The values of a byte stream; ends with the stream, throws on a broken or too long line. */
export async function* readFrames(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const chunk of stream) {
    const lines = (held + decoder.decode(chunk, { stream: true })).split("\n");
    held = lines.pop() ?? "";
    if (held.length > MAX_CHARS) throw new RangeError(`A frame of ${held.length} chars has no end`);
    for (const line of lines) yield JSON.parse(line);
  }
}

/** Writes frames one after another; a reader that is gone is noticed by whoever waits for its end. */
export class FrameWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #writing: Promise<void> = Promise.resolve();

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
  }

  write(value: unknown): void {
    const line = `${JSON.stringify(value)}\n`;
    if (line.length > MAX_CHARS) {
      throw new RangeError(`A frame of ${line.length} chars is too long`);
    }
    const bytes = new TextEncoder().encode(line);
    this.#writing = this.#writing.then(() => this.#writer.write(bytes)).catch(() => {});
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#writer.close().catch(() => {});
  }
}
