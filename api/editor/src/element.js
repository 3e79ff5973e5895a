// <query-editor>: CodeMirror in a shadow root, where its styles are adopted and need nothing of the page's policy.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { complete } from "./completing.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.function(tags.name)], class: "keyword" },
  { tag: [tags.variableName, tags.special(tags.variableName)], class: "variable" },
  { tag: [tags.string, tags.number, tags.bool], class: "value" },
  { tag: [tags.namespace, tags.url, tags.atom, tags.labelName], class: "name" },
  { tag: tags.comment, class: "comment" },
]);

// The page's own colours reach into the shadow root as custom properties.
const look = EditorView.theme({
  "&": {
    color: "var(--ink)",
    backgroundColor: "var(--sheet)",
    border: "1px solid var(--control)",
    borderRadius: "3px",
    fontSize: ".875rem",
    margin: ".35rem 0 .8rem",
  },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "16rem", maxHeight: "34rem" },
  ".cm-content": { padding: ".6rem 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent", boxShadow: "inset 2px 0 var(--line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--line)",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--line)" },
  ".keyword": { color: "var(--accent)", fontWeight: "600" },
  ".variable": { color: "var(--ink)" },
  ".value": { color: "var(--link)" },
  ".name": { color: "var(--link)" },
  ".comment": { color: "var(--quiet)", fontStyle: "italic" },
  // Without the wavy line, which is a picture that the page's policy does not load.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline 2px var(--accent)" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--accent)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--sheet)", border: "1px solid var(--control)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "18rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--button-ink)", backgroundColor: "var(--button)" },
  ".cm-completionDetail": { fontStyle: "normal", fontFamily: "var(--sans)", marginLeft: "1rem", opacity: ".85" },
  ".cm-completionInfo": { padding: ".5rem .7rem", maxWidth: "26rem", whiteSpace: "pre-line", fontFamily: "var(--sans)" },
  ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--paper)" },
});

/** The editor in place of a textarea, whose value follows it. */
export class QueryEditor extends HTMLElement {
  #view;
  #textarea;

  /** Takes the place of a textarea, also of another one than before: what was typed, and can be undone, stays. */
  bind(textarea) {
    this.#textarea = textarea;
    textarea.hidden = true;
    textarea.required = false;
    textarea.before(this);
    this.#view ??= this.#open(textarea);
    this.#label(textarea);
    if (this.text !== textarea.value) this.text = textarea.value;
    this.#mark(textarea.dataset);
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  set text(text) {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  focus() {
    this.#view.focus();
  }

  #open(textarea) {
    const root = this.attachShadow({ mode: "open" });
    const run = () => {
      this.#textarea.form.requestSubmit();
      return true;
    };
    return new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: textarea.value,
        extensions: [
          Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of("  "),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          search({ top: true }),
          sparql(),
          syntaxHighlighting(colours),
          autocompletion({ override: [complete], icons: false }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap]),
          EditorView.lineWrapping,
          look,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            this.#textarea.value = this.text;
            this.dispatchEvent(new Event("input", { bubbles: true }));
          }),
        ],
      }),
    });
  }

  #label(textarea) {
    const label = textarea.labels[0];
    this.#view.contentDOM.setAttribute("aria-label", label ? label.textContent : "Query");
    if (label) label.onclick = () => this.focus();
  }

  /** Where the server says that something is wrong: line and column from 1, of characters. */
  #mark({ line, column, message, mend }) {
    const found = [];
    const { doc } = this.#view.state;
    if (line && Number(line) <= doc.lines) {
      const whole = doc.line(Number(line));
      const before = [...whole.text].slice(0, Number(column || 1) - 1).join("").length;
      const from = Math.min(whole.from + before, whole.to);
      const word = /^[\w?$:]+|^./u.exec(whole.text.slice(from - whole.from));
      const to = word ? from + word[0].length : from;
      found.push({ from: from === to ? whole.from : from, to, severity: "error", message: mend ? `${message} ${mend}` : message });
    }
    this.#view.dispatch(setDiagnostics(this.#view.state, found));
    if (found.length) {
      this.#view.dispatch({ selection: { anchor: found[0].from }, scrollIntoView: true });
    }
  }
}

customElements.define("query-editor", QueryEditor);
