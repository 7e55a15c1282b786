import { protocol } from "@/core/kernel/mod.ts";

/** The simulated DMarket that runs when no key is configured; spoken to over HTTP only. */
export const simulator = protocol("simulator", {});
