import {
  type Call,
  type Clock,
  service,
  type ServiceContext,
  type ServiceDefinition,
  sleep,
} from "@/core/kernel/mod.ts";
import { type PuppetBreak, puppetProtocol, type PuppetSpec, SLOW_MS } from "./puppet.ts";

interface Resources {
  readonly context: ServiceContext<PuppetSpec>;
  readonly noted: number[];
  worked: number;
  readonly hoard: Uint8Array;
}

/** Bytes of the buffer that a hoarder keeps beside its heap. */
const HOARD_BYTES = 100e6;

/** The behaviour for a puppet of any name. */
export function puppetBehaviour(spec: PuppetSpec): ServiceDefinition<PuppetSpec, Resources> {
  return service(spec, {
    start: (context: ServiceContext<PuppetSpec>) => start(context),
    stop,
    handlers: {
      Note({ noted, context }, { n }) {
        noted.push(n);
        context.report({ noted: noted.join() });
      },
      Noted: ({ noted }) => ({ ns: noted }),
      Work: (resources, { ms, yields }, call) => work(resources, { ms, yields }, call),
      async Break({ context }, { how }) {
        await breakBy(how, context);
        return {};
      },
      Spin(_resources, { ms, peer }, call) {
        spin(call.clock, ms);
        call.tell(puppetProtocol(peer), "Note", { n: 666 });
        call.report({ woke: true });
        return {};
      },
    },
  });
}

async function start(context: ServiceContext<PuppetSpec>): Promise<Resources> {
  const { starts } = context.config;
  const how = starts[Math.min(context.incarnation, starts.length) - 1];
  if (how === "throw") throw new Error("Start failed as planned");
  if (how === "never") await new Promise(() => {});
  if (how === "slow") await sleep(context.clock, SLOW_MS);
  if (how === "busy") spin(context.clock, SLOW_MS);
  if (how === "finish") context.finish();
  if (how === "close") self.close();
  const hoard = new Uint8Array(how === "hoard" ? HOARD_BYTES : 0);
  return { context, noted: [], worked: 0, hoard };
}

/** Does not yield. */
function spin(clock: Clock, ms: number): void {
  const untilMs = clock.monotonic() + ms;
  while (clock.monotonic() < untilMs);
}

async function stop({ context }: Resources): Promise<void> {
  const how = context.config.stop;
  if (how === "throw") throw new Error("Stop failed as planned");
  if (how === "close") self.close();
  if (how === "stall" || how === "close") await new Promise(() => {});
  if (how === "slow") await sleep(context.clock, SLOW_MS);
  context.report({ stopHook: context.incarnation });
}

async function work(
  resources: Resources,
  { ms, yields }: { readonly ms: number; readonly yields: boolean },
  call: Call<PuppetSpec>,
): Promise<{ incarnation: number }> {
  await (yields ? sleep(call.clock, ms, call.signal) : sleep(call.clock, ms));
  resources.worked += 1;
  call.report({ worked: resources.worked });
  return { incarnation: call.incarnation };
}

function breakBy(how: PuppetBreak, context: ServiceContext<PuppetSpec>): Promise<void> | void {
  const error = new TypeError(`Broken by ${how}`, { cause: new Error("The test wants it") });
  switch (how) {
    case "throw":
      throw error;
    case "reject":
      return Promise.reject(error);
    case "timer":
      context.clock.after(0, () => {
        throw error;
      });
      return;
    case "unhandled":
      Promise.reject(error);
      return;
    case "close":
      return self.close();
    case "exit":
      return Deno.exit(0);
    case "finish":
      return context.finish();
  }
}
