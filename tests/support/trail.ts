/** What happened under supervision, one short line per event. */

import type { SupervisorEvent } from "@/core/kernel/events.ts";

export function lineOf(event: SupervisorEvent): string {
  switch (event.is) {
    case "ready":
      return `${event.actor} ready`;
    case "exit":
      return `${event.actor} ${event.exit.kind}`;
    case "restarting":
      return `${event.actor} again in ${event.delayMs}`;
    case "stopped":
      return `${event.actor} left`;
    case "escalated":
      return `${event.group} gave up`;
    case "zombie":
      return `${event.zombies} zombies`;
  }
}

export function trailOf(events: readonly SupervisorEvent[]): readonly string[] {
  return events.map(lineOf);
}

/** Lines that end in one of these words. */
export function only(events: readonly SupervisorEvent[], ...words: string[]): readonly string[] {
  return trailOf(events).filter((line) => words.some((word) => line.endsWith(word)));
}
