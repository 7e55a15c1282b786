/** What supervision has to say, as log lines. */

import { chain } from "@/core/gateway/health.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { SupervisorEvent } from "@/core/kernel/events.ts";
import { isWanted } from "@/core/kernel/strategy.ts";

/** One line per event; what is normal is quiet. */
export function logEvent(log: Log, event: SupervisorEvent): void {
  switch (event.is) {
    case "ready":
      return log.info("{actor} is up", {
        actor: event.actor,
        incarnation: event.incarnation,
        tookMs: event.tookMs,
      });
    case "exit": {
      const { actor, incarnation, exit } = event;
      const props = { actor, incarnation, kind: exit.kind };
      if (isWanted(exit.kind)) return log.debug("{actor} stopped", props);
      const error = exit.error === null ? "it said nothing" : chain(exit.error);
      return log.warn("{actor} ended ({kind}): {error}", { ...props, error });
    }
    case "restarting": {
      const { actor, incarnation, cause, delayMs, inARow, severity } = event;
      const props = { actor, incarnation, cause, delayMs, inARow };
      return log[severity]("{actor} starts again in {delayMs} ms", props);
    }
    case "stopped": {
      const { actor, incarnation, cause } = event;
      return log.debug("{actor} will not be started again", { actor, incarnation, cause });
    }
    case "escalated":
      return log.error("Supervision gave up: {reason}", { reason: event.reason });
    case "zombie": {
      const { actor, alive, zombies } = event;
      return alive
        ? log.error("A thread of {actor} cannot be ended and burns a core", { actor, zombies })
        : log.info("A thread of {actor} that could not be ended has ended", { actor, zombies });
    }
  }
}
