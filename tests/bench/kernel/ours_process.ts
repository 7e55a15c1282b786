/** The guardian over the program that PM2 is given. */

import { guard } from "@/core/process/guardian.ts";
import { afterSignal } from "./rivals/process_trial.ts";
import { answer } from "./rivals/trial.ts";

function start(script: string, notes: string): void {
  guard([Deno.execPath(), "run", "-A", "--no-config", script, notes]);
}

await answer({
  crash: () => afterSignal("SIGKILL", start),
  exit: async () => ({ ...await afterSignal("SIGUSR1", start), note: "exit code 0 ends it too" }),
  hang: () => afterSignal("SIGUSR2", start),
});
