/** A supervisor over puppets in virtual time: the inline host, a clock that the test moves. */

import { inlineHost } from "@/core/hosts/inline.ts";
import type { ActorSpec } from "@/core/kernel/actor.ts";
import { type ChildSpec, group, type GroupTree } from "@/core/kernel/house.ts";
import type { Definition } from "@/core/thread/runtime.ts";
import { type House, house, type HouseOptions } from "./house.ts";
import { ManualClock } from "./manual_clock.ts";
import { puppetBehaviour } from "./actors/puppet_actor.ts";
import type { PuppetSpec } from "./actors/puppet.ts";

export interface VirtualHouse extends House {
  readonly clock: ManualClock;
}

export function virtualHouse(
  root: GroupTree | readonly ChildSpec[],
  options: Omit<HouseOptions, "root" | "children" | "host" | "clock"> & {
    /** Puppets that are started at run time. */
    readonly more?: readonly ChildSpec[];
    readonly heapBytes?: (actor: string) => number;
  } = {},
): VirtualHouse {
  const clock = new ManualClock();
  const tree = "children" in root
    ? root
    : group("root", { intensity: { max: 5, withinMs: 60_000 }, children: root });
  const host = inlineHost({
    clock,
    random: () => 0.5,
    definitions: [...actorsOf(tree), ...(options.more ?? []).map((one) => one.actor)].map(defined),
    ...(options.heapBytes === undefined ? {} : { heapBytes: options.heapBytes }),
  });
  return { ...house({ ...options, root: tree, host, clock }), clock };
}

function actorsOf(tree: GroupTree): readonly ActorSpec[] {
  return tree.children.flatMap((one) => "children" in one ? actorsOf(one) : [one.actor]);
}

function defined(spec: ActorSpec): Definition {
  return puppetBehaviour(spec as unknown as PuppetSpec) as unknown as Definition;
}

/** Runs `test` in a started house and stops it, whatever happens; nothing may be left over. */
export async function inVirtualHouse(
  test: (house: VirtualHouse) => Promise<void>,
  ...of: Parameters<typeof virtualHouse>
): Promise<void> {
  const made = virtualHouse(...of);
  await made.supervisor.start();
  try {
    await test(made);
  } finally {
    const stopped = made.supervisor.stop(5_000);
    await made.clock.advance(10_000);
    await stopped;
  }
}
