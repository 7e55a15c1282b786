/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/mod.ts";
import definition from "./postal_sender_actor.ts";
runActor(definition);
