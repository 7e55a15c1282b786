/** The kernel's public door: what an actor's author and main need. */

export * from "./actor.ts";
export * from "./clock.ts";
export * from "./errors.ts";
export * from "./log.ts";
export * from "./message.ts";
export * from "./settlement.ts";
export * from "./turn.ts";
