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

/** A field above a table: only rows that have its words, in any order and whatever their case, stay. */
function narrowable(table) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length <= FEW) return;
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.type = "search";
  label.append("Only rows with ", field);
  const line = document.createElement("p");
  line.className = "narrow";
  const told = document.createElement("output");
  line.append(label, " ", told);
  table.parentElement.before(line);
  field.addEventListener("input", () => {
    const words = field.value.toLocaleLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    told.textContent = shown === rows.length ? "" : `${shown} of ${rows.length}`;
  });
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
