// Sorts a table that is whole on its page by a click on a heading. Without this script it stands as the query has it.
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

for (const table of document.querySelectorAll("table.rows[data-whole]")) {
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
      body.append(...(order === "none" ? asked : keyed.sort(compare).map((one) => one.row)));
    });
  });
}
