/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/mod.ts";
import definition from "./echo_actor.ts";
runActor(definition);
