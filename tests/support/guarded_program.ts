/**
 * The smallest program under a guardian: it notes each run and each signal in a file, and ends as
 * that folder's `exit` file says, if there is one, with the first one only.
 */

import { guard, guardianOf, needsGuardian, surroundings } from "@/core/process/guardian.ts";

const [folder = "."] = Deno.args;

function note(line: string): void {
  Deno.writeTextFileSync(`${folder}/notes`, `${line}\n`, { append: true });
}

function wishedExit(): number | null {
  try {
    const code = Number(Deno.readTextFileSync(`${folder}/exit`));
    Deno.removeSync(`${folder}/exit`);
    return code;
  } catch {
    return null;
  }
}

if (needsGuardian(surroundings())) Deno.exit(await guard());
const code = wishedExit();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, () => {
    note(signal);
    // Long enough for an echo of the signal to come as well.
    setTimeout(() => Deno.exit(0), 200);
  });
}
await Deno.stdout.write(new TextEncoder().encode("hello\n"));
note(`run ${Deno.pid} ${guardianOf(surroundings()) ?? "alone"}`);
if (code !== null) Deno.exit(code);
try {
  await Deno.stat(`${folder}/spin`);
  for (;;);
} catch {
  setInterval(() => {}, 60_000);
}
