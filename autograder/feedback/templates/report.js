"use strict";
// Tables are sorted by their headings and searched in the box above them. Without this script all is there to be read.
const order = new Intl.Collator(undefined, {numeric: true, sensitivity: "base"});

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    if (heading.classList.contains("fixed")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach(other => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = row => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const rows = [...body.rows].map(row => [value(row), row]);
      const numbers = rows.every(([text]) => text === "" || !Number.isNaN(Number(text)));
      const last = text => text === "" ? -Infinity : Number(text);
      rows.sort(([a], [b]) => (numbers ? last(a) - last(b) || 0 : order.compare(a, b)) * (down ? -1 : 1));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

for (const search of document.querySelectorAll(".search")) {
  const table = document.getElementById(search.dataset.table);
  const input = search.querySelector("input"), count = search.querySelector("output");
  const rows = [...table.tBodies[0].rows].map(row => [row, row.textContent.toLowerCase()]);
  search.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every(word => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = words.length ? `${shown} of ${rows.length} shown` : "";
  });
}
