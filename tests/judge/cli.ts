/** `scan:judge`: scans the market of a scenario once and says what it makes of it. */

import { parseArgs } from "node:util";
import { type GameId, GAMES } from "@/core/domain/market.ts";
import { printerTo } from "@/core/market/dmarket/sim/print.ts";
import { parseScenario, ScenarioError } from "@/core/market/dmarket/sim/scenario.ts";
import { openMarket } from "./open_market.ts";
import { scanGame, type ScannedGame } from "./scan_once.ts";
import { type MatrixRow, matrixRows, matrixTable } from "./matrix.ts";
import { type GuardCounts, type Report, report, type Score } from "./score.ts";

const HELP = `scan:judge — scans a simulated market once and judges every title

  scan:judge --scenario FILE [--json] [--matrix]
      --scenario FILE  a marketd-scenario/1 file
      --json           one JSON object instead of tables
      --matrix         every guard against every listing, and beside it the naive rule

  Exit code 0: judged, 2: the file cannot be used.
`;

const EXIT_JUDGED = 0;
const EXIT_USAGE = 2;

/** What the command needs of the world. */
export interface CommandPorts {
  readonly readTextFile: (path: string) => Promise<string>;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Resolves to the exit code. */
export async function judgeCommand(
  args: readonly string[],
  ports: CommandPorts,
): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scenario: { type: "string" },
        json: { type: "boolean", default: false },
        matrix: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help === true || values.scenario === undefined) {
      (values.help === true ? ports.print : ports.complain)(HELP);
      return values.help === true ? EXIT_JUDGED : EXIT_USAGE;
    }
    const judged = await judgeScenario(await readScenario(values.scenario, ports));
    ports.print(values.json === true ? json(judged, values.matrix) : text(judged, values.matrix));
    return EXIT_JUDGED;
  } catch (error) {
    if (!isUsers(error)) throw error;
    ports.complain(`${error.message}\n`);
    return EXIT_USAGE;
  }
}

/** What was made of a scenario, as a whole and listing by listing. */
export interface Judged {
  readonly report: Report;
  readonly rows: readonly MatrixRow[];
}

/** Scans the scenario's games one after the other. Throws ScenarioError on a document that is none. */
export async function judgeScenario(document: unknown): Promise<Judged> {
  const scenario = parseScenario(document);
  const market = await openMarket({ scenario: document });
  try {
    const judged = new Map<GameId, ScannedGame>();
    for (const game of GAMES) {
      if (scenario.games[game] !== undefined) judged.set(game, await scanGame(market, game));
    }
    return { report: report(scenario, judged), rows: matrixRows(judged) };
  } finally {
    await market.close();
  }
}

async function readScenario(path: string, { readTextFile }: CommandPorts): Promise<unknown> {
  let content: string;
  try {
    content = await readTextFile(path);
  } catch (error) {
    throw new ScenarioError(`File must be readable: "${path}" is not`, { cause: error });
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ScenarioError(`File must be JSON: "${path}" is not (${reason})`, { cause: error });
  }
}

/** Errors that the caller can put right. */
function isUsers(error: unknown): error is Error {
  return error instanceof ScenarioError ||
    (error instanceof TypeError && "code" in error &&
      String(error.code).startsWith("ERR_PARSE_ARGS"));
}

function json({ report, rows }: Judged, withMatrix: boolean): string {
  const { titles, guards, precision, recall, ...more } = report;
  const plain = { titles, guards, precision, recall };
  return `${JSON.stringify(withMatrix ? { ...plain, ...more, rows } : plain)}\n`;
}

function text({ report, rows }: Judged, withMatrix: boolean): string {
  return withMatrix ? matrixTable(rows) : tables(report);
}

function tables({ titles, candidates, matrix, byKind, byLabel, contradictions }: Report): string {
  const accepted = titles.filter(({ verdict }) => verdict === "accepted");
  return [
    `${candidates} listings of ${titles.length} titles, ${accepted.length} titles accepted`,
    "",
    ...accepted.map(({ game, title, kinds, reasons }) =>
      `  ${game} ${title} (${kinds.join(", ")}): ${reasons.join("; ")}`
    ),
    "",
    row(["guard", "pass", "fail", "unknown"]),
    ...Object.entries(matrix).map(([guard, counts]) => guardRow(guard, counts)),
    "",
    row(["way out", "true +", "false +", "false -", "precision", "recall"]),
    ...Object.entries({ ...byKind, ...byLabel }).map(([name, score]) => scoreRow(name, score)),
    "",
    ...(contradictions.length === 0 ? [] : ["Against the truth of the scenario:", ""]),
    ...contradictions.map(({ game, title, kind, verdict, reasons }) =>
      `  ${verdict} ${game} ${title} (${kind}): ${reasons.join("; ")}`
    ),
    "",
  ].join("\n");
}

function guardRow(guard: string, { pass, fail, unknown }: GuardCounts): string {
  return row([guard, pass, fail, unknown]);
}

function scoreRow(name: string, score: Score): string {
  const { truePositives, falsePositives, falseNegatives, precision, recall } = score;
  return row([
    name,
    truePositives,
    falsePositives,
    falseNegatives,
    precision ?? "–",
    recall ?? "–",
  ]);
}

function row([name, ...cells]: readonly (string | number)[]): string {
  return `  ${String(name).padEnd(18)}${cells.map((cell) => String(cell).padStart(10)).join("")}`;
}

if (import.meta.main) {
  Deno.exit(
    await judgeCommand(Deno.args, {
      readTextFile: Deno.readTextFile,
      print: printerTo(Deno.stdout),
      complain: printerTo(Deno.stderr),
    }),
  );
}
