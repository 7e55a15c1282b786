import { z } from "zod";
import { protocol, request, turnActor } from "@/core/kernel/mod.ts";

const reply = z.object({ total: z.int(), life: z.int() });
export const counter = protocol("counter", {
  Add: request({ body: z.object({ amount: z.int() }), reply }),
});
const worker = import.meta.resolve("./worker.ts");
export const counterSpec = turnActor({ protocol: counter, config: z.object({}), worker });
