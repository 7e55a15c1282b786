/** Reads the report that `deno test --junit-path` writes. */

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** Tests marked as ignored, as `file: name`; those a filter left out are not among them. */
  readonly skipped: readonly string[];
}

const CASE =
  /<testcase name="([^"]*)" classname="([^"]*)"(?<ran> time="[^"]*")?[^>]*>(?<body>[^]*?)<\/testcase>/g;

/** Counts the cases of a report; steps are cases of their own. */
export function readReport(xml: string): TestReport {
  const skipped: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const { 1: name = "", 2: file = "", groups } of xml.matchAll(CASE)) {
    const body = groups?.["body"] ?? "";
    if (/<(?:failure|error)\b/.test(body)) failed += 1;
    else if (!body.includes("<skipped")) passed += 1;
    else if (groups?.["ran"] !== undefined) {
      skipped.push(`${unescape(file).replace(/^\.\//, "")}: ${unescape(name)}`);
    }
  }
  return { passed, failed, skipped };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&apos;": "'",
  "&gt;": ">",
  "&lt;": "<",
  "&quot;": '"',
};

function unescape(text: string): string {
  return text.replace(/&(?:amp|apos|gt|lt|quot);/g, (entity) => ENTITIES[entity] ?? entity);
}
