/** Finding a title from what a person types on a phone, or from the few characters of a button. */

/** What people write for words of titles. */
const SHORT_FORMS: Readonly<Record<string, string>> = {
  fn: "factory new",
  mw: "minimal wear",
  ft: "field tested",
  ww: "well worn",
  bs: "battle scarred",
  st: "stattrak",
};

/** Ten hexadecimal digits that stand for a title where there is no room for it. */
export function titleRef(title: string): string {
  // Two FNV-1a hashes (draft-eastlake-fnv) of different offsets; equal refs only cost a choice.
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (const byte of new TextEncoder().encode(title)) {
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x01000193) ^ high >>> 15;
  }
  return hex(high) + hex(low).slice(-2);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** Text as it is compared: lower case, marks and punctuation are spaces. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/**
 * The entries whose title `text` means, best first: those named exactly where there are any,
 * otherwise those that have every word, or its beginning, the shortest title first. `#` and a
 * {@link titleRef} name a title as well. An empty text means none.
 */
export function searchTitles<T extends { readonly title: string }>(
  known: readonly T[],
  text: string,
): readonly T[] {
  if (text.startsWith("#")) return known.filter(({ title }) => titleRef(title) === text.slice(1));
  const wanted = plain(text);
  if (wanted === "") return [];
  const exact = known.filter(({ title }) => title === text);
  if (exact.length > 0) return exact;
  const alike = known.map((entry) => ({ entry, words: plain(entry.title) }));
  const same = alike.filter(({ words }) => words === wanted);
  if (same.length > 0) return same.map(({ entry }) => entry);
  const parts = wanted.split(" ");
  return alike
    .filter(({ words }) => parts.every((part) => hasWord(words, part)))
    .sort((a, b) => a.words.length - b.words.length || (a.words < b.words ? -1 : 1))
    .map(({ entry }) => entry);
}

/** Whether a word of `words` begins with `part`, or `part` is short for something in them. */
function hasWord(words: string, part: string): boolean {
  if (` ${words}`.includes(` ${part}`)) return true;
  const long = Object.hasOwn(SHORT_FORMS, part) ? SHORT_FORMS[part] : undefined;
  return long !== undefined && words.includes(long);
}
