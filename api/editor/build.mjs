// Bundles src/ into one file that pages load; the same bytes for the same sources and lock, on any machine.
import { build } from "esbuild";

const [outfile = "../stratgraph_api/static/editor.js"] = process.argv.slice(2);

await build({
  entryPoints: ["src/main.js"],
  outfile,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "none",
  charset: "utf8",
  banner: {
    js: "/* Built from api/editor. With CodeMirror and Lezer, MIT, (c) Marijn Haverbeke and others; codemirror-lang-sparql, MIT. */",
  },
});
