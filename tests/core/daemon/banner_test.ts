import assert from "node:assert/strict";
import { logEvent } from "@/core/daemon/banner.ts";
import type { Log } from "@/core/kernel/log.ts";

function recording(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => {
    lines.push(`${level}: ${message}`);
  };
  return {
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    lines,
  };
}

Deno.test("a thread that cannot be ended is an error, and its end after all is not", () => {
  const { log, lines } = recording();
  logEvent(log, { is: "zombie", actor: "scanner", alive: true, zombies: 1 });
  logEvent(log, { is: "zombie", actor: "scanner", alive: false, zombies: 0 });
  assert.deepEqual(lines, [
    "error: A thread of {actor} cannot be ended and burns a core",
    "info: A thread of {actor} that could not be ended has ended",
  ]);
});
