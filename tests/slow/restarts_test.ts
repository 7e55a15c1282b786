/**
 * What restarts leave behind. A hundred of them in every run; 1,500, as the promise says, with
 * `MARKETD_TEST_SLOW=1`, which takes minutes.
 */

import assert from "node:assert/strict";
import { growthOf } from "@/tests/bench/kernel/growth.ts";

const isSlow = Deno.env.get("MARKETD_TEST_SLOW") === "1";
const FROM = isSlow ? 300 : 30;
const TO = isSlow ? 1_500 : 130;
/** What an allocator keeps or gives back by chance, in a process of some 60 MB. */
const NOISE_KB = 4_096;

Deno.test(`J5 from crash-restart ${FROM} to ${TO} threads and descriptors stay, memory grows as the bare runtime's does`, async () => {
  const raw = await growthOf("raw", FROM, TO);
  const ours = await growthOf("ours", FROM, TO);
  assert.ok(ours.threads <= 0, `${ours.threads} more threads`);
  assert.ok(ours.fds <= 0, `${ours.fds} more file descriptors`);
  const allowedKb = 1.5 * Math.max(0, raw.memoryKb) + NOISE_KB;
  assert.ok(ours.memoryKb <= allowedKb, `${ours.memoryKb} kB more, ${allowedKb} kB allowed`);
});
