// Links from the rest of the page into the answers: points of charts, counts, cells of a matrix.

const LINKS = "[data-instance], [data-filter], [data-flip]";

function connectLinks(viewer) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(LINKS);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const state = stateFor(link.dataset, viewer);
    if (!state) return;
    event.preventDefault();
    viewer.go(state, true);
    const { list, controls } = viewer;
    (list.openRow() ?? viewer.place).scrollIntoView();
    (list.openRow()?.querySelector("button") ?? controls.status).focus({ preventScroll: true });
  });
  // Links and buttons are reached by keyboard; other elements become buttons.
  for (const link of document.querySelectorAll(LINKS)) {
    if (link.matches("a[href], button")) continue;
    link.setAttribute("tabindex", "0");
    link.setAttribute("role", "button");
    link.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    });
  }
}

/** What a link shows; null if there is no such thing. */
function stateFor({ instance, filter, flip, set }, { state, index }) {
  const base = { ...start(), set: Number(set ?? 0) };
  if (flip !== undefined) {
    const to = flipOf(flip, index);
    return to && { ...base, flip: to, set: index.flips[to.cell].set };
  }
  const rows = index.sets[base.set] ? rowsOf(index, base.set) : [];
  if (instance !== undefined) {
    // The reader's filters stay, if the answer is of the run they are for.
    const from = state.set === base.set && !state.flip ? state : base;
    return rows[instance] ? { ...from, open: Number(instance) } : null;
  }
  const filters = filterFor(filter, rows);
  return filters && { ...base, filters };
}

/** The filter for a name that one of the columns has, or for column=name. */
function filterFor(text, rows) {
  const [, column, name] = /^(\w+)=(.*)$/s.exec(text) ?? [null, null, text];
  const has = (key) => (column === null || column === key) && rows.some((row) => row[key] === name);
  const key = Object.keys(FILTERS).find(has);
  return key ? { [key]: name } : null;
}

