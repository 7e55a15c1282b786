/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/worker.ts";
import definition from "./actor.ts";
runActor(definition);
