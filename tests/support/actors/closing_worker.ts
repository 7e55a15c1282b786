/// <reference lib="deno.worker" />
import "@/core/kernel/worker.ts";
self.close();
