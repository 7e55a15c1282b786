/** How late timers run in this thread. */

const EVERY_MS = 5;

/** Starts at once; the returned function tells the worst lateness since its last call, in ms. */
export function watchLateness(): () => number {
  let dueAtMs = performance.now() + EVERY_MS;
  let worstMs = 0;
  const look = () => {
    const nowMs = performance.now();
    worstMs = Math.max(worstMs, nowMs - dueAtMs);
    return nowMs;
  };
  setInterval(() => dueAtMs = look() + EVERY_MS, EVERY_MS);
  return () => {
    // A timer that has not come yet is late already.
    look();
    const worst = worstMs;
    worstMs = 0;
    return worst;
  };
}
