import { service, type ServiceContext } from "@/core/kernel/mod.ts";
import { openSite } from "./site.ts";
import { webSpec } from "./spec.ts";

export default service(webSpec, {
  start: (context: ServiceContext<typeof webSpec>) => openSite(context),
  run: (site) => site.finished,
  stop: (site) => site.close(),
  handlers: {},
});
