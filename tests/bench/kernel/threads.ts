/**
 * Which core a worker's thread runs on. Left alone, the scheduler puts a pair now on one core, now
 * on two, and a round trip costs four times as much on two: nothing could be compared.
 */

const TASKS = "/proc/self/task";

/** Ids of the threads that carry workers, oldest first. */
export function workerThreads(): number[] {
  const ids: number[] = [];
  for (const { name } of Deno.readDirSync(TASKS)) {
    if (nameOf(name).startsWith("worker-")) ids.push(Number(name));
  }
  return ids.sort((a, b) => a - b);
}

function nameOf(thread: string): string {
  try {
    return Deno.readTextFileSync(`${TASKS}/${thread}/comm`);
  } catch {
    // It ended while we were reading.
    return "";
  }
}

/** Cores this process may use, at most two. */
export async function usableCores(): Promise<number[]> {
  const status = await Deno.readTextFile("/proc/self/status");
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? "0";
  const cores = list.split(",").flatMap((part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return cores.slice(0, 2);
}

/** Keeps each thread on the core that stands at its place. */
export async function pin(threads: readonly number[], cores: readonly number[]): Promise<void> {
  for (const [index, thread] of threads.entries()) {
    const core = cores[index % cores.length];
    const args = ["-cp", String(core), String(thread)];
    const { success, stderr } = await new Deno.Command("taskset", { args }).output();
    if (!success) throw new Error(`Cannot pin a thread: ${new TextDecoder().decode(stderr)}`);
  }
}
