import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { loadConfig } from "@/core/config/config.ts";
import { settingNames } from "@/core/config/settings.ts";
import { text } from "./files.ts";

const service = z.strictObject({
  build: z.string().optional(),
  image: z.string(),
  init: z.boolean().optional(),
  restart: z.literal("unless-stopped"),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  mem_limit: z.string(),
  pids_limit: z.int().optional(),
  shm_size: z.string().optional(),
  stop_grace_period: z.string(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});
const compose = z.strictObject({
  name: z.literal("marketd"),
  services: z.strictObject({ app: service, postgres: service }),
  volumes: z.record(z.string(), z.null()),
}).parse(parse(await text("compose.yaml")));
const { app, postgres } = compose.services;

/** The values compose would hand over, with `${NAME:?reason}` and `${NAME:-default}` filled in. */
function filled(environment: Readonly<Record<string, string>>): Record<string, string> {
  const given: Readonly<Record<string, string>> = {
    MARKETD_HTTP_TOKEN: "sixteen-or-longer",
    POSTGRES_PASSWORD: "abc123",
  };
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(
        /\$\{(\w+):[?-]([^}]*)\}/g,
        (whole, variable: string, otherwise: string) =>
          given[variable] ?? (whole.includes(":-") ? otherwise : ""),
      ),
    ]),
  );
}

Deno.test("compose hands the daemon a configuration it accepts", async () => {
  const config = await loadConfig({
    env: filled(app.environment),
    cwd: "/app",
    readTextFile: () => Promise.reject(new Error("No file was named")),
  });
  assert.deepEqual(config.http, { hostname: "0.0.0.0", port: 8080, loopback: false });
  assert.equal(config.home, "/data");
  const url = new URL(config.databaseUrl?.reveal() ?? "");
  const database = filled(postgres.environment);
  assert.equal(url.hostname, "postgres");
  assert.equal(url.username, database["POSTGRES_USER"]);
  assert.equal(url.password, database["POSTGRES_PASSWORD"]);
  assert.equal(url.pathname, `/${database["POSTGRES_DB"]}`);
});

Deno.test("compose hands the daemon every setting by its name, and nothing else of .env", () => {
  assert.deepEqual(Object.keys(app.environment).sort(), [...settingNames].sort());
  for (const [name, value] of Object.entries(app.environment)) {
    const taken = Array.from(value.matchAll(/\$\{(\w+)/g), ([, variable]) => variable);
    const own = name === "DATABASE_URL" ? "POSTGRES_PASSWORD" : name;
    assert.ok(taken.every((variable) => variable === own), `${name}: ${value}`);
  }
});

Deno.test("compose insists on secrets of one's own and holds none", () => {
  const values = [app, postgres].flatMap(({ environment }) => Object.entries(environment));
  for (const [name, value] of values) {
    if (/HTTP_TOKEN|PASSWORD|DATABASE_URL/.test(name)) {
      assert.match(value, /\$\{\w+:\?put \w+ into/);
    } else if (/TOKEN|SECRET/.test(name)) assert.match(value, /^\$\{\w+:-\}$/);
  }
});

Deno.test("compose publishes the page on this machine only, and the database nowhere", () => {
  assert.deepEqual(app.ports, ["127.0.0.1:8080:8080"]);
  assert.deepEqual(postgres.ports, []);
});

Deno.test("compose starts the daemon once Postgres answers", () => {
  assert.equal(app.depends_on["postgres"]?.condition, "service_healthy");
  assert.match(postgres.healthcheck?.test.join(" ") ?? "", /pg_isready/);
});

Deno.test("compose takes from the daemon what it does not need", () => {
  assert.equal(app.read_only, true);
  assert.deepEqual(app.cap_drop, ["ALL"]);
  assert.deepEqual(app.security_opt, ["no-new-privileges:true"]);
  assert.deepEqual(app.tmpfs, ["/tmp"]);
  assert.equal(app.init, true);
  assert.ok((app.pids_limit ?? 0) > 0);
});

Deno.test("compose keeps what must survive in named volumes", () => {
  assert.deepEqual(app.volumes, ["home:/data"]);
  assert.deepEqual(postgres.volumes, ["postgres:/var/lib/postgresql"]);
  assert.deepEqual(Object.keys(compose.volumes), ["home", "postgres"]);
});

Deno.test("compose grants longer than a graceful stop takes, and pins the database", () => {
  assert.ok(parseInt(app.stop_grace_period) > 10);
  assert.match(postgres.image, /^postgres:18\.\d+$/);
});

Deno.test("compose names the image by the version of the program", async () => {
  const { version } = JSON.parse(await text("deno.json"));
  assert.equal(app.image, `marketd:${version}`);
});
