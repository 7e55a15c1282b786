import assert from "node:assert/strict";
import { type AccessRules, judgeAccess, type Visitor } from "@/core/gateway/access.ts";

const LOCAL: AccessRules = { token: null, chaos: false };
const REMOTE: AccessRules = { token: "s3cret", chaos: false };

function visitor(path: string, change: Partial<Visitor> & { host?: string } = {}): Visitor {
  const headers = new Headers({ host: change.host ?? "127.0.0.1:8080" });
  return { method: "GET", url: new URL(`http://x${path}`), headers, isLoopback: true, ...change };
}
function status(one: Visitor, rules: AccessRules): number {
  const access = judgeAccess(one, rules);
  return access.allowed ? 200 : access.status;
}

Deno.test("probes are open to everybody, everything else beyond loopback needs the token", () => {
  for (const path of ["/live", "/ready"]) assert.equal(status(visitor(path), REMOTE), 200);
  for (const path of ["/health", "/metrics", "/", "/api/v1/scans"]) {
    assert.equal(status(visitor(path), REMOTE), 401, path);
    const authorization = "Bearer s3cret";
    const headers = new Headers({ authorization });
    assert.equal(status(visitor(path, { headers }), REMOTE), 200, path);
  }
});

Deno.test("a token is taken as bearer, cookie or parameter, and only when it is right", () => {
  const table: [Record<string, string>, string, number][] = [
    [{ authorization: "Bearer s3cret" }, "/", 200],
    [{ authorization: "Bearer s3cre" }, "/", 401],
    [{ authorization: "Bearer s3cret2" }, "/", 401],
    [{ authorization: "s3cret" }, "/", 401],
    [{ authorization: "bearer s3cret" }, "/", 200],
    [{ authorization: "BEARER  s3cret" }, "/", 200],
    [{ authorization: "Basic s3cret" }, "/", 401],
    [{ cookie: "a=b; marketd_token=s3cret" }, "/", 200],
    [{ cookie: "marketd_token=" }, "/", 401],
    [{}, "/?token=s3cret", 200],
    [{}, "/?token=", 401],
  ];
  for (const [headers, path, wanted] of table) {
    const one = visitor(path, { headers: new Headers(headers) });
    assert.equal(status(one, REMOTE), wanted, JSON.stringify([headers, path]));
  }
});

Deno.test("a page elsewhere that points its own name at loopback is refused", () => {
  assert.equal(status(visitor("/health", { host: "evil.example:8080" }), LOCAL), 403);
  for (const host of ["127.evil.example", "127.0.0.1.evil.example", "[::2]:80", ""]) {
    assert.equal(status(visitor("/health", { host }), LOCAL), 403, host);
  }
  for (const host of ["localhost:8080", "127.0.0.1", "127.0.0.2:80", "127.9.9.9", "[::1]:8080"]) {
    assert.equal(status(visitor("/health", { host }), LOCAL), 200, host);
  }
});

Deno.test("what a person does to the house needs the token, and no page elsewhere can do it", () => {
  const method = "POST";
  const path = "/operator/actors/scanner/restart";
  assert.equal(status(visitor(path, { method }), LOCAL), 200);
  assert.equal(status(visitor(path, { method, host: "evil.example" }), LOCAL), 403);
  assert.equal(status(visitor(path, { method }), REMOTE), 401);
  const host = "127.0.0.1:8080";
  const elsewhere = new Headers({ host, origin: "https://evil.example" });
  assert.equal(status(visitor(path, { method, headers: elsewhere }), LOCAL), 403);
  const authorization = "Bearer s3cret";
  const own = new Headers({ host, authorization, origin: `http://${host}` });
  assert.equal(status(visitor(path, { method, headers: own }), REMOTE), 200);
});

Deno.test("nothing is changed by GET, and nothing but GET and HEAD is served", () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    assert.equal(status(visitor("/api/v1/targets", { method }), LOCAL), 405, method);
  }
  for (const path of ["/live", "/ready"]) {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"]) {
      assert.equal(status(visitor(path, { method }), LOCAL), 405, `${method} ${path}`);
    }
    assert.equal(status(visitor(path, { method: "HEAD" }), REMOTE), 200, path);
  }
  assert.equal(status(visitor("/", { method: "HEAD" }), LOCAL), 200);
});

Deno.test("debugging needs the switch, loopback, POST, and no page behind it", () => {
  const chaos = { token: null, chaos: true };
  const post = { method: "POST" };
  assert.equal(status(visitor("/debug/scan", post), LOCAL), 404);
  assert.equal(status(visitor("/debug/scan", post), chaos), 200);
  assert.equal(status(visitor("/debug/scan"), chaos), 405);
  assert.equal(status(visitor("/debug/scan", { ...post, isLoopback: false }), chaos), 403);
  const headers = new Headers({ host: "127.0.0.1", origin: "http://evil.example" });
  assert.equal(status(visitor("/debug/scan", { ...post, headers }), chaos), 403);
});

Deno.test("a refusal says what would be allowed, and how to prove oneself", () => {
  const headersOf = (one: Visitor, rules: AccessRules) => {
    const access = judgeAccess(one, rules);
    return access.allowed ? null : access.headers;
  };
  const post = { method: "POST" };
  assert.deepEqual(headersOf(visitor("/health", post), LOCAL), { allow: "GET, HEAD" });
  assert.deepEqual(headersOf(visitor("/live", post), LOCAL), { allow: "GET, HEAD" });
  const put = visitor("/operator/parked", { method: "PUT" });
  assert.deepEqual(headersOf(put, LOCAL), { allow: "GET, HEAD, POST" });
  const chaos = { token: null, chaos: true };
  assert.deepEqual(headersOf(visitor("/debug/scan"), chaos), { allow: "POST" });
  assert.deepEqual(headersOf(visitor("/health"), REMOTE), { "www-authenticate": "Bearer" });
});

const ACTIONS = ["watches", "watches/remove", "filters", "scans"];

Deno.test("what pages change is changed by ours and by programs, never by other sites", () => {
  for (const name of ACTIONS) assertGuarded(`/api/v1/${name}`);
});

function assertGuarded(path: string): void {
  const action = (headers: Record<string, string>) =>
    visitor(path, {
      method: "POST",
      headers: new Headers({ host: "127.0.0.1:8080", ...headers }),
    });
  const table: [Record<string, string>, number][] = [
    [{}, 200],
    [{ origin: "http://127.0.0.1:8080" }, 200],
    [{ origin: "http://127.0.0.1:8081" }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ host: "evil.example:8080", origin: "http://evil.example:8080" }, 403],
  ];
  for (const [headers, wanted] of table) {
    assert.equal(status(action(headers), LOCAL), wanted, JSON.stringify(headers));
  }
  assert.equal(status(action({}), REMOTE), 401);
  assert.equal(status(action({ authorization: "Bearer s3cret" }), REMOTE), 200);
  const stolen = { cookie: "marketd_token=s3cret", origin: "https://evil.example" };
  assert.equal(status(action(stolen), REMOTE), 403);
}
