/** Names that reach around what is passed in, and the few files that may use them. */

export interface Ban {
  /** `Date.now`, `fetch`; `new Date()` stands for the constructor without arguments. */
  readonly names: readonly string[];
  readonly why: string;
  /** Files and folders where the ban holds. */
  readonly within: readonly string[];
  /** Files and folders inside those where it does not: the edges. */
  readonly except: readonly string[];
}

const SOURCES = ["actors", "bot", "core"];

export const BANS: readonly Ban[] = [
  {
    names: [
      "Date.now",
      "new Date()",
      "performance.now",
      "setImmediate",
      "setInterval",
      "setTimeout",
    ],
    why: "Take time from a Clock that is passed in",
    within: SOURCES,
    except: ["core/hosts/process_entry.ts", "core/kernel/clock.ts", "core/thread/chaos.ts"],
  },
  {
    names: ["crypto.getRandomValues", "crypto.randomUUID", "Math.random"],
    why: "Take randomness as a function that is passed in",
    within: SOURCES,
    except: ["core/daemon", "core/thread/chaos.ts", "core/thread/worker.ts"],
  },
  {
    names: ["fetch"],
    why: "Take the network as a Fetcher that is passed in",
    within: SOURCES,
    except: ["core/daemon", "core/http"],
  },
  {
    names: ["setInterval", "setTimeout"],
    why: "Wait for a condition with waitFor, not for a duration",
    within: ["tests"],
    except: ["tests/bench", "tests/fixtures", "tests/support"],
  },
  {
    names: ["BroadcastChannel"],
    why: "Talk over the links the supervisor hands out, or it cannot see it",
    within: [...SOURCES, "main.ts"],
    except: [],
  },
  {
    names: ["Deno.addSignalListener", "process.on"],
    why: "Leave signals to main: a listener in a worker disarms them for the whole process",
    within: SOURCES,
    except: ["core/process/signals.ts"],
  },
  {
    names: ["console"],
    why: "Log through the context: main cleans and writes the lines",
    within: SOURCES,
    except: [],
  },
];

/** Why `name` must not be used in the file at `path`, or null when it may. */
export function ambientFault(path: string, name: string): string | null {
  const ban = BANS.find(({ names, within, except }) =>
    names.includes(name) && lies(path, within) && !lies(path, except)
  );
  return ban === undefined ? null : `${name} is out of bounds here. ${ban.why}`;
}

function lies(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}
