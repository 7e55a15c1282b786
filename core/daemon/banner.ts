/** What supervision has to say, as log lines. */

import { chain } from "@/core/gateway/health.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { SupervisorEvent } from "@/core/kernel/events.ts";

/** Failures in a row after which a restart is an error and no longer a warning. */
const LOUD_AFTER = 3;

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
      if (exit.kind === "normal") return log.debug("{actor} stopped", props);
      const error = exit.error === null ? "it said nothing" : chain(exit.error);
      return log.warn("{actor} ended ({kind}): {error}", { ...props, error });
    }
    case "restarting": {
      const { actor, delayMs, inARow } = event;
      const level = inARow >= LOUD_AFTER ? "error" : "warn";
      return log[level]("{actor} starts again in {delayMs} ms", { actor, delayMs, inARow });
    }
    case "escalated":
      return log.error("Supervision gave up: {reason}", { reason: event.reason });
    case "zombie":
      return log.error("A thread of {actor} cannot be ended and burns a core", {
        actor: event.actor,
        zombies: event.zombies,
      });
  }
}
