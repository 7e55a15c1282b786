import assert from "node:assert/strict";
import { telegramSpec } from "@/bot/telegram/spec.ts";

function config(change: { token?: string | null; apiRoot?: string } = {}) {
  const apiRoot = "https://api.telegram.org";
  return telegramSpec.config.parse({ token: "1:x", apiRoot, allowedUserIds: [7], ...change });
}

Deno.test("the actor reaches the Bot API and nothing else; without a token not even that", () => {
  const { permissions } = telegramSpec;
  assert.deepEqual(permissions(config()), { net: ["api.telegram.org:443"] });
  const local = config({ apiRoot: "http://127.0.0.1:8081" });
  assert.deepEqual(permissions(local), { net: ["127.0.0.1:8081"] });
  assert.deepEqual(permissions(config({ apiRoot: "http://[::1]" })), { net: ["[::1]:80"] });
  assert.equal(permissions(config({ token: null })), "none");
});

Deno.test("what is not set has its default, and what is wrong is refused", () => {
  assert.deepEqual([config().pollSeconds, config().language], [50, "en"]);
  for (const wrong of [{ token: "" }, { apiRoot: "ftp://x" }, { apiRoot: "api.telegram.org" }]) {
    assert.throws(() => config(wrong));
  }
});
