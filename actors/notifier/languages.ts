/** `/language`: which one a person is spoken to in. */

import { languageOf } from "@/core/protocol/languages.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { languageFor, withReader } from "./readers.ts";
import { reply } from "./reply.ts";
import type { Context, NotifierState, NotifierTurn } from "./state.ts";

/** `/language de` speaks German from now on; without a language the present one is shown. */
export function onLanguage(state: NotifierState, command: Command, context: Context): NotifierTurn {
  const { chatId, args } = command;
  const [word] = args;
  if (word === undefined) {
    const language = languageFor(state, chatId) ?? "en";
    return reply(context.stay(), command, { type: "language", language }, context);
  }
  const language = languageOf(word);
  if (language === null) {
    const notice = { type: "bad-argument" as const, command: "language" as const, wrong: word };
    return reply(context.stay(), command, notice, context);
  }
  const turn = context.commit(withReader(state, { chatId, language, isChosen: true }));
  return reply(turn, command, { type: "language", language }, context);
}
