import { service, type ServiceContext, sleep } from "@/core/kernel/mod.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { type Pressure, resources, type ResourceSample } from "@/core/protocol/resources.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { signer } from "@/core/protocol/signer.ts";
import { judgeDisk, judgePressure, NO_PRESSURE } from "./judge.ts";
import { resourceMonitorSpec } from "./spec.ts";

type Context = ServiceContext<typeof resourceMonitorSpec>;

/** The newest sample, and what is asked of the others because of it. */
interface Watch {
  sample: ResourceSample | null;
  pressure: Pressure;
  /** Key of the alert posted last, or on its way. */
  alerted: string | null;
}

/** A disk alert is posted once per severity and day. */
const DAY_MS = 86_400_000;

export default service(resourceMonitorSpec, {
  start: (_context: Context): Watch => ({ sample: null, pressure: NO_PRESSURE, alerted: null }),
  async run(watch, context) {
    while (!context.signal.aborted) {
      await look(watch, context);
      await sleep(context.clock, context.config.intervalMs, context.signal);
    }
  },
  handlers: {
    Status: ({ sample, pressure }) => ({ sample, pressure }),
  },
});

async function look(watch: Watch, context: Context): Promise<void> {
  try {
    watch.sample = await context.ask(resources, "Sample", {});
  } catch (error) {
    // A machine that does not say, or main being busy: the last verdict stands.
    if (!context.signal.aborted) context.log.warn("Cannot measure resources", { error });
    return;
  }
  const before = watch.pressure;
  watch.pressure = judgePressure(before, watch.sample);
  announce(before, watch.pressure, context);
  warnOfDisk(watch, watch.sample, context);
}

/** Told every time and not on changes alone, for a restarted actor begins at full speed. */
function announce(before: Pressure, now: Pressure, context: Context): void {
  context.tell(signer, "Pressure", now);
  context.tell(scanner, "Pressure", now);
  if (now.factor < before.factor) context.log.warn("Asking for less: {reason}", { ...now });
  if (now.factor > before.factor) context.log.info("Asking for more: {reason}", { ...now });
}

/** Not awaited: a database that is away must not stop the measuring. */
function warnOfDisk(watch: Watch, sample: ResourceSample, context: Context): void {
  const alert = judgeDisk(sample);
  if (alert === null) return;
  const body = { key: `disk:${alert.severity}`, ...alert };
  const key = `${body.key}:${Math.floor(sample.sampledAtMs / DAY_MS)}`;
  if (watch.alerted === key) return;
  watch.alerted = key;
  context.post(notifier, "Alert", { key, body }).catch((error: unknown) => {
    watch.alerted = null;
    if (!context.signal.aborted) context.log.warn("Cannot post the disk alert", { error });
  });
}
