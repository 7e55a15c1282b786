/// <reference lib="deno.worker" />
import "@/core/kernel/worker.ts";
throw new RangeError("This module never loads");
