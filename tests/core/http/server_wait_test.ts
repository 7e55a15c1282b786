import assert from "node:assert/strict";
import {
  dateMs,
  leftThisSecond,
  limitPerSecond,
  MAX_SERVER_WAIT_MS,
  quotaWaitMs,
  serverWaitMs,
} from "@/core/http/server_wait.ts";

const NOW_MS = Date.parse("2026-06-17T10:30:00Z");

function wait(headers: Record<string, string>, status = 429): number | null {
  return serverWaitMs({ status, headers: new Headers(headers) }, NOW_MS);
}

Deno.test("serverWaitMs() reads Retry-After in seconds and as a date", () => {
  assert.equal(wait({ "Retry-After": "7" }), 7_000);
  assert.equal(wait({ "Retry-After": "0.25" }), 250);
  assert.equal(wait({ "Retry-After": "Wed, 17 Jun 2026 10:30:09 GMT" }), 9_000);
});

Deno.test("serverWaitMs() compares a date with the server's own clock", () => {
  const headers = {
    "Retry-After": "Wed, 17 Jun 2026 12:00:05 GMT",
    "Date": "Wed, 17 Jun 2026 12:00:00 GMT",
  };
  assert.equal(wait(headers), 5_000);
});

Deno.test("serverWaitMs() takes a date in the past as no wait at all", () => {
  assert.equal(wait({ "Retry-After": "Wed, 17 Jun 2026 10:00:00 GMT" }), 0);
});

Deno.test("serverWaitMs() does not believe absurd announcements", () => {
  assert.equal(wait({ "Retry-After": "99999999999999" }), MAX_SERVER_WAIT_MS);
  assert.equal(wait({ "Retry-After": "Wed, 17 Jun 2126 10:30:00 GMT" }), MAX_SERVER_WAIT_MS);
});

Deno.test("serverWaitMs() ignores what it cannot read", () => {
  for (const value of ["", "soon", "-5", "1e3", "NaN", "5 seconds", "0x10"]) {
    assert.equal(wait({ "Retry-After": value }), null, JSON.stringify(value));
  }
  assert.equal(wait({}), null);
});

Deno.test("serverWaitMs() falls back to RateLimit-Reset, relative or absolute", () => {
  assert.equal(wait({ "RateLimit-Reset": "3" }), 3_000);
  assert.equal(wait({ "RateLimit-Reset": String(NOW_MS / 1_000 + 4) }), 4_000);
  assert.equal(wait({ "Retry-After": "1", "RateLimit-Reset": "30" }), 1_000);
  assert.equal(wait({ "RateLimit-Reset": "3" }, 503), null);
  assert.equal(wait({ "Retry-After": "3" }, 503), 3_000);
});

Deno.test("quotaWaitMs() rests only when the quota is spent for longer than a second", () => {
  const quota = (remaining: string, reset: string) =>
    quotaWaitMs(
      new Headers({ "RateLimit-Remaining": remaining, "RateLimit-Reset": reset }),
      NOW_MS,
    );
  assert.equal(quota("0", "30"), 30_000);
  assert.equal(quota("1", "30"), null);
  assert.equal(quota("0", "1"), null);
  assert.equal(quotaWaitMs(new Headers(), NOW_MS), null);
});

Deno.test("limitPerSecond() reads a positive announced limit", () => {
  const limit = (value: string) =>
    limitPerSecond(new Headers({ "X-RateLimit-Limit-Second": value }), NOW_MS);
  assert.equal(limit("10"), 10);
  assert.equal(limit("0"), null);
  assert.equal(limit("many"), null);
});

Deno.test("limitPerSecond() reads RateLimit-Limit over the window it is said to be of", () => {
  const limit = (value: string, reset?: string, perSecond?: string) =>
    limitPerSecond(
      new Headers({
        "RateLimit-Limit": value,
        ...(reset === undefined ? {} : { "RateLimit-Reset": reset }),
        ...(perSecond === undefined ? {} : { "X-RateLimit-Limit-Second": perSecond }),
      }),
      NOW_MS,
    );
  assert.equal(limit("30", "45"), 0.5);
  assert.equal(limit("30", "60"), 0.5);
  assert.equal(limit("7200", "61"), 2);
  assert.equal(limit("30", String(NOW_MS / 1_000 + 20)), 0.5);
  assert.equal(limit("120;w=60"), 2);
  assert.equal(limit("10, 10;w=1, 100;w=60"), 10);
  assert.equal(limit("30", "45", "4"), 4, "The limit of a second needs no window");
  for (const [value, reset] of [["30"], ["30", "1"], ["0", "45"], ["many", "45"], ["-3", "45"]]) {
    assert.equal(limit(value ?? "", reset), null, `${value} ${reset}`);
  }
});

Deno.test("leftThisSecond() reads what is left of this second", () => {
  const left = (value: string) =>
    leftThisSecond(new Headers({ "X-RateLimit-Remaining-Second": value }));
  assert.equal(left("3"), 3);
  assert.equal(left("0"), 0);
  assert.equal(left("none"), null);
});

Deno.test("dateMs() takes HTTP dates only", () => {
  assert.equal(dateMs("Wed, 17 Jun 2026 10:30:00 GMT"), NOW_MS);
  for (const value of [null, "12", "2026", "later"]) assert.equal(dateMs(value), null);
});

Deno.test("serverWaitMs() reads a reset in Unix milliseconds and as a date", () => {
  assert.equal(wait({ "RateLimit-Reset": String(NOW_MS + 4_000) }), 4_000);
  assert.equal(wait({ "X-RateLimit-Reset": "Wed, 17 Jun 2026 10:30:09 GMT" }), 9_000);
  assert.equal(
    wait({ "X-RateLimit-Reset": "Wed, 17 Jun 2026 12:00:05 GMT", Date: GMT_NOON }),
    5_000,
  );
});
const GMT_NOON = "Wed, 17 Jun 2026 12:00:00 GMT";

Deno.test("quotaWaitMs() reads the older names of the same headers", () => {
  const headers = { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30" };
  assert.equal(quotaWaitMs(new Headers(headers), NOW_MS), 30_000);
  const both = { ...headers, "RateLimit-Remaining": "5", "RateLimit-Reset": "30" };
  assert.equal(quotaWaitMs(new Headers(both), NOW_MS), null);
});

Deno.test("limitPerSecond() takes the window from the policy when the limit names none", () => {
  const limit = (headers: Record<string, string>) => limitPerSecond(new Headers(headers), NOW_MS);
  const late = { "RateLimit-Limit": "3600", "RateLimit-Reset": "50" };
  assert.equal(limit({ ...late, "RateLimit-Policy": "3600;w=3600" }), 1);
  assert.equal(limit({ ...late, "RateLimit-Policy": "10;w=1, 3600;w=3600" }), 1);
  assert.equal(limit({ ...late, "RateLimit-Policy": "10;w=1" }), 60, "Of another limit");
});
