/** A house on the inline host, for actors that a test defines on the spot. */

import { systemClock } from "@/core/kernel/clock.ts";
import { inlineHost } from "@/core/hosts/inline.ts";
import type { ChildSpec } from "@/core/kernel/house.ts";
import type { Definition } from "@/core/thread/runtime.ts";
import { type House, type HouseOptions, inHouse } from "./house.ts";

export function inlineHouse(
  definitions: readonly unknown[],
  children: readonly ChildSpec[],
  test: (house: House) => Promise<void>,
  options: Omit<HouseOptions, "host" | "children"> = {},
): Promise<void> {
  const host = inlineHost({
    clock: options.clock ?? systemClock,
    random: () => 0.5,
    definitions: definitions as readonly Definition[],
  });
  return inHouse(test, { ...options, children, host });
}
