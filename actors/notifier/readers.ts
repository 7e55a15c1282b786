/** Which language a person is spoken to in: the one they chose, otherwise that of their Telegram. */

import { type Language, languageOf } from "@/core/protocol/languages.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { MAX_READERS, type NotifierState } from "./state.ts";

/** Null while nothing is known: the default of the house. */
export function languageFor({ readers }: NotifierState, chatId: number): Language | null {
  return readers.find((reader) => reader.chatId === chatId)?.language ?? null;
}

/** The state with what a command tells about its reader; the same state when that is nothing new. */
export function noteReader(state: NotifierState, { chatId, language }: Command): NotifierState {
  const known = state.readers.find((reader) => reader.chatId === chatId);
  const told = languageOf(language);
  if (told === null || known?.isChosen === true || known?.language === told) return state;
  return withReader(state, { chatId, language: told, isChosen: false });
}

export function withReader(
  state: NotifierState,
  reader: NotifierState["readers"][number],
): NotifierState {
  const others = state.readers.filter(({ chatId }) => chatId !== reader.chatId);
  return { ...state, readers: [...others, reader].slice(-MAX_READERS) };
}
