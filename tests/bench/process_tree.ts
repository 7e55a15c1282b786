/** Memory of a process and everything it started, as the kernel shares it out. */

/** Proportional set size of the tree under `pid`, in bytes: shared pages are counted once. */
export async function treePssBytes(pid: number): Promise<number> {
  const pids = await treeOf(pid);
  const sizes = await Promise.all(pids.map(pssBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
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

async function pssBytes(pid: number): Promise<number> {
  const rollup = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`).catch(() => "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1_024;
}
