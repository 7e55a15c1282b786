/** The kernel's third door, for the entry of an actor's thread: import it before the behaviour. */

export { runActor } from "@/core/thread/worker.ts";
