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
  tell("Asking");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: running.signal });
    show(await response.text(), address);
    const outcome = document.getElementById("answer-title")?.textContent ?? `Error ${response.status}`;
    remember(fields.get("query"), outcome);
    tell(document.getElementById("problem-title")?.nextElementSibling?.textContent ?? outcome);
  } catch (error) {
    if (error.name === "AbortError") tell("Stopped");
    else form.submit(); // without the script the browser says what is the matter
  } finally {
    running = undefined;
    button.textContent = words;
  }
}

/** Says to who does not see the page what became of it; the place for that stays when the page is replaced. */
function tell(text) {
  document.getElementById("told").textContent = text;
}

/** The page that came, in place of this one; the editor stays, with what can be undone in it. */
function show(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  if (location.href !== address) history.pushState(null, "", address);
  document.title = page.title;
  const main = document.adoptNode(page.querySelector("main"));
  document.querySelector("main").replaceWith(main);
  // Its scripts do not run by themselves; one that is here already hears of what came.
  Promise.all([...main.querySelectorAll("script[src]")].map((one) => import(one.src))).then(() => dispatchEvent(new Event("shown")));
  upgradeForms();
  editor.focus();
}

addEventListener("popstate", () => location.reload());
