/** The import graph as Deno itself sees it. */

import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What one file of ours imports. */
export interface Imports {
  /** Files of ours, by path from the root; `false`: for their types alone, or only when called for. */
  readonly files: ReadonlyMap<string, boolean>;
  /** Packages and built-in modules by name, in the same way. */
  readonly packages: ReadonlyMap<string, boolean>;
}

interface Dependency {
  readonly specifier: string;
  readonly isDynamic?: boolean;
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
}
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly Dependency[];
  }[];
}

/** Everything reachable from `entries` (paths from the root), by path from the root. */
export async function importGraph(
  entries: readonly string[],
): Promise<ReadonlyMap<string, Imports>> {
  const folder = await Deno.makeTempDir({ prefix: "marketd-graph-" });
  try {
    const entry = join(folder, "entry.ts");
    const lines = entries.map((path) => `import "${pathToFileURL(join(ROOT, path))}";\n`);
    await Deno.writeTextFile(entry, lines.join(""));
    return read(await denoInfo(entry));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function denoInfo(entry: string): Promise<Info> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--config", join(ROOT, "deno.json"), entry],
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot read the import graph: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout));
}

function read({ modules }: Info): ReadonlyMap<string, Imports> {
  const graph = new Map<string, Imports>();
  for (const { specifier, error, dependencies = [] } of modules) {
    const path = ours(specifier);
    if (path === null) continue;
    if (error !== undefined) throw new Error(`Cannot read ${path}: ${error}`);
    const files = new Map<string, boolean>();
    const packages = new Map<string, boolean>();
    for (const { code, type, isDynamic = false } of dependencies) {
      const target = code?.specifier ?? type?.specifier ?? "";
      const file = ours(target);
      const [list, name] = file === null ? [packages, packageName(target)] : [files, file];
      const isLoaded = code !== undefined && !isDynamic;
      list.set(name, isLoaded || list.get(name) === true);
    }
    graph.set(path, { files, packages });
  }
  return graph;
}

function ours(specifier: string): string | null {
  if (!specifier.startsWith("file:")) return null;
  const path = relative(ROOT, fileURLToPath(specifier));
  return path.startsWith("..") ? null : path;
}

/** `npm:@scope/name@1.2.3/door` is `@scope/name`; `node:net` stays as it is. */
function packageName(specifier: string): string {
  return /^npm:\/?(@[^/]+\/[^@/]+|[^@/]+)/.exec(specifier)?.[1] ?? specifier;
}

/** Files of ours under `folders`, by path from the root. */
export async function sourceFiles(...folders: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(join(ROOT, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else if (path.endsWith(".ts")) found.push(path);
    }
  };
  for (const folder of folders) await walk(folder);
  return found.sort();
}

/** The files that `entry` loads before it runs, itself included: types are gone by then. */
export function loadedBy(
  entry: string,
  graph: ReadonlyMap<string, Imports>,
): ReadonlySet<string> {
  const loaded = new Set([entry]);
  for (const path of loaded) {
    for (const [target, isCode] of graph.get(path)?.files ?? []) if (isCode) loaded.add(target);
  }
  return loaded;
}

/** A cycle among `edges` as the list of its stations, first and last the same, or null. */
export function findCycle(
  edges: ReadonlyMap<string, Iterable<string>>,
): readonly string[] | null {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): readonly string[] | null => {
    const at = trail.indexOf(node);
    if (at >= 0) return [...trail.slice(at), node];
    if (done.has(node)) return null;
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle !== null) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of edges.keys()) {
    const cycle = visit(node, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
