// A report's tables can be sorted, and stay so while one looks at other periods; everything else works without this.

const remembered = (name) => `deskbell/sorted/${name}`;

const value = (row, at) => {
  const cell = row.cells[at];
  return "order" in cell.dataset ? Number(cell.dataset.order) : cell.textContent.trim();
};

// Numbers before words, and what is empty last, whichever way it goes.
function compare(a, b, way) {
  if (a === "" || b === "") return (a === "") - (b === "");
  if (typeof a === typeof b) return way * (typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true }));
  return typeof a === "number" ? -1 : 1;
}

function sort(table, at, way) {
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((a, b) => compare(value(a, at), value(b, at), way));
  body.append(...rows);
  [...table.tHead.rows[0].cells].forEach((cell, i) => {
    if (i === at) cell.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
    else cell.removeAttribute("aria-sort");
  });
}

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const key = remembered(table.dataset.sorted);
  heads.forEach((cell, at) => {
    if (!cell.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = cell.textContent;
    button.addEventListener("click", () => {
      const first = cell.classList.contains("number") ? "descending" : "ascending";
      const now = cell.getAttribute("aria-sort");
      const way = now === null ? first : now === "ascending" ? "descending" : "ascending";
      sort(table, at, way === "ascending" ? 1 : -1);
      sessionStorage.setItem(key, JSON.stringify([at, way === "ascending" ? 1 : -1]));
    });
    cell.replaceChildren(button);
  });
  const [at, way] = JSON.parse(sessionStorage.getItem(key) ?? "[-1, 1]");
  if (at >= 0 && at < heads.length) sort(table, at, way);
}

document.querySelectorAll("table[data-sorted]").forEach((table) => { if (table.tBodies[0].rows.length > 1) sortable(table); });
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
