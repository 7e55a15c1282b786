/** What the page may ask for beside reading: to watch a title, and to stop that. */

import { z } from "zod";
import { ActorError } from "@/core/kernel/mod.ts";
import { gameId } from "@/core/protocol/schemas.ts";
import { priority } from "@/core/protocol/watcher.ts";
import { readText } from "./body.ts";

const wish = z.strictObject({
  game: gameId,
  title: z.string().min(1).max(300),
  /** Left out, or empty: as it is, or normal. */
  priority: z.union([priority, z.literal("")]).default(""),
});
export type WatchWish = z.output<typeof wish>;

/** Paths that take POST. */
export const ACTIONS = {
  "/api/v1/watches": "watch",
  "/api/v1/watches/remove": "unwatch",
} as const;
export type Action = typeof ACTIONS[keyof typeof ACTIONS];

const MAX_BODY = 4_096;

/** Throws an {@link ActorError} of kind `rejected` that names the rule. */
export async function readWish(request: Request): Promise<WatchWish> {
  // A form of another site can send every type but this one without being asked.
  if (!(request.headers.get("content-type") ?? "").startsWith("application/json")) {
    throw invalid("the body must be JSON, sent as application/json");
  }
  const text = await readText(request, MAX_BODY);
  if (text === null) throw invalid(`the body may have at most ${MAX_BODY} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("the body must be JSON");
  }
  const parsed = wish.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join(".") || "the body"}: ${issue?.message ?? "not understood"}`);
}

function invalid(rule: string): ActorError {
  return new ActorError("rejected", "wish", `Cannot do this: ${rule}`);
}
