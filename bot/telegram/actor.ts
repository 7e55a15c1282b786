import { service, type ServiceContext } from "@/core/kernel/mod.ts";
import { Desk } from "./desk.ts";
import { telegramSpec } from "./spec.ts";

export default service(telegramSpec, {
  start: (context: ServiceContext<typeof telegramSpec>) => new Desk(context),
  run: (desk, context) => desk.run(context),
  stop: (desk) => desk.stop(),
  handlers: {
    Send: (desk, body, call) => desk.send(body, call),
    Progress: (desk, body) => desk.progress(body),
  },
});
