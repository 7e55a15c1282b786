/** Exit codes, as operators and service managers know them. */
export const EXIT = {
  clean: 0,
  configuration: 2,
  /** An actor failed beyond its limits, or the start failed. */
  escalation: 70,
  /** A thread that cannot be ended burns a core: start me again. */
  restart: 75,
  leaseLost: 76,
  /** A stop took too long: what was still open was cut off. */
  cutOff: 77,
  secondSignal: 130,
} as const;
