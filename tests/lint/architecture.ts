/** `deno lint` plugin: keeps the rooms apart, effects at the edge, and everything small. */

import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ambientFault } from "./ambient.ts";
import { importFault } from "./rooms.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export const MAX_FILE_LINES = 500;
export const MAX_FUNCTION_LINES = 70;
export const MAX_PARAMETERS = 4;

type Rule = Deno.lint.Rule;
type Node = Deno.lint.Node;

/** Path from the root of the repository, or null for a file elsewhere. */
function pathOf(context: Deno.lint.RuleContext): string | null {
  const path = relative(ROOT, context.filename);
  return path.startsWith("..") ? null : path;
}

const importDirection: Rule = {
  create(context) {
    const path = pathOf(context);
    if (path === null) return {};
    const check = (node: Node, specifier: unknown) => {
      if (typeof specifier !== "string") return;
      const file = targetOf(path, specifier);
      const message = importFault(path, file ?? specifier, file !== null);
      if (message !== null) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => check(node, node.source?.value),
      ImportExpression(node) {
        if (node.source.type === "Literal") check(node, node.source.value);
      },
      TSImportType(node) {
        check(node, /^import\(\s*["']([^"']+)/.exec(context.sourceCode.getText(node))?.[1]);
      },
    };
  },
};

/** The file of ours that a specifier names, from the root; null for packages and built-ins. */
function targetOf(path: string, specifier: string): string | null {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  return specifier.startsWith(".") ? join(dirname(path), specifier) : null;
}

const noAmbient: Rule = {
  create(context) {
    const path = pathOf(context);
    if (path === null) return {};
    const reported = new Set<number>();
    const check = (node: Node, name: string) => {
      const message = ambientFault(path, name);
      // The shorthand `{ fetch }` is visited twice, as a name and as a value.
      if (message === null || reported.has(node.range[0])) return;
      reported.add(node.range[0]);
      context.report({ node, message });
    };
    return {
      MemberExpression(node) {
        const name = memberName(node);
        if (name !== null) check(node, name.replace(/^globalThis\./, ""));
      },
      NewExpression(node) {
        const isDate = node.callee.type === "Identifier" && node.callee.name === "Date";
        if (isDate && node.arguments.length === 0) check(node, "new Date()");
      },
      Identifier(node) {
        const parent = context.sourceCode.getAncestors(node).at(-1);
        if (parent !== undefined && isReference(node, parent)) check(node, node.name);
      },
    };
  },
};

function memberName(node: Deno.lint.MemberExpression): string | null {
  const { object, property } = node;
  const owner = object.type === "Identifier" ? object.name : null;
  const name = property.type === "Identifier" && !node.computed
    ? property.name
    : property.type === "Literal"
    ? String(property.value)
    : null;
  return owner === null || name === null ? null : `${owner}.${name}`;
}

/** Whether an identifier stands for a value, rather than naming a property, binding or type. */
function isReference(node: Deno.lint.Identifier, parent: Node): boolean {
  // The linter leaves out children that its own types promise, such as the id of a binding pattern.
  const is = (other: Node | null | undefined) => other?.range[0] === node.range[0];
  if (parent.type.startsWith("TS")) return parent.type === "TSAsExpression";
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || is(parent.object);
    case "Property":
      return is(parent.value) || parent.computed;
    case "VariableDeclarator":
    case "AssignmentPattern":
    case "PropertyDefinition":
      return !is("id" in parent ? parent.id : "left" in parent ? parent.left : parent.key);
    case "ArrowFunctionExpression":
      return is(parent.body);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "MethodDefinition":
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "ObjectPattern":
    case "ArrayPattern":
    case "RestElement":
    case "CatchClause":
    case "LabeledStatement":
      return false;
    default:
      return true;
  }
}

const noUnsafeSql: Rule = {
  create(context) {
    const path = pathOf(context);
    if (path === null || /^(?:tests\/|core\/db\/migrat)/.test(path)) return {};
    return {
      CallExpression(node) {
        const { callee } = node;
        const isUnsafe = callee.type === "MemberExpression" &&
          callee.property.type === "Identifier" && callee.property.name === "unsafe";
        if (!isUnsafe) return;
        const message = "unsafe() is for the migrator alone. Write the query as a tagged template";
        context.report({ node, message });
      },
    };
  },
};

type AnyFunction =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

const size: Rule = {
  create(context) {
    const path = pathOf(context);
    if (path === null) return {};
    const isTest = path.startsWith("tests/");
    const check = (node: AnyFunction) => {
      const lines = context.sourceCode.getText(node).split("\n").length;
      if (lines > MAX_FUNCTION_LINES) {
        const message = `Function is ${lines} lines long: at most ${MAX_FUNCTION_LINES} are read`;
        context.report({ node, message });
      }
      if (node.params.length > MAX_PARAMETERS) {
        const count = node.params.length;
        const message = `Function takes ${count} parameters: at most ${MAX_PARAMETERS}, ` +
          "then an options object";
        context.report({ node, message });
      }
    };
    return {
      Program(node) {
        const lines = context.sourceCode.text.trimEnd().split("\n").length;
        if (lines <= MAX_FILE_LINES) return;
        const message = `File is ${lines} lines long: at most ${MAX_FILE_LINES}`;
        context.report({ node, message });
      },
      ...(isTest ? {} : {
        FunctionDeclaration: check,
        FunctionExpression: check,
        ArrowFunctionExpression: check,
      }),
    };
  },
};

/** Rules are named `marketd/<name>` in reports and in ignore comments. */
const plugin: Deno.lint.Plugin = {
  name: "marketd",
  rules: {
    "import-direction": importDirection,
    "no-ambient": noAmbient,
    "no-unsafe-sql": noUnsafeSql,
    size,
  },
};
export default plugin;
