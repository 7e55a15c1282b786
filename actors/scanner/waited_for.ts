/** Which scan an answer is for: one that no longer fits the state changes nothing. */

import type { PriceBand } from "@/core/market/dmarket/bands.ts";
import { bandOf, type Scan, type ScannerState } from "./state.ts";

export function findScan(state: ScannerState, scanId: string): Scan | null {
  return state.active.find((scan) => scan.scanId === scanId) ?? null;
}

/** The page that was asked for. */
export interface AskedPage {
  readonly scanId: string;
  readonly band: PriceBand;
  readonly pass: number;
  readonly cursor: string | null;
}

/** Whether the page is the one that the scan needs now. */
export function fits(scan: Scan, { band, pass, cursor }: AskedPage): boolean {
  const { fromCents, toCents } = bandOf(scan);
  return !scan.endOfBand && scan.pass === pass && scan.cursor === cursor &&
    fromCents === band.fromCents && toCents === band.toCents;
}

/** The scan, if it still waits for just these titles. */
export function verifyingScan(
  state: ScannerState,
  { scanId, titles, isLooked }: Pick<Scan, "scanId" | "isLooked"> & {
    readonly titles: readonly string[];
  },
): Scan | null {
  const scan = findScan(state, scanId);
  if (scan === null || scan.isLooked !== isLooked) return null;
  return scan.verifying.join("\n") === titles.join("\n") ? scan : null;
}
