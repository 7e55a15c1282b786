/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/worker.ts";
import definition from "./postal_sender_actor.ts";
runActor(definition);
