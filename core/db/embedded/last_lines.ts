/** Keeps the end of a stream of text, for the moment somebody asks what went wrong. */

/** An error with its detail and hint; not the story of the start before it. */
const MAX_LINES = 5;
const MAX_LINE = 500;

export class LastLines {
  /** Resolves when the stream has ended, or was given up. */
  readonly closed: Promise<void>;
  readonly #lines: string[] = [];
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    this.closed = this.#read();
  }

  get text(): string {
    return [...this.#lines, this.#rest].filter((line) => line !== "").join(" | ");
  }

  /** Stops reading; a child of a child may hold the stream open for ever. */
  async giveUp(): Promise<void> {
    await this.#reader.cancel();
    await this.closed;
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      const lines = (this.#rest + value).split("\n");
      this.#rest = (lines.pop() ?? "").slice(0, MAX_LINE);
      this.#lines.push(...lines.map((line) => line.slice(0, MAX_LINE)));
      this.#lines.splice(0, Math.max(0, this.#lines.length - MAX_LINES));
    }
  }
}
