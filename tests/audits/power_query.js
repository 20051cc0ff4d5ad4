// Runs a Power Query (M) document: read by the parser of its maker, worked out by the few rules below, printed as lines.
// Excel alone has an interpreter. Whatever a document uses that is not here is an error, so that nothing passes unseen.
import { readFileSync } from "node:fs";
import { DefaultSettings, TaskUtils } from "@microsoft/powerquery-parser";

const functions = {
  "Web.Contents": async (address, options) => {
    const answer = await fetch(address, { headers: options.Headers });
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  },
  "Csv.Document": (content, options) => {
    if (options.Delimiter !== "," || options.Encoding !== 65001 || options.QuoteStyle !== "QuoteStyle.Csv")
      throw new Error("only UTF-8 with commas and quotes is known here");
    return lines(content.toString("utf8").replace(/^\uFEFF/, ""));
  },
  "Table.PromoteHeaders": ([head, ...rows]) =>
    rows.map((row) => Object.fromEntries(head.map((name, n) => [name, row[n]]))),
  "Table.TransformColumnTypes": (table, types) => types.reduce(typed, table),
  "Table.SelectColumns": (table, names) =>
    table.map((row) => Object.fromEntries(names.map((name) => [name, column(row, name)]))),
};
const constants = new Set(["Int64.Type", "QuoteStyle.Csv"]);

function lines(text) {
  const rows = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (!rows.length || rows.at(-1).ended) rows.push([]);
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    rows.at(-1).ended = end !== ",";
  }
  return rows.filter((row) => row.length > 1);
}

function column(row, name) {
  if (!(name in row)) throw new Error(`the table has no column ${name}`);
  return row[name];
}

function typed(table, [name, type]) {
  if (type !== "Int64.Type") throw new Error(`${type} is not known here`);
  return table.map((row) => {
    const text = column(row, name);
    if (!/^-?\d*$/.test(text)) throw new Error(`${text} is no whole number`);
    return { ...row, [name]: text === "" ? null : Number(text) };
  });
}

const each = (wrapper, then) => Promise.all(wrapper.elements.map((csv) => then(csv.node)));
const rules = {
  LiteralExpression: (node) => (node.literalKind === "Text" ? node.literal.slice(1, -1).replaceAll('""', '"') : Number(node.literal)),
  IdentifierExpression: ({ identifier: { literal } }, known) => {
    if (known.has(literal)) return known.get(literal);
    if (constants.has(literal)) return literal;
    throw new Error(`${literal} is not known here`);
  },
  ArithmeticExpression: async (node, known) => {
    if (node.operatorConstant.constantKind !== "&") throw new Error("only & is known here");
    return (await value(node.left, known)) + (await value(node.right, known));
  },
  ListExpression: (node, known) => each(node.content, (part) => value(part, known)),
  RecordExpression: async (node, known) =>
    Object.fromEntries(await each(node.content, async (pair) => [pair.key.literal, await value(pair.value, known)])),
  RecursivePrimaryExpression: async (node, known) => {
    const [invoked, ...more] = node.recursiveExpressions.elements;
    const called = functions[node.head.identifier.literal];
    if (!called || more.length) throw new Error(`${node.head.identifier.literal} is not known here`);
    return called(...(await each(invoked.content, (part) => value(part, known))));
  },
  LetExpression: async (node, known) => {
    const inner = new Map(known);
    for (const { node: pair } of node.variableList.elements) inner.set(pair.key.literal, await value(pair.value, inner));
    return value(node.expression, inner);
  },
};

async function value(node, known) {
  if (!rules[node.kind]) throw new Error(`${node.kind} is not known here`);
  return rules[node.kind](node, known);
}

const read = await TaskUtils.tryLexParse(DefaultSettings, readFileSync(process.argv[2], "utf8"));
if (read.resultKind !== "Ok") throw read.error;
for (const row of await value(read.ast, new Map())) console.log(Object.values(row).map((one) => one ?? "").join("\t"));
