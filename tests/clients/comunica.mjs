// Asks sources a query with Comunica, and prints the rows as JSON: node comunica.mjs QUERY SOURCE...
import { QueryEngine } from "@comunica/query-sparql";

const [query, ...sources] = process.argv.slice(2);
const found = await new QueryEngine().queryBindings(query, { sources: sources.map((one) => JSON.parse(one)) });
const rows = await found.toArray();
console.log(JSON.stringify(rows.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])))));
