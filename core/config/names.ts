/** How many single-character edits still count as a slip of the finger, in the longest names. */
const MAX_EDITS = 3;
/** Where a name has fewer letters of its own than this per edit, it is another name. */
const LETTERS_PER_EDIT = 3;
const PREFIX = /^(?:MARKETD|DMARKET|TELEGRAM)_/;

/**
 * The known name nearest to `name` (insert, delete, replace, swap of neighbours: one edit for every
 * three letters after the prefix, three at the most), or null when none is near.
 */
export function nearestName(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  const letters = name.replace(PREFIX, "").length;
  const mostEdits = Math.min(MAX_EDITS, Math.max(1, Math.floor(letters / LETTERS_PER_EDIT)));
  let bestEdits = mostEdits + 1;
  for (const candidate of known) {
    const edits = editDistance(name, candidate);
    if (edits < bestEdits) [best, bestEdits] = [candidate, edits];
  }
  return best;
}

/** Optimal string alignment distance (Damerau–Levenshtein without repeated swaps). */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_EDITS) return MAX_EDITS + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, at(beforeLast, j - 2) + 1);
      row.push(edits);
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
