/** A house of a receiver and two senders, and what the receiver got. */

import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { type Got, POSTAL_CHILDREN, receiver } from "./actors/postal.ts";
import { type House, type HouseOptions, inHouse } from "./house.ts";

export function withPost(
  test: (house: House) => Promise<void>,
  options: HouseOptions = {},
): Promise<void> {
  return inHouse(test, { children: POSTAL_CHILDREN, ...options });
}

export async function gotBy(supervisor: Supervisor): Promise<readonly Got[]> {
  return (await supervisor.ask(receiver, "Got", {})).got;
}

export function numbers(got: readonly Got[], from: string, type: string): readonly number[] {
  return got.filter((one) => one.from === from && one.type === type).map(({ n }) => n);
}

/** 1 … `count`. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
