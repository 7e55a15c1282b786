/// <reference lib="deno.worker" />
/** The bare runtime: what postMessage alone costs. */

import { sample } from "./actors.ts";

export type Order =
  | { is: "port"; port: MessagePort; role: "ping" | "pong" }
  | { is: "round-trips"; count: number }
  | { is: "one-way"; count: number; yieldEvery: number }
  | { is: "flood"; count: number };

let port: MessagePort;
let heard: (data: { id: number }) => void = () => {};

async function roundTrips(count: number): Promise<number[]> {
  const micros: number[] = [];
  for (let id = 0; id < count; id++) {
    const startedAt = performance.now();
    const answer = new Promise((resolve) => heard = resolve);
    port.postMessage({ is: "ask", id, type: "Echo", body: sample(id), trace: "t" });
    await answer;
    micros.push((performance.now() - startedAt) * 1_000);
  }
  return micros;
}

async function oneWay(count: number, yieldEvery: number): Promise<number> {
  const startedAt = performance.now();
  const done = new Promise((resolve) => heard = resolve);
  for (let id = 0; id < count; id++) {
    const last = id === count - 1;
    port.postMessage({ is: last ? "last" : "tell", type: "Take", body: sample(id), trace: "t" });
    if (id % yieldEvery === yieldEvery - 1) await othersTurn();
  }
  await done;
  return performance.now() - startedAt;
}

const { port1: alarm, port2: bell } = new MessageChannel();

/** By a message, because nested timers wait for milliseconds. */
function othersTurn(): Promise<unknown> {
  const rung = new Promise((resolve) => alarm.onmessage = resolve);
  bell.postMessage(null);
  return rung;
}

async function obey(order: Order): Promise<unknown> {
  switch (order.is) {
    case "port":
      port = order.port;
      port.onmessage = ({ data }) => {
        if (order.role === "ping") return heard(data);
        if (data.is === "ask") port.postMessage({ is: "reply", id: data.id, value: data.body });
        if (data.is === "last") port.postMessage({ is: "reply", id: data.id });
      };
      return "linked";
    case "round-trips":
      return await roundTrips(order.count);
    case "one-way":
      return await oneWay(order.count, order.yieldEvery);
    case "flood":
      for (let id = 0; id < order.count; id++) {
        self.postMessage({ is: "tell", type: "Take", body: sample(id), trace: "t" });
      }
      return "flooded";
  }
}

self.onmessage = async (event: MessageEvent<Order>) => self.postMessage(await obey(event.data));
self.postMessage("up");
