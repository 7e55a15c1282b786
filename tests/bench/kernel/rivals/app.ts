/** A program for a process supervisor: notes its start and what it remembers, ends as it is told. */

const [notes = ""] = Deno.args;
let count = 0;
Deno.addSignalListener("SIGUSR1", () => Deno.exit(0));
Deno.addSignalListener("SIGUSR2", () => {
  for (;;);
});
Deno.writeTextFileSync(notes, `${JSON.stringify({ pid: Deno.pid, count })}\n`, { append: true });
count += 1;
setInterval(() => {}, 60_000);
