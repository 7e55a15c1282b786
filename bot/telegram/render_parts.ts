/** What all messages share: who reads, the first line, and names of places. */

import type { Catalogue } from "@/bot/texts/mod.ts";
import { GAME_TITLES, type GameId } from "@/core/domain/market.ts";
import type { LevelId } from "@/core/domain/opportunity.ts";
import { type Html, markup } from "./html.ts";

/** What the reader must know beside the notice. */
export interface RenderContext {
  readonly texts: Catalogue;
  readonly mode: "dry";
  readonly nowMs: number;
}

/** Lines of a message; null where there is nothing to say. No tag spans two lines. */
export type Lines = readonly (Html | string | null)[];

/** First line of a message with a title: the mode comes first, whatever the message is about. */
export function head(title: string, { texts, mode }: RenderContext): Html {
  return markup`${texts.modeBadge[mode]} · <b>${title}</b>`;
}

/** First line of a message that is one sentence. */
export function said(sentence: string, { texts, mode }: RenderContext): Html {
  return markup`${texts.modeBadge[mode]} · ${sentence}`;
}

/** `CS2 standard`: both are names, in every language. */
export function place(where: { readonly game: GameId; readonly level: LevelId }): string {
  return `${GAME_TITLES[where.game]} ${where.level}`;
}
