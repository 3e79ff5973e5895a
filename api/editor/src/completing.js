// What may stand at the cursor: terms of this snapshot from one document, things by the words of their labels.
import { snippetCompletion } from "@codemirror/autocomplete";

const KEYWORDS = [
  "SELECT", "DISTINCT", "WHERE", "FILTER", "OPTIONAL", "UNION", "MINUS", "BIND", "VALUES", "GRAPH", "GROUP BY",
  "ORDER BY", "DESC", "ASC", "HAVING", "LIMIT", "OFFSET", "CONSTRUCT", "DESCRIBE", "ASK", "PREFIX", "FROM", "FROM NAMED",
  "EXISTS", "NOT EXISTS", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "COALESCE", "IF", "BOUND", "STR",
  "LANG", "LANGMATCHES", "DATATYPE", "STRLEN", "SUBSTR", "UCASE", "LCASE", "STRSTARTS", "STRENDS", "CONTAINS",
  "STRBEFORE", "STRAFTER", "REPLACE", "REGEX", "CONCAT", "YEAR", "isIRI", "isLiteral", "IN", "NOT IN",
];
const SKELETONS = [
  snippetCompletion("SELECT ?${thing} ?${value}\nWHERE {\n  ?${thing} a ${class} ;\n    ${property} ?${value} .\n}", {
    label: "SELECT … WHERE { … }",
    type: "keyword",
  }),
];

const root = document.querySelector("link[rel=stylesheet]").getAttribute("href").replace(/\/static\/.*/u, "");
let terms;

/** The document of completions, asked for once a page. */
async function known() {
  terms ??= fetch(`${root}/completions`).then((response) => (response.ok ? response.json() : empty()), empty);
  return terms;
}

function empty() {
  return { prefixes: {}, classes: [], properties: [], graphs: [] };
}

/** A source of CodeMirror's autocompletion. */
export async function complete(context) {
  const thing = context.matchBefore(/<[^<>\n]*/u);
  if (thing) return things(context, thing);
  const word = context.matchBefore(/[\p{L}?$_][\p{L}\p{N}_-]*(:[\p{L}\p{N}_.-]*)?|:/u);
  if (!word && !context.explicit) return null;
  const from = word ? word.from : context.pos;
  const text = context.state.doc.toString();
  if (word && /^[?$]/u.test(word.text)) {
    const names = new Set(text.match(/[?$][\p{L}\p{N}_]+/gu));
    names.delete(word.text);
    return { from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$][\p{L}\p{N}_]*$/u };
  }
  const document = await known();
  const place = placeAt(text.slice(0, from));
  const declared = prefixesOf(text);
  const options = [...offered(document, place, text)].map((term) => asOption(term, document, declared));
  if (place.part !== "class") options.push(...SKELETONS, ...KEYWORDS.map((label) => ({ label, type: "keyword", boost: -50 })));
  const others = word?.text.includes(":") ? [] : Object.entries(document.prefixes);
  for (const [name, iri] of others) {
    options.push({ label: `${name}:`, detail: iri, type: "namespace", boost: -60, apply: applied(`${name}:`, name, iri, declared) });
  }
  return { from, options, validFor: /^[\p{L}\p{N}_:.-]*$/u };
}

/** Terms for the place: classes after "a", and properties of the subject's class where that is said. */
function* offered(document, place, text) {
  if (place.part === "class") {
    yield* document.classes.map((term) => ({ ...term, kind: "class" }));
    return;
  }
  if (place.part === "property") {
    const [name] = new RegExp(`${escaped(place.subject)}\\s+(?:a|rdf:type)\\s+([\\w-]+:[\\w.-]+|<[^>]*>)`, "u").exec(text)?.slice(1) ?? [];
    const its = document.classes.find((one) => one.name === name || `<${one.iri}>` === name);
    const about = new Map(document.properties.map((one) => [one.iri, one]));
    if (its) {
      for (const used of its.properties) yield { ...about.get(used.iri), ...used, kind: "property", boost: 10 };
      const there = new Set(its.properties.map((one) => one.iri));
      yield* document.properties.filter((one) => !there.has(one.iri)).map((one) => ({ ...one, kind: "property" }));
      return;
    }
  }
  yield* document.properties.map((term) => ({ ...term, kind: "property" }));
  yield* document.classes.map((term) => ({ ...term, kind: "class" }));
}

/** Which part of a statement stands next, as far as the text before tells; and its subject. */
function placeAt(before) {
  const plain = before
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/gu, '""')
    .replace(/<[^<>\s]*>/gu, (iri) => iri.replace(/[.;,{}#]/gu, "_"))
    .replace(/#[^\n]*/gu, "");
  const statement = plain.split(/[{}]|\.(?=\s|$)/u).at(-1);
  const words = statement.trim().split(/\s+/u).filter(Boolean);
  const last = words.at(-1);
  if (last === "a" || last === "rdf:type") return { part: "class" };
  const subject = words[0] ?? "";
  const since = statement.split(";").at(-1).trim().split(/\s+/u).filter(Boolean);
  const isFirst = !statement.includes(";");
  if (/^[?$<]|:/u.test(subject) && since.length === (isFirst ? 1 : 0)) return { part: "property", subject };
  return { part: "" };
}

function asOption(term, document, declared) {
  const [prefix] = term.name.split(":");
  const iri = document.prefixes[prefix];
  const figures = [];
  if (term.rule) figures.push(term.rule);
  if (term.kind === "class") figures.push(`${term.count.toLocaleString()} in this store`);
  else if (term.of) figures.push(`${term.count.toLocaleString()} of ${term.of.toLocaleString()} have it`);
  else if (term.count) figures.push(`in ${term.count.toLocaleString()} statements`);
  return {
    label: term.name,
    detail: [term.label, term.isRequired ? "required" : "", term.atMostOne ? "one at most" : ""].filter(Boolean).join(", "),
    info: [term.definition, ...figures].filter(Boolean).join("\n\n") || undefined,
    type: term.kind,
    boost: term.boost ?? 0,
    apply: iri ? applied(term.name, prefix, iri, declared) : `<${term.iri}>`,
  };
}

function prefixesOf(text) {
  return new Set([...text.matchAll(/^\s*PREFIX\s+([\w-]*):/gimu)].map((found) => found[1]));
}

/** Puts a name in, and declares its prefix at the head of the query where it is not declared. */
function applied(name, prefix, iri, declared) {
  if (declared.has(prefix)) return name;
  return (view, _option, from, to) => {
    const head = `PREFIX ${prefix}: <${iri}>\n`;
    view.dispatch({
      changes: [{ from: 0, insert: head }, { from, to, insert: name }],
      selection: { anchor: head.length + from + name.length },
    });
  };
}

/** Things by the words of their labels, between angle brackets. */
async function things(context, typed) {
  const words = typed.text.slice(1).trim();
  if (words.length < 2 || words.includes("://")) return null;
  const response = await fetch(`${root}/reconcile/suggest/entity?prefix=${encodeURIComponent(words)}`);
  if (!response.ok || context.aborted) return null;
  const { result } = await response.json();
  const end = context.state.sliceDoc(context.pos, context.pos + 1) === ">" ? context.pos + 1 : context.pos;
  return {
    from: typed.from,
    to: end,
    filter: false,
    options: result.map((one) => ({ label: one.name, detail: one.description ?? "", type: "thing", apply: `<${one.id}>` })),
  };
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&");
}
