/** Test actors for messages: a sender that does as it is told and a receiver that remembers. */

import { z } from "zod";
import { child, type ChildSpec } from "@/core/kernel/house.ts";
import { durable, event, protocol, request, serviceActor, turnActor } from "@/core/kernel/mod.ts";

/** The receiver crashes over it as long as its incarnation is at most `crashUpTo`. */
const letter = z.object({ n: z.int(), crashUpTo: z.int().default(0) });
/** What it must not hear. */
const WRONG = "not a number";

const got = z.object({
  type: z.string(),
  n: z.int(),
  from: z.string(),
  trace: z.string(),
  greeting: z.string(),
});
export type Got = z.output<typeof got>;

export const receiver = protocol("receiver", {
  Drop: event({ body: letter }),
  Refuse: event({ body: letter, overflow: "refuse" }),
  Latest: event({ body: letter, overflow: "keep-latest" }),
  Patient: event({ body: letter, overflow: "wait" }),
  Keep: durable({ body: letter }),
  /** Remembered like the others, answered with the time it had left. */
  Ask: request({ body: letter, reply: z.object({ n: z.int() }), deadlineMs: 20_000 }),
  /** Does not yield for so long. */
  Spin: request({ body: z.object({ ms: z.number() }), reply: z.object({}), deadlineMs: 20_000 }),
  Got: request({
    body: z.object({}),
    reply: z.object({ got: z.array(got), starts: z.int() }),
    deadlineMs: 20_000,
  }),
});

/** The same actor, as somebody sees it who has the schemas wrong. */
const mistaken = protocol("receiver", {
  Drop: event({ body: z.object({ n: z.string() }) }),
  Keep: durable({ body: z.object({ n: z.string() }) }),
  Ask: request({ body: z.object({ n: z.string() }), reply: z.object({ n: z.string() }) }),
  Unheard: event({ body: z.object({}) }),
});
/** An actor that is in no house. */
const nobody = protocol("nobody", {
  Hello: event({ body: z.object({}) }),
  Ask: request({ body: z.object({}), reply: z.object({}) }),
});

export const EVENTS = ["Drop", "Refuse", "Latest", "Patient"] as const;
const noReply = z.object({});

const senderMessages = {
  /** Tells numbers `from` to `to`, one after the other, awaiting whatever there is to await. */
  Burst: request({
    body: z.object({ type: z.enum(EVENTS), from: z.int(), to: z.int() }),
    reply: z.object({ ms: z.number() }),
    deadlineMs: 60_000,
  }),
  /** The same number as every kind of event, as a request and as a durable message. */
  All: request({ body: z.object({ n: z.int() }), reply: z.object({ trace: z.string() }) }),
  Post: request({
    body: letter.extend({ key: z.string() }),
    reply: noReply,
    deadlineMs: 20_000,
  }),
  /** Passes a request on, within the deadline it has itself. */
  Ask: request({ body: letter, reply: z.object({ n: z.int(), ms: z.number() }) }),
  AskInHaste: request({ body: letter, reply: noReply, deadlineMs: 300 }),
  AskNobody: request({ body: z.object({}), reply: noReply }),
  TellNobody: request({ body: z.object({}), reply: noReply }),
  Mistake: request({
    body: z.object({ how: z.enum(["tell", "ask", "post", "unheard"]) }),
    reply: noReply,
  }),
};
export const sender = protocol("sender", senderMessages);
export const rival = protocol("rival", senderMessages);

export { mistaken, nobody, WRONG };

const limits = { heartbeatMs: 2_000, startMs: 5_000 };

export const receiverSpec = turnActor({
  protocol: receiver,
  config: z.object({ greeting: z.string().max(20) }),
  worker: import.meta.resolve("./postal_receiver_worker.ts"),
  limits: { ...limits, mailbox: 8 },
});

export const senderSpec = serviceActor({
  protocol: sender,
  uses: [receiver, mistaken, nobody],
  config: z.object({}),
  worker: import.meta.resolve("./postal_sender_worker.ts"),
  limits,
});
/** Another sender, with the same behaviour. */
export const rivalSpec = {
  ...senderSpec,
  protocol: rival,
  worker: import.meta.resolve("./postal_rival_worker.ts"),
};

const backoff = { minMs: 1, maxMs: 20, jitter: 0 };

/** Receiver first: who is sent to starts before who sends. */
export const POSTAL_CHILDREN: readonly ChildSpec[] = [
  child(receiverSpec, { config: () => ({ greeting: "hello" }), backoff }),
  child(senderSpec, { config: () => ({}), backoff }),
  child(rivalSpec, { config: () => ({}), backoff }),
];
