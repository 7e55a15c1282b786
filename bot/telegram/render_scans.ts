/** Scans and the state of the house. */

import type { Catalogue } from "@/bot/texts/mod.ts";
import { sentenceOf } from "@/bot/texts/phrases.ts";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import type { NoticeOf } from "@/core/protocol/notices.ts";
import { type Html, joined, linesWithin, markup, oneLine } from "./html.ts";
import { wantsText } from "./render_filters.ts";
import { head, type Lines, place, type RenderContext } from "./render_parts.ts";

/** Whoever stopped a scan knows. */
const BY_A_PERSON = /^Stopped by telegram:/;
const BAR_CELLS = 10;
const MAX_PROGRESS = 1_000;

/** The message that is edited in place while a scan runs. */
export function progress(scan: ScanProgress, context: RenderContext): string {
  const { texts } = context;
  const bar = progressBar(scan);
  return linesWithin(MAX_PROGRESS, [
    markup`${head(texts.scanStatus[scan.status], context)} · ${place(scan)}`,
    filterLine(scan, texts),
    bar === null ? null : markup`<code>${bar.cells}</code> ${texts.share(bar.ratio)}`,
    counts(scan, context),
  ]).text;
}

export function scanFinished(scan: ScanProgress, context: RenderContext): Lines {
  const { texts } = context;
  return [
    markup`${head(texts.scanStatus[scan.status], context)} · ${place(scan)}`,
    joined([
      offersText(scan, texts),
      markup`<b>${texts.found(scan.accepted)}</b>`,
      texts.refused(scan.refused),
      scan.unverified === 0 ? null : texts.unverified(scan.unverified),
      texts.took(texts.duration(scan.updatedAtMs - scan.startedAtMs)),
    ], " · "),
    filterLine(scan, texts),
    scan.reason === undefined || BY_A_PERSON.test(scan.reason)
      ? null
      : oneLine(sentenceOf(scan.said, scan.reason, texts), 400),
  ];
}

/** What the scan was told to look for; null without a filter. */
function filterLine({ filter }: ScanProgress, texts: Catalogue): string | null {
  const text = wantsText(filter ?? {}, texts);
  return text === "" ? null : oneLine(texts.market.withFilter(text), 300);
}

export function scanDigest(notice: NoticeOf<"scan-digest">, context: RenderContext): Lines {
  const { texts, nowMs } = context;
  const { sinceMs, scans, failed, processed, accepted } = notice;
  return [
    head(texts.scansIn(scans, texts.duration(nowMs - sinceMs)), context),
    joined([
      texts.offers(processed),
      markup`<b>${texts.found(accepted)}</b>`,
      failed === 0 ? null : texts.failed(failed),
    ], " · "),
  ];
}

export function status(notice: NoticeOf<"status">, context: RenderContext): Lines {
  const { texts } = context;
  const { scanner, resources } = notice;
  return [
    head(texts.statusTitle, context),
    ...(scanner === null ? [texts.scannerSilent] : scannerLines(scanner, context)),
    ...(resources === null ? [texts.resourcesSilent] : resourceLines(resources, texts)),
  ];
}

const MAX_ACTIVE = 8;

function scannerLines(
  scanner: NonNullable<NoticeOf<"status">["scanner"]>,
  context: RenderContext,
): Lines {
  const { texts, nowMs } = context;
  const { paused, active, queued, last, nextScanAtMs } = scanner;
  const next = nextScanAtMs === null || paused
    ? null
    : texts.nextScanIn(texts.duration(Math.max(0, nextScanAtMs - nowMs)));
  return [
    paused ? texts.scanningPaused : active.length === 0 ? texts.nothingRunning : null,
    ...active.slice(0, MAX_ACTIVE).map((scan) =>
      markup`<b>${place(scan)}</b>: ${counts(scan, context)}`
    ),
    queued === 0 ? null : texts.queued(queued),
    last === null
      ? null
      : markup`${texts.lastScan}: <b>${place(last)}</b> ${counts(last, context)}`,
    next,
  ];
}

function resourceLines(
  resources: NonNullable<NoticeOf<"status">["resources"]>,
  texts: Catalogue,
): Lines {
  const { cpuRatio, memoryRatio, diskFreeBytes, factor } = resources;
  return [
    texts.resources({
      cpu: texts.share(cpuRatio),
      memory: texts.share(memoryRatio),
      diskFree: texts.bytes(diskFreeBytes),
    }),
    factor >= 1 ? null : texts.heldBack(texts.share(factor)),
  ];
}

function counts(scan: ScanProgress, { texts, nowMs }: RenderContext): Html {
  const running = scan.status === "running" && scan.etaMs !== null && scan.etaMs > nowMs;
  return joined([
    offersText(scan, texts),
    texts.found(scan.accepted),
    running ? texts.left(texts.duration((scan.etaMs ?? nowMs) - nowMs)) : null,
  ], " · ");
}

function offersText({ processed, total }: ScanProgress, texts: Catalogue): string {
  return total === null ? texts.offers(processed) : texts.offersOf(processed, total);
}

function progressBar(scan: ScanProgress): { cells: string; ratio: number } | null {
  if (scan.total === null || scan.total === 0) return null;
  const ratio = Math.min(1, scan.processed / scan.total);
  const full = Math.floor(ratio * BAR_CELLS);
  return { cells: "▓".repeat(full) + "░".repeat(BAR_CELLS - full), ratio };
}
