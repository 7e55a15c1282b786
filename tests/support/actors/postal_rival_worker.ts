/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/mod.ts";
import { rivalSpec } from "./postal.ts";
import definition from "./postal_sender_actor.ts";
runActor({ ...definition, spec: rivalSpec } as unknown as typeof definition);
