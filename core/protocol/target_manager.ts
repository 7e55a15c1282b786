import { z } from "zod";
import { durable, protocol } from "@/core/kernel/mod.ts";
import { opportunity } from "./schemas.ts";

export const targetManager = protocol("target-manager", {
  /** Accepted opportunities of one page; a target price is proposed for each title once. */
  OpportunitiesFound: durable({
    body: z.object({ opportunities: z.array(opportunity).min(1).max(200) }),
  }),
});
