const LOOPBACK = /^(?:localhost|\[?::1\]?|127(?:\.\d{1,3}){3})$/;

/** Whether a host stays on this machine: 127.0.0.0/8, ::1 (with or without brackets), localhost. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
