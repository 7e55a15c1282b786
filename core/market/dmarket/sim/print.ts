/** Text for whoever reads a program's output. */

/** Writes all of it to `to`; a reader that has seen enough, such as `head`, is no error. */
export function printerTo(
  to: { writeSync(bytes: Uint8Array): number },
): (text: string) => void {
  return (text) => {
    const bytes = new TextEncoder().encode(text);
    try {
      for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  };
}
