import assert from "node:assert/strict";
import { ActorError, toWire } from "@/core/kernel/errors.ts";
import {
  chooseForm,
  type Logging,
  type LoggingOptions,
  startLogging,
  wantsColours,
} from "@/core/observability/logging.ts";

/** One log per process: the tests of this file run one after the other and end their own. */
async function written(
  use: (logging: Logging) => void,
  change: Partial<LoggingOptions> = {},
): Promise<{ text: string; lines: readonly Record<string, unknown>[]; logging: Logging }> {
  let text = "";
  const logging = startLogging({
    form: "json",
    colours: false,
    columns: () => 80,
    write(chunk) {
      text += new TextDecoder().decode(chunk);
      return Promise.resolve(chunk.length);
    },
    secrets: [],
    monotonic: () => 0,
    ...change,
  });
  use(logging);
  await logging.close();
  const isJson = change.form !== "text";
  const lines = isJson ? text.trim().split("\n").filter(Boolean).map((row) => JSON.parse(row)) : [];
  return { text, lines, logging };
}

Deno.test("startLogging() writes JSON lines with whole sentences, templates and values", async () => {
  const { lines } = await written((logging) => {
    logging.log("supervisor").info("Started {count} actors", { count: 3 });
  });
  assert.equal(lines.length, 1);
  const { ts, ...rest } = lines[0] ?? {};
  assert.match(String(ts), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    level: "info",
    category: "supervisor",
    msg: "Started 3 actors",
    template: "Started {count} actors",
    props: { count: 3 },
  });
});

Deno.test("a JSON line without places has no template, and an unknown place stays", async () => {
  const { lines } = await written((logging) => {
    logging.log("x").info("Ready");
    logging.log("x").info("{who} is {what}", { who: "telegram" });
  });
  assert.deepEqual(lines.map(({ msg, template }) => [msg, template]), [
    ["Ready", undefined],
    ["telegram is {what}", "{who} is {what}"],
  ]);
});

Deno.test("accept() writes an actor's line with its name, incarnation and trace", async () => {
  const cause = new TypeError("Connection refused");
  const error = toWire(new ActorError("transient", "http-503", "Market answered 503", { cause }));
  const { lines } = await written((logging) => {
    logging.accept({
      actor: "scanner",
      incarnation: 3,
      trace: "scan-1",
      level: "warn",
      message: "Page failed",
      props: { page: 2, error },
    });
  });
  const { ts: _, err, ...rest } = lines[0] ?? {};
  assert.deepEqual(rest, {
    level: "warn",
    category: "actor.scanner",
    msg: "Page failed",
    actor: "scanner",
    incarnation: 3,
    trace: "scan-1",
    props: { page: 2 },
  });
  assert.ok(Array.isArray(err));
  assert.deepEqual(err.map(({ kind, code }) => [kind, code]), [
    ["transient", "http-503"],
    ["fatal", "TypeError"],
  ]);
});

const TOKEN = `123456789:${"canary_".repeat(5)}`;
const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

for (const form of ["json", "text"] as const) {
  Deno.test(`no canary gets through the ${form} log, wherever it stands`, async () => {
    const canaries = [TOKEN, SEED, "hunter2", "plain-words-secret"];
    const dirty = `${TOKEN} ${SEED}${SEED} postgres://me:hunter2@db/x plain-words-secret`;
    const { text, logging } = await written((started) => {
      const cause = Object.assign(new Error(dirty), { url: dirty });
      const props = { dirty, [dirty]: 1, deep: { list: [dirty] }, token: dirty };
      started.log("http").error(dirty, { ...props, error: new Error(dirty, { cause }) });
      started.accept({
        actor: "telegram",
        incarnation: 1,
        level: "info",
        message: "Would send",
        props: { telegram: { html: dirty }, trace: dirty },
        trace: dirty,
      });
    }, { form, secrets: ["plain-words-secret"] });
    for (const canary of canaries) assert.ok(!text.includes(canary), `${canary} in ${text}`);
    assert.ok(logging.counts().redactions >= 20);
  });
}

Deno.test("startLogging() leaves out repeats of a warning, and says how many", async () => {
  let nowMs = 0;
  const { lines, logging } = await written((started) => {
    const log = started.log("http");
    for (let attempt = 0; attempt < 25; attempt++) log.warn("Slow answer", { attempt });
    log.warn("Another matter");
    for (let count = 0; count < 25; count++) log.info("Fine");
    nowMs = 61_000;
    log.warn("Slow answer", { attempt: 25 });
  }, { monotonic: () => nowMs });
  const messages = lines.map(({ msg }) => msg);
  assert.equal(messages.filter((msg) => msg === "Slow answer").length, 11);
  assert.equal(messages.filter((msg) => msg === "Fine").length, 25);
  assert.ok(messages.includes("Another matter"));
  assert.ok(messages.includes("Left out 15 more like: Slow answer"));
  assert.equal(logging.counts().suppressed, 15);
});

Deno.test("close() says what was left out", async () => {
  const { lines } = await written((logging) => {
    for (let attempt = 0; attempt < 12; attempt++) logging.log("http").error("No answer");
  });
  assert.equal(lines.at(-1)?.["msg"], "Left out 2 more like: No answer");
});

Deno.test("startLogging() counts lines by level and writes none below the lowest", async () => {
  const use = (logging: Logging) => {
    const log = logging.log("x");
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
  };
  const usual = await written(use);
  assert.deepEqual(usual.logging.counts().lines, { debug: 0, info: 1, warn: 1, error: 1 });
  const verbose = await written(use, { lowestLevel: "debug" });
  assert.equal(verbose.lines.length, 4);
});

Deno.test("startLogging() writes text for people", async () => {
  const { text } = await written((logging) => {
    logging.log("supervisor").warn("Waiting {delayMs} ms", { delayMs: 200 });
  }, { form: "text" });
  assert.match(text, /^\d\d:\d\d:\d\d ▲ supervisor {7}Waiting 200 ms\n$/);
});

Deno.test("chooseForm() is text on a terminal and JSON elsewhere, unless told", () => {
  assert.equal(chooseForm("auto", true), "text");
  assert.equal(chooseForm("auto", false), "json");
  assert.equal(chooseForm("text", false), "text");
  assert.equal(chooseForm("json", true), "json");
});

Deno.test("wantsColours() honours NO_COLOR", () => {
  assert.equal(wantsColours(true, undefined), true);
  assert.equal(wantsColours(true, ""), true);
  assert.equal(wantsColours(true, "0"), false);
  assert.equal(wantsColours(false, undefined), false);
});
