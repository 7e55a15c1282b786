/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/mod.ts";
import definition from "./actor.ts";
runActor(definition);
