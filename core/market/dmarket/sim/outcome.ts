/** Things asked of the ledger either happen or fail with DMarket's word for why. */

/** `code` is for programs; `message` for people, and sometimes carries a figure. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What was done, or why not. */
export type Result<T> =
  | { readonly done: T; readonly failure: null }
  | { readonly done: null; readonly failure: Failure };

/** A result that happened. */
export function done<T>(value: T): Result<T> {
  return { done: value, failure: null };
}

/** A result that did not happen. */
export function failed(code: string, message: string): Result<never> {
  return { done: null, failure: { code, message } };
}

/** A listing or target may not change its price for so long after it was made. */
export const CHANGE_LOCK_S = 900;

/** The refusal of a change that comes too early; the message says how long in minutes and seconds. */
export function timeLocked(leftS: number): Result<never> {
  const pad = (value: number) => String(value).padStart(2, "0");
  return failed("AssetTimeLocked", `${pad(Math.floor(leftS / 60))}:${pad(leftS % 60)}`);
}
