import assert from "node:assert/strict";
import { describeAddress, parseAddress } from "@/core/db/address.ts";
import { ActorError } from "@/core/kernel/errors.ts";

Deno.test("parseAddress reads every part of a URL and decodes it", () => {
  const address = parseAddress(
    "postgresql://trader%40home:p%40ss%2Fword@db.example.com:6543/market%20data" +
      "?sslmode=verify-full&sslrootcert=/etc/ca.pem&application_name=me",
  );
  assert.deepEqual(address, {
    socketPath: null,
    host: "db.example.com",
    port: 6543,
    user: "trader@home",
    password: "p@ss/word",
    database: "market data",
    tls: "verify-full",
    rootCertificates: "/etc/ca.pem",
    serverOptions: null,
    applicationName: "me",
  });
});

Deno.test("parseAddress fills in what libpq would", () => {
  const address = parseAddress("postgres://trader@[::1]");
  assert.equal(address.host, "::1");
  assert.equal(address.port, 5432);
  assert.equal(address.database, "trader");
  assert.equal(address.tls, "prefer");
});

Deno.test("parseAddress takes a folder with a Unix socket, and then no TLS", () => {
  const address = parseAddress(
    "postgres://trader@localhost/market?host=%2Frun%2Fpg&sslmode=prefer",
  );
  assert.equal(address.socketPath, "/run/pg/.s.PGSQL.5432");
  assert.equal(address.tls, "disable");
});

Deno.test("parseAddress checks a root certificate given together with require, as libpq does", () => {
  const url = "postgres://trader@db/market?sslmode=require&sslrootcert=/etc/ca.pem";
  assert.equal(parseAddress(url).tls, "verify-ca");
});

Deno.test("parseAddress takes sslrootcert=system for the runtime's own list", () => {
  const url = "postgres://trader@db/market?sslmode=verify-full&sslrootcert=system";
  assert.equal(parseAddress(url).rootCertificates, null);
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["mysql://trader@db/market", /must be a postgres:\/\/ URL/],
  [
    "postgres://trader@db/market?sslmode=allow",
    /sslmode must be one of .*: current value is allow/,
  ],
  ["postgres://trader@db/market?sslmode=verify-ca", /verify-ca must come with an sslrootcert/],
  ["postgres://trader@db/market?sslrootcert=system", /must be verify-full where sslrootcert/],
  ["postgres://trader@db/market?channel_binding=require", /current value is channel_binding/],
  ["postgres://db/market", /must name a user/],
  ["postgres://trader:100%@db/market", /percent sign in it must be written %25/],
  ["postgres:///market?user=trader", /must name a host/],
];
for (const [url, expected] of REFUSED) {
  Deno.test(`parseAddress refuses ${url}`, () => {
    assert.throws(() => parseAddress(url), (error) => {
      assert.ok(error instanceof ActorError);
      assert.equal(error.kind, "fatal");
      assert.match(error.message, expected);
      return true;
    });
  });
}

Deno.test("parseAddress takes the password as a parameter too, as libpq does", () => {
  assert.equal(parseAddress("postgres://trader@db/market?password=p%26q").password, "p&q");
});

Deno.test("the description says database, place, user and TLS once each", () => {
  const shown = (url: string) => describeAddress(parseAddress(url));
  assert.equal(shown("postgres://me@db/market"), "market at db:5432, user me, sslmode prefer");
  assert.equal(shown("postgres://me@h/x?host=/run"), "x at /run/.s.PGSQL.5432, user me");
});

Deno.test("neither the description nor a refusal shows the password", () => {
  const url = "postgres://trader:s3cret-pass@db/market";
  assert.doesNotMatch(describeAddress(parseAddress(url)), /s3cret/);
  assert.throws(() => parseAddress(`${url}?sslmode=allow`), (error) => {
    assert.ok(error instanceof Error);
    assert.doesNotMatch(error.message, /s3cret/);
    return true;
  });
});
