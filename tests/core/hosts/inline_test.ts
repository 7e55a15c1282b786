/** The host of tests must not be kinder than the others: it shares nothing, and deaths differ. */

import assert from "node:assert/strict";
import { z } from "zod";
import { child } from "@/core/kernel/house.ts";
import { durable, protocol, request, service, serviceActor } from "@/core/kernel/mod.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const anything = z.unknown();
const keeper = protocol("keeper", { Keep: durable({ body: anything }) });
const guest = protocol("guest", {
  Post: request({ body: z.object({}), reply: z.object({ code: z.string() }) }),
});
const guestSpec = serviceActor({
  protocol: guest,
  uses: [keeper],
  config: anything as z.ZodType<{ list: number[] }>,
  worker: "inline",
});

Deno.test("an actor in this thread shares no object with main, either way", async () => {
  const given = { list: [1] };
  const actor = service(guestSpec, {
    start: ({ config }) => void config.list.push(2),
    handlers: {
      async Post(_resources, _body, call) {
        const posted = call.post(keeper, "Keep", { key: "k", body: { run: () => {} } });
        return { code: await posted.then(() => "stored", ({ name }) => name) };
      },
    },
  });
  await inlineHouse(
    [actor],
    [child(guestSpec, { config: () => given })],
    async ({ supervisor }) => {
      assert.deepEqual(given, { list: [1] });
      assert.deepEqual(await supervisor.ask(guest, "Post", {}), { code: "DataCloneError" });
    },
  );
});

const ENDS = [["exit", "vanished"], ["close", "vanished"], ["throw", "crash"]] as const;
for (const [what, kind] of ENDS) {
  Deno.test(`an actor in this thread that dies by ${what} has ended as one in a worker`, async () => {
    const actor = service(guestSpec, {
      start: () => null,
      handlers: { Post: () => ({ code: "" }) },
    });
    const children = [child(guestSpec, { config: () => ({ list: [] }) })];
    await inlineHouse([actor], children, async ({ supervisor }) => {
      supervisor.find("guest")?.chaos(what);
      await waitFor("its end", () => supervisor.find("guest")?.lastExit?.kind === kind);
    });
  });
}
