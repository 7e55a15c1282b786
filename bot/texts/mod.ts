/** The catalogues, by language. */

import type { Catalogue, Language } from "./catalogue.ts";
import { en } from "./en.ts";

export { type Catalogue, type Language, LANGUAGES } from "./catalogue.ts";

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en };

export function catalogue(language: Language): Catalogue {
  return CATALOGUES[language];
}
