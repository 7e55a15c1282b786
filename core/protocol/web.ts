import { protocol } from "@/core/kernel/mod.ts";

/** The page and the read API; it only asks. */
export const web = protocol("web", {});
