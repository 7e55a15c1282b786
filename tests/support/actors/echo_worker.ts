/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/worker.ts";
import definition from "./echo_actor.ts";
runActor(definition);
