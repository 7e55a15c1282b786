/** What main's own routes share: a body that is checked, and errors that become answers. */

import { z } from "zod";
import { json } from "@/core/gateway/gateway.ts";
import { readText } from "@/core/http/body.ts";
import { ActorError } from "@/core/kernel/errors.ts";

const MAX_BODY = 10_000; // bytes

/** A JSON body by its schema. Rejects (`rejected`) with what is wrong with it. */
export async function readBody<T extends z.ZodType>(
  request: Request,
  schema: T,
): Promise<z.output<T>> {
  const text = await readText(new Response(request.body), MAX_BODY);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : "it is not JSON";
    throw new ActorError("rejected", "bad-body", `The body cannot be used: ${why}`);
  }
}

/** 400 for what the asker can put right, 503 for what has to wait. */
export async function orRefusal(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof ActorError)) throw error;
    return json(error.kind === "rejected" ? 400 : 503, { error: error.message });
  }
}
