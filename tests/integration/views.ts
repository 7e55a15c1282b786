/** What the end-to-end tests read of the daemon's answers. */

import type { App } from "@/tests/support/app.ts";

export interface HealthView {
  readonly status: string;
  readonly mode: string;
  readonly actors: Readonly<
    Record<string, {
      readonly status: string;
      readonly incarnation: number;
      readonly restarts: number;
      readonly lastExit: { readonly kind: string; readonly error: string | null } | null;
    }>
  >;
  readonly deadLetters: number;
  readonly outbox: { readonly pending: number; readonly attempting: number };
}
export interface ScanView {
  readonly scanId: string;
  readonly game: string;
  readonly level: string;
  readonly status: string;
  readonly processed: number;
  readonly total: number | null;
  readonly accepted: number;
  readonly pages: number;
}
export interface OpportunityView {
  readonly scanId: string;
  readonly offerId: string;
  readonly kind: string;
  readonly title: string;
  readonly game: string;
  readonly level: string;
  readonly roiBps: number;
}

export function healthOf(app: App): Promise<HealthView> {
  return app.json<HealthView>("/health");
}

export async function scansOf(app: App): Promise<readonly ScanView[]> {
  return (await app.json<{ items: ScanView[] }>("/api/v1/scans?limit=200")).items;
}

/** All of them, page by page, as a script would read them. */
export async function opportunitiesOf(app: App): Promise<readonly OpportunityView[]> {
  const all: OpportunityView[] = [];
  let cursor: string | null = null;
  do {
    const more = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: OpportunityView[]; next: string | null } = await app.json(
      `/api/v1/opportunities?limit=100${more}`,
    );
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}
