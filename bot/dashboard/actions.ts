/** What the page may ask for beside reading: watches, filters, and a scan. */

import { z } from "zod";
import { ActorError } from "@/core/kernel/mod.ts";
import { gameId, levelId } from "@/core/protocol/schemas.ts";
import { priority } from "@/core/protocol/watcher.ts";
import { readText } from "./body.ts";
import type { Row, Sources } from "./handle.ts";

const watchWish = z.strictObject({
  game: gameId,
  title: z.string().min(1).max(300),
  /** Left out, or empty: as it is, or normal. */
  priority: z.union([priority, z.literal("")]).default(""),
});
export type WatchWish = z.output<typeof watchWish>;

const scanWish = z.strictObject({ game: gameId, level: levelId });
export type ScanWish = z.output<typeof scanWish>;

const text = z.string().max(100);
const filterWish = z.strictObject({
  game: gameId,
  /** All that is wanted of this game; names and values as in core/domain/filters. */
  wants: z.record(z.string().max(40), z.union([text, z.array(text).max(50)])),
});
export type FilterWish = z.output<typeof filterWish>;

type Action = (sources: Sources, body: unknown) => Promise<Row>;

/** By the paths that take POST. A body that is not understood throws `rejected` with the rule. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["/api/v1/watches", (sources, body) => sources.watch(understood(watchWish, body))],
  ["/api/v1/watches/remove", (sources, body) => sources.unwatch(understood(watchWish, body))],
  ["/api/v1/scans", (sources, body) => sources.scan(understood(scanWish, body))],
  ["/api/v1/filters", (sources, body) => sources.setFilter(understood(filterWish, body))],
]);

const MAX_BODY = 4_096;

/** Throws an {@link ActorError} of kind `rejected` that names the rule. */
export async function readJson(request: Request): Promise<unknown> {
  // A form of another site can send every type but this one without being asked.
  if (!(request.headers.get("content-type") ?? "").startsWith("application/json")) {
    throw invalid("the body must be JSON, sent as application/json");
  }
  const text = await readText(request, MAX_BODY);
  if (text === null) throw invalid(`the body may have at most ${MAX_BODY} bytes`);
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("the body must be JSON");
  }
}

function understood<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join(".") || "the body"}: ${issue?.message ?? "not understood"}`);
}

function invalid(rule: string): ActorError {
  return new ActorError("rejected", "wish", `Cannot do this: ${rule}`);
}
