import { z } from "zod";
import { turnActor } from "@/core/kernel/mod.ts";
import { targetManager } from "@/core/protocol/target_manager.ts";

/** What main decides about targets. */
export const targetManagerConfig = z.object({
  /** Where the competing bid leaves no room: leave the title, or bid the most allowed. */
  whenOutbid: z.enum(["skip", "upper"]).default("skip"),
});
export type TargetManagerConfig = z.output<typeof targetManagerConfig>;

/** Proposes target prices and records what it would order. It can reach no market. */
export const targetManagerSpec = turnActor({
  protocol: targetManager,
  config: targetManagerConfig,
  worker: import.meta.resolve("./worker.ts"),
  writes: ["target_intents"],
});
