/** Figures: what was measured, what it must reach, and how both are shown. */

/** One row of the table; the key in the JSON is `what`. */
export interface Figure {
  readonly what: string;
  readonly reach: string;
  /** One word for people: the ratio or number that is judged. */
  readonly got: string;
  readonly met: boolean;
  /** Every number behind it, units in the names. */
  readonly values: Readonly<Record<string, number>>;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Theil–Sen: the median of the slopes between any two points, no two of them at the same x. */
export function medianSlope(points: readonly (readonly [number, number])[]): number {
  const slopes = points.flatMap(([x, y], index) =>
    points.slice(index + 1).map(([laterX, laterY]) => (laterY - y) / (laterX - x))
  );
  return median(slopes);
}

/** Three significant digits are all a bench on a shared machine can mean. */
export function rounded(value: number): number {
  return Number.isInteger(value) || !Number.isFinite(value) ? value : Number(value.toPrecision(3));
}

export function times(ratio: number): string {
  return `${rounded(ratio)}×`;
}

export function renderFigures(figures: readonly Figure[]): string {
  return figures.map(({ what, reach, got, met, values }) => {
    const numbers = Object.entries(values).map(([name, value]) => `${name} ${rounded(value)}`);
    return `${met ? "met   " : "MISSED"} ${what}\n       ${got} (reach ${reach})\n       ${
      numbers.join(" · ")
    }\n`;
  }).join("");
}
