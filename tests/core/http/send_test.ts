import assert from "node:assert/strict";
import { parseJson } from "@/core/http/body.ts";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { type HttpRequest, sendHttp } from "@/core/http/send.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";

type Route = (request: Request) => Response | Promise<Response>;

async function withServer(route: Route, use: (origin: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, route);
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

const PORTS = { fetcher: systemFetcher, clock: systemClock };

function get(url: string, change: Partial<HttpRequest> = {}) {
  return sendHttp(PORTS, { method: "GET", url, headers: {}, timeoutMs: 5_000, ...change });
}

function isError(kind: string, code: string, message = /./) {
  return (error: unknown) => {
    assert.ok(error instanceof ActorError, String(error));
    assert.equal(`${error.kind} ${error.code}`, `${kind} ${code}`);
    assert.match(error.message, message);
    return true;
  };
}

Deno.test("sendHttp() returns status, headers and text of any answer", async () => {
  await withServer(
    async (request) =>
      new Response(`${request.method} ${await request.text()} ${request.headers.get("x-mark")}`, {
        status: 418,
        headers: { "x-back": "yes" },
      }),
    async (origin) => {
      const reply = await get(`${origin}/a`, {
        method: "POST",
        body: "hello ★",
        headers: { "x-mark": "m" },
      });
      assert.equal(reply.status, 418);
      assert.equal(reply.headers.get("x-back"), "yes");
      assert.equal(reply.text, "POST hello ★ m");
      assert.ok(reply.receivedAtMs >= reply.sentAtMs);
    },
  );
});

Deno.test("sendHttp() gives up at its deadline before the headers", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  await withServer(() => promise, async (origin) => {
    await assert.rejects(
      get(`${origin}/slow?secret=1`, { timeoutMs: 30 }),
      isError(
        "deadline",
        "http-timeout",
        /^Cannot finish GET 127\.0\.0\.1:\d+\/slow within 30 ms$/,
      ),
    );
    resolve(new Response("late"));
  });
});

Deno.test("sendHttp() gives up at its deadline in the middle of a body", async () => {
  const firstBytes = new TextEncoder().encode('{"items":[');
  const stalling = () =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue(firstBytes) }));
  await withServer(stalling, async (origin) => {
    await assert.rejects(get(origin, { timeoutMs: 100 }), isError("deadline", "http-timeout"));
  });
});

Deno.test("sendHttp() gives up when its caller does", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const caller = new AbortController();
  const arrived = Promise.withResolvers<void>();
  await withServer(() => {
    arrived.resolve();
    return promise;
  }, async (origin) => {
    const sending = get(origin, { signal: caller.signal });
    const refused = assert.rejects(sending, isError("deadline", "http-aborted"));
    await arrived.promise;
    caller.abort();
    await refused;
    resolve(new Response());
  });
  await assert.rejects(
    get("http://127.0.0.1:1/", { signal: AbortSignal.abort() }),
    isError("deadline", "http-aborted"),
  );
});

Deno.test("sendHttp() stops reading above the cap, declared or not", async () => {
  const chunk = new Uint8Array(64 * 1024).fill(120);
  let sentBytes = 0;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sentBytes += chunk.byteLength;
          controller.enqueue(chunk);
        },
      }),
    );
  const declared = () => new Response(new Uint8Array(300_000));
  for (const route of [endless, declared]) {
    await withServer(route, async (origin) => {
      await assert.rejects(
        get(origin, { maxBodyBytes: 200_000 }),
        isError("rejected", "body-too-large", /200000 bytes at most/),
      );
    });
  }
  assert.ok(sentBytes < 50 * 1024 * 1024);
});

Deno.test("sendHttp() counts the bytes after decompression", async () => {
  const zipped = await new Response(
    new Blob(["0".repeat(5_000_000)]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer();
  assert.ok(zipped.byteLength < 100_000);
  const bomb = () => new Response(zipped, { headers: { "content-encoding": "gzip" } });
  await withServer(bomb, async (origin) => {
    await assert.rejects(
      get(origin, { maxBodyBytes: 100_000 }),
      isError("rejected", "body-too-large"),
    );
  });
});

Deno.test("sendHttp() does not follow a redirect", async () => {
  const asked: string[] = [];
  const route = (request: Request) => {
    asked.push(new URL(request.url).pathname);
    return new Response(null, { status: 302, headers: { location: "/elsewhere" } });
  };
  await withServer(route, async (origin) => {
    assert.equal((await get(`${origin}/here`)).status, 302);
  });
  assert.deepEqual(asked, ["/here"]);
});

Deno.test("sendHttp() calls a refused connection transient and keeps the cause", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(get(`http://127.0.0.1:${port}/x`), (error) => {
    isError("transient", "network", /^Cannot reach GET 127\.0\.0\.1:\d+\/x$/)(error);
    assert.ok(error instanceof Error && error.cause instanceof Error);
    return true;
  });
});

Deno.test("sendHttp() refuses bytes that are not UTF-8", async () => {
  await withServer(() => new Response(new Uint8Array([123, 0xff, 0xfe])), async (origin) => {
    await assert.rejects(get(origin), isError("transient", "bad-encoding"));
  });
});

function body(text: string, contentType = "application/json") {
  return { text, headers: new Headers({ "content-type": contentType }) };
}

Deno.test("parseJson() reads JSON whatever its content type says, unless it is HTML", () => {
  assert.deepEqual(parseJson(body('{"a":1}')), { a: 1 });
  assert.deepEqual(parseJson(body('{"a":1}', "text/plain")), { a: 1 });
});

Deno.test("parseJson() tells a web page, an empty body and broken JSON apart", () => {
  const bad: [ReturnType<typeof body>, string, RegExp][] = [
    [body("<!doctype html><title>502</title>"), "html-instead-of-json", /<!doctype html>/],
    [body("Bad gateway", "text/html; charset=utf-8"), "html-instead-of-json", /Bad gateway/],
    [body("  \n"), "empty-body", /empty/],
    [body('{"items":[{"offe'), "bad-json", /16 characters/],
  ];
  for (const [reply, code, message] of bad) {
    assert.throws(() => parseJson(reply), isError("transient", code, message));
  }
});

Deno.test("parseJson() keeps the parser's own error and a short excerpt only", () => {
  assert.throws(() => parseJson(body(`[${"9".repeat(5_000)}`)), (error) => {
    assert.ok(error instanceof ActorError && error.cause instanceof SyntaxError);
    assert.ok(error.message.length < 250);
    return true;
  });
});
