/** The real daemon over a house of puppets; the environment says where everything is. */

import { loadConfig } from "@/core/config/config.ts";
import { runDaemon } from "@/core/daemon/daemon.ts";
import { puppet } from "./actors/puppet.ts";

const config = await loadConfig({
  env: Deno.env.toObject(),
  cwd: Deno.cwd(),
  readTextFile: Deno.readTextFile,
});
const code = await runDaemon(config, {
  version: "test",
  children: [puppet("steady"), puppet("twin"), puppet("falls", { starts: ["ready", "throw"] })],
  writes: {},
  greeting: [],
});
Deno.exit(code);
