/// <reference lib="deno.worker" />
import "@/core/kernel/mod.ts";
throw new RangeError("This module never loads");
