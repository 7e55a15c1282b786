/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/mod.ts";
import { puppetSpec } from "./puppet.ts";
import { puppetBehaviour } from "./puppet_actor.ts";
runActor(puppetBehaviour(puppetSpec("puppet")));
