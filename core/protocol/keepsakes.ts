import { z } from "zod";
import { GAMES } from "@/core/domain/market.ts";
import { protocol, request } from "@/core/kernel/mod.ts";

/** Each actor has its own of each name. */
const name = z.enum(["pace", ...GAMES.map((game) => `fees:${game}` as const)]);

/** A fee list of 100,000 titles is below it. */
const body = z.string().max(16_000_000);

/**
 * What an actor that keeps nothing has learnt and would have to ask the market for again. Main keeps
 * it word for word; whether it is still worth something is judged by whoever recalls it.
 */
export const keepsakes = protocol("keepsakes", {
  /** Takes the place of what was kept under the name. */
  Keep: request({ body: z.object({ name, body }), reply: z.object({}) }),
  Recall: request({
    body: z.object({ name }),
    reply: z.object({ kept: z.object({ body, keptAtMs: z.number() }).nullable() }),
    deadlineMs: 3_000,
  }),
});
