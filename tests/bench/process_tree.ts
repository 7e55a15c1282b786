/** Memory of a process and everything it started, as the kernel shares it out. */

/** Memory of one kind of process in a tree, in bytes. */
export interface MemoryShare {
  /** What its heaps, stacks and allocators hold. */
  readonly anonBytes: number;
  /** Programs and libraries, pages in common shared out. */
  readonly fileBytes: number;
  /** Shared with its own kind: of Postgres mostly the buffers it has touched so far. */
  readonly sharedBytes: number;
}

/**
 * The proportional set size of the tree under `pid`: of that process itself as `daemon`, of the
 * others by the names of their programs.
 */
export async function treeMemory(pid: number): Promise<Readonly<Record<string, MemoryShare>>> {
  const shares: Record<string, MemoryShare> = {};
  for (const one of await treeOf(pid)) {
    const program = (await Deno.readTextFile(`/proc/${one}/comm`).catch(() => "")).trim();
    const name = one === pid ? "daemon" : program;
    const rollup = await rollupOf(one);
    if (name === "" || rollup === "") continue;
    const { anonBytes = 0, fileBytes = 0, sharedBytes = 0 } = shares[name] ?? {};
    shares[name] = {
      anonBytes: anonBytes + bytesOf(rollup, "Pss_Anon"),
      fileBytes: fileBytes + bytesOf(rollup, "Pss_File"),
      sharedBytes: sharedBytes + bytesOf(rollup, "Pss_Shmem"),
    };
  }
  return shares;
}

const TICKS_PER_SECOND = 100;

/** Processor time that the tree under `pid` has used since its processes began, in seconds. */
export async function treeCpuSeconds(pid: number): Promise<number> {
  const ticks = await Promise.all((await treeOf(pid)).map(async (one) => {
    const stat = await Deno.readTextFile(`/proc/${one}/stat`).catch(() => "");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }));
  return ticks.reduce((sum, own) => sum + own, 0) / TICKS_PER_SECOND;
}

async function treeOf(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for await (const entry of Deno.readDir("/proc")) {
    const pid = Number(entry.name);
    if (!Number.isInteger(pid)) continue;
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (stat !== "") parents.set(pid, parent);
  }
  const tree = [root];
  for (let at = 0; at < tree.length; at++) {
    for (const [pid, parent] of parents) if (parent === tree[at]) tree.push(pid);
  }
  return tree;
}

async function rollupOf(pid: number): Promise<string> {
  return await Deno.readTextFile(`/proc/${pid}/smaps_rollup`).catch(() => "");
}

function bytesOf(rollup: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0) * 1_024;
}
