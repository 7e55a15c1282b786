/// <reference lib="deno.worker" />
import "@/core/kernel/mod.ts";
self.close();
