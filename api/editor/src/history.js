// What was asked on this machine, and what was not asked yet: kept by the browser, told to nobody.
const HISTORY = "stratgraph.asked";
const DRAFT = "stratgraph.draft";
const MOST = 30;

function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise; // a browser may keep nothing, or something else
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing has no history.
  }
}

/** Keeps a query that was run, with what came of it. */
export function remember(query, outcome) {
  const others = read(HISTORY, []).filter((one) => one.query !== query);
  write(HISTORY, [{ query, outcome, at: new Date().toISOString() }, ...others].slice(0, MOST));
  write(DRAFT, "");
}

/** Lists below a form what was asked; a click puts it into the editor. */
export function showHistory(form, editor) {
  editor.oninput = () => write(DRAFT, editor.text);
  const draft = read(DRAFT, "");
  const asked = read(HISTORY, []);
  if (!asked.length && (!draft || draft === editor.text)) return;
  const list = document.createElement("details");
  list.className = "asked";
  const summary = document.createElement("summary");
  summary.textContent = "Asked before on this machine";
  const items = document.createElement("ul");
  const add = (query, about) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "again";
    button.textContent = query.replace(/^\s*(PREFIX|BASE)[^\n]*\n/gimu, "").replace(/\s+/gu, " ").trim().slice(0, 100);
    button.onclick = () => {
      editor.text = query;
      editor.focus();
    };
    const note = document.createElement("span");
    note.className = "quiet";
    note.textContent = ` ${about}`;
    item.append(button, note);
    items.append(item);
  };
  if (draft && draft !== editor.text) add(draft, "not asked yet");
  for (const one of asked) add(one.query, `${one.outcome}, ${new Date(one.at).toLocaleString()}`);
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "again";
  forget.textContent = "Forget all of it";
  forget.onclick = () => {
    write(HISTORY, []);
    write(DRAFT, "");
    list.remove();
  };
  list.append(summary, items, forget);
  form.after(list);
}
