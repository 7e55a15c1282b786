import assert from "node:assert/strict";
import type { Up } from "@/core/kernel/up.ts";
import { type LinkFrame, Links } from "@/core/hosts/links.ts";
import { waitFor } from "@/tests/support/wait.ts";

Deno.test("C6 of a link that was replaced or parted nothing is heard on either side of the pipe", async () => {
  const written: LinkFrame[] = [];
  const links = new Links({
    ends: (peer) => ({ from: peer, to: "actor" }),
    write: (frame) => written.push(frame),
    news: () => {},
  });
  const make = () => new MessageChannel();
  const [first, second, third] = [make(), make(), make()];
  const heard: unknown[] = [];
  for (const { port2 } of [first, second]) port2.onmessage = ({ data }) => heard.push(data);
  try {
    links.join({ peer: "b", link: 1, port: first.port1 });
    links.join({ peer: "b", link: 2, port: second.port1 });
    const frame = { is: "link", peer: "b" } as const;
    links.receive({ ...frame, link: 1, data: "late" });
    links.receive({ ...frame, link: 2, data: "new" });
    await waitFor("the new one", () => heard.length > 0);
    assert.deepEqual(heard, ["new"]);
    first.port2.postMessage({ is: "cancel", id: 1 });
    second.port2.postMessage({ is: "cancel", id: 2 });
    await waitFor("its frame", () => written.length > 0);
    assert.deepEqual(written, [{ ...frame, link: 2, data: { is: "cancel", id: 2 } }]);
    links.join({ peer: "c", link: 3, port: third.port1 });
    links.part("b");
    for (const { port2 } of [second, third]) port2.postMessage({ is: "cancel", id: 3 });
    await waitFor("the frame of the other", () => written.length > 1);
    assert.deepEqual(written.slice(1).map(({ link }) => link), [3]);
  } finally {
    links.partAll();
    for (const { port2 } of [first, second, third]) port2.close();
  }
});

Deno.test("H5 of frames that travel together only what no pipe carries is refused, and costs no credit", async () => {
  const written: unknown[] = [];
  const news: Up[] = [];
  const links = new Links({
    ends: (peer) => ({ from: peer, to: "actor" }),
    write({ data }) {
      if ((data as { body: unknown }).body === "heavy") throw new RangeError("Too heavy");
      written.push(data);
    },
    news: (one) => news.push(one),
  });
  const { port1, port2 } = new MessageChannel();
  const heard: { is: string; error?: unknown }[] = [];
  port2.onmessage = ({ data }) => heard.push(data);
  const light = { is: "tell", type: "Hear", body: "light", trace: "t" };
  try {
    links.join({ peer: "b", link: 1, port: port1 });
    const ask = { is: "ask", id: 7, type: "Show", body: "heavy", trace: "t", deadlineMs: 1 };
    port2.postMessage([light, { ...light, body: "heavy" }, ask, light]);
    await waitFor("two credits and an answer", () => heard.length === 3);
    assert.deepEqual(written, [light, light]);
    assert.deepEqual(heard.map(({ is }) => is), ["credit", "credit", "reply"]);
    const message = "Show cannot be carried from b to actor: Too heavy";
    assert.deepEqual(heard[2]?.error, { kind: "rejected", code: "not-carried", message });
    const [told, ...more] = news;
    assert.ok(told?.is === "news" && more.length === 0);
    const letters = told.news.letters.map(({ reason, from, to, type }) => [reason, from, to, type]);
    assert.deepEqual(letters, [["refused", "b", "actor", "Hear"]]);
  } finally {
    links.partAll();
    port2.close();
  }
});
