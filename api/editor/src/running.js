// A form of a query is answered in its page: run, stop, and what was asked before on this machine.
import { QueryEditor } from "./element.js";
import { remember, showHistory } from "./history.js";

let editor;
let running;

/** Gives the form of a query on this page its editor, where there is one. */
export function upgradeForms() {
  const form = document.querySelector("form.ask");
  if (!form) return;
  const textarea = form.elements.namedItem("query");
  editor ??= new QueryEditor();
  editor.bind(textarea);
  showHistory(form, editor);
  form.addEventListener("submit", (event) => {
    if (running) {
      event.preventDefault();
      running.abort();
    } else if (form.elements.namedItem("format").value === "html") {
      event.preventDefault();
      run(form);
    }
  });
}

async function run(form) {
  const button = form.querySelector("button");
  const words = button.textContent;
  const fields = new FormData(form);
  fields.delete("format");
  const address = `${form.action}?${new URLSearchParams(fields)}`;
  running = new AbortController();
  button.textContent = "Stop";
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: running.signal });
    show(await response.text(), address);
    remember(fields.get("query"), document.getElementById("answer-title")?.textContent ?? `Error ${response.status}`);
  } catch (error) {
    if (error.name !== "AbortError") form.submit(); // without the script the browser says what is the matter
  } finally {
    running = undefined;
    button.textContent = words;
  }
}

/** The page that came, in place of this one; the editor stays, with what can be undone in it. */
function show(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  if (location.href !== address) history.pushState(null, "", address);
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  upgradeForms();
  editor.focus();
}

addEventListener("popstate", () => location.reload());
