/** The catalogues, by language. */

import { type Language, LANGUAGES } from "@/core/protocol/languages.ts";
import type { Catalogue } from "./catalogue.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { ru } from "./ru.ts";

export type { Catalogue } from "./catalogue.ts";
export { LANGUAGE_NAMES } from "./complete.ts";
export { type Language, LANGUAGES };

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, ru, es, de };

export function catalogue(language: Language): Catalogue {
  return CATALOGUES[language];
}
