/** PM2 over a process: its own supervisor, without the daemon around it. */

import { afterSignal } from "./process_trial.ts";
import { answer } from "./trial.ts";

type Done = (error: unknown) => void;
interface Pm2 {
  connect(noDaemon: boolean, done: Done): void;
  start(app: unknown, done: Done): void;
}

// By name, so that nobody else's lock file hears of the package.
const { default: pm2 }: { default: Pm2 } = await import("pm2" as string);

function start(script: string, notes: string): void {
  let connected = false;
  pm2.connect(true, () => {
    // Without a daemon it says so twice.
    if (connected) return;
    connected = true;
    const program = { interpreter: Deno.execPath(), interpreter_args: "run -A --no-config" };
    pm2.start({ name: "app", script, args: notes, ...program }, () => {});
  });
}

await answer({
  crash: () => afterSignal("SIGKILL", start),
  exit: () => afterSignal("SIGUSR1", start),
  hang: () => afterSignal("SIGUSR2", start),
});
