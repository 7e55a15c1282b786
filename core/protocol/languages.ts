/** Languages that people can be spoken to in, as BCP 47 tags; the first is the fallback. */

export const LANGUAGES = ["en", "ru", "es", "de"] as const;
export type Language = typeof LANGUAGES[number];

/** The language of a tag such as `de-AT`; null when it is none of ours. */
export function languageOf(tag: string | null | undefined): Language | null {
  const main = (tag ?? "").trim().toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((language) => language === main) ?? null;
}
