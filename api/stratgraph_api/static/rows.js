// Sorts a table that is whole on its page by a click on a heading, and leaves out rows without words that are typed.
// Without this script it stands as the query has it.
const ORDERS = { none: "ascending", ascending: "descending", descending: "none" };

function keyOf(cell, isNumber) {
  const text = cell.textContent.trim();
  if (cell.querySelector(".none")) return null;
  return isNumber ? Number(cell.querySelector("span").textContent) : text;
}

function compare(one, other) {
  // What is not bound comes last, in either order.
  if (one.key === null || other.key === null) return (one.key === null) - (other.key === null);
  const found = typeof one.key === "number"
    ? one.key - other.key
    : one.key.localeCompare(other.key, undefined, { numeric: true });
  return found * one.sign;
}

const FEW = 10;
const MOST_VALUES = 8;
const LONGEST = 40;
const NARROWED = /^\d+ of \d+ rows: /;

/** What a cell shows, without what stands below it. */
function valueOf(cell) {
  return (cell.querySelector("a, span") ?? cell).textContent.trim();
}

/** The values of a column with how many rows have each, the most frequent first, numbers by their size; empty where they are many or long. */
function countsOf(rows, place) {
  const counts = new Map();
  for (const row of rows) {
    const value = valueOf(row.cells[place]);
    if (value.length > LONGEST) return [];
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const isFew = counts.size > 1 && counts.size <= MOST_VALUES && counts.size <= rows.length / 2;
  const isNumber = [...counts.keys()].every((value) => value !== "" && Number.isFinite(Number(value)));
  return isFew ? [...counts].sort((one, other) => (isNumber ? one[0] - other[0] : other[1] - one[1])) : [];
}

/** Above a long table: a field for words that rows are to have, and the values of columns that have few. */
function narrowable(table) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length <= FEW) return;
  const chosen = new Map();
  const block = document.createElement("div");
  block.className = "narrow";
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.type = "search";
  label.append("Only rows with ", field);
  const told = document.createElement("output");
  block.append(label, told);
  const narrow = () => {
    const words = field.value.toLocaleLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      const isChosen = [...chosen].every(([place, value]) => valueOf(row.cells[place]) === value);
      row.hidden = !(isChosen && words.every((word) => text.includes(word)));
      shown += !row.hidden;
    }
    told.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} rows`;
    const title = document.title.replace(NARROWED, "");
    document.title = told.textContent ? `${told.textContent}: ${title}` : title;
  };
  field.addEventListener("input", narrow);
  [...table.tHead.rows[0].cells].forEach((heading, place) => {
    const counts = countsOf(rows, place);
    if (!counts.length) return;
    const group = document.createElement("span");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", heading.textContent);
    group.append(`${heading.textContent}:`);
    for (const [value, count] of counts) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.textContent = `${value} (${count})`;
      button.addEventListener("click", () => {
        const isOff = button.getAttribute("aria-pressed") === "true";
        for (const one of group.querySelectorAll("button")) one.setAttribute("aria-pressed", "false");
        button.setAttribute("aria-pressed", String(!isOff));
        if (isOff) chosen.delete(place);
        else chosen.set(place, value);
        narrow();
      });
      group.append(" ", button);
    }
    block.append(group);
  });
  table.parentElement.before(block);
}

function upgrade() {
  for (const table of document.querySelectorAll("table.rows[data-whole]:not(:has(th[aria-sort]))")) {
    narrowable(table);
    const body = table.tBodies[0];
    const asked = [...body.rows];
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      heading.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const order = ORDERS[heading.getAttribute("aria-sort")];
        for (const one of headings) one.setAttribute("aria-sort", "none");
        heading.setAttribute("aria-sort", order);
        const isNumber = heading.classList.contains("number");
        const sign = order === "descending" ? -1 : 1;
        const keyed = asked.map((row) => ({ row, sign, key: keyOf(row.cells[place], isNumber) }));
        const told = document.getElementById("told");
        told.textContent = order === "none" ? "In the order of the query" : `Sorted by ${button.textContent}, ${order}`;
        body.append(...(order === "none" ? asked : keyed.sort(compare).map((one) => one.row)));
      });
    });
  }
}

upgrade();
// An answer that the editor has put into the page has its table later.
addEventListener("shown", upgrade);
