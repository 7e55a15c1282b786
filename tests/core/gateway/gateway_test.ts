import assert from "node:assert/strict";
import { type GatewayOptions, handle } from "@/core/gateway/gateway.ts";
import { systemClock } from "@/core/kernel/clock.ts";

interface Passed {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A gateway in front of a web actor that notes what reaches it. */
function gateway(passed: Passed[]): GatewayOptions {
  return {
    hostname: "127.0.0.1",
    port: 0,
    rules: { token: null, chaos: false },
    ready: () => ({ ready: true, reason: "" }),
    health: () => {
      throw new Error("Nobody asks for health here");
    },
    metrics: () => Promise.reject(new Error("Nobody asks for metrics here")),
    webPort: () => 4_321,
    debug: () => Promise.reject(new Error("Nobody debugs here")),
    operator: () => Promise.reject(new Error("Nobody operates here")),
    fetch: async (url, init) => {
      const request = new Request(String(url), init ?? {});
      passed.push({
        url: request.url,
        method: request.method,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
      return new Response("{}");
    },
    clock: systemClock,
  };
}

Deno.test("the page gets the body and the language of who asks, and no cookie or token", async () => {
  const passed: Passed[] = [];
  const headers = {
    host: "127.0.0.1:8080",
    "content-type": "application/json",
    "accept-language": "de",
    accept: "application/json",
    cookie: "marketd_token=s3cret",
    authorization: "Bearer s3cret",
  };
  const request = new Request("http://127.0.0.1:8080/api/v1/watches", {
    method: "POST",
    headers,
    body: '{"game":"a8db"}',
  });
  assert.equal((await handle(gateway(passed), request, true)).status, 200);
  assert.deepEqual(passed, [{
    url: "http://127.0.0.1:4321/api/v1/watches",
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept-language": "de",
      accept: "application/json",
    },
    body: '{"game":"a8db"}',
  }]);
});

Deno.test("only what pages may change takes POST", async () => {
  const passed: Passed[] = [];
  for (const path of ["/", "/api/v1/targets", "/title", "/api/v1/watches/other"]) {
    const headers = { host: "127.0.0.1:8080" };
    const request = new Request(`http://127.0.0.1:8080${path}`, { method: "POST", headers });
    assert.equal((await handle(gateway(passed), request, true)).status, 405, path);
  }
  assert.deepEqual(passed, []);
});

Deno.test("a page that takes too long is not taken for one that is down", async () => {
  const failing = (error: Error) => ({ ...gateway([]), fetch: () => Promise.reject(error) });
  const headers = { host: "127.0.0.1:8080" };
  const ask = (options: GatewayOptions) =>
    handle(options, new Request("http://127.0.0.1:8080/", { headers }), true);
  const slow = await ask(failing(new DOMException("Signal timed out", "TimeoutError")));
  assert.deepEqual([slow.status, slow.headers.get("retry-after")], [504, "5"]);
  assert.match((await slow.json()).error, /longer than 30 s/);
  const down = await ask(failing(new TypeError("Connection refused")));
  assert.equal(down.status, 503);
  assert.match((await down.json()).error, /restarting/);
});
