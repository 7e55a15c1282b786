/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/worker.ts";
import { rivalSpec } from "./postal.ts";
import definition from "./postal_sender_actor.ts";
runActor({ ...definition, spec: rivalSpec } as unknown as typeof definition);
