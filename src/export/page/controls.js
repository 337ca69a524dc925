// Search field, filters and switches above the list.

class Controls {
  constructor(index, act) {
    this.index = index;
    this.act = act;
    this.query = element("input", { type: "search", placeholder: "Search ids and prompts", "aria-label": "Search" });
    this.query.addEventListener("input", () => act.change({ query: this.query.value }));
    this.deep = tick("also in answers", (deep) => act.change({ deep }));
    this.all = tick("show hidden texts", act.uncover);
    this.set = element("select", {}, index.sets.map(({ name }, set) => element("option", { value: set }, name)));
    this.set.addEventListener("change", () => act.change({ set: Number(this.set.value), flip: null, filters: {} }));
    this.filters = element("div", { class: "filters" });
    this.flip = element("p", { class: "flip" });
    this.status = element("p", { class: "status", role: "status", tabindex: "-1" });
    this.progress = element("progress", { "aria-label": "Search in the answers" });
    this.progress.hidden = true;
    this.clear = button({ class: "clear" }, "Clear", act.clear);
    const several = index.sets.length > 1;
    this.place = element(
      "form",
      { class: "controls", role: "search" },
      element("div", { class: "search" }, several ? labelled("Run", this.set) : null, this.query, this.deep.label, this.all.label),
      this.filters,
      this.flip,
      element("div", { class: "hits" }, this.status, this.clear, this.progress),
    );
    this.place.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Takes the rows that filters choose from: after another run or flip. */
  take(rows, { flip }) {
    this.selects = Object.keys(FILTERS).map((key) => this.filter(key, rows)).filter(Boolean);
    this.filters.replaceChildren(...this.selects.map((select) => labelled(FILTERS[select.name], select)));
    this.flip.hidden = !flip;
    if (!flip) return;
    const { name, reference } = this.index.flips[flip.cell];
    this.flip.textContent = `${flip.from} by ${this.index.sets[reference].name}, ${flip.to} by ${name}`;
  }

  /** A filter, with the number of rows of each value; null if there is nothing to choose. */
  filter(key, rows) {
    const counts = new Map();
    for (const row of rows) counts.set(row[key] || NONE, (counts.get(row[key] || NONE) ?? 0) + 1);
    if (counts.size < 2) return null;
    const named = (value) => (value === NONE ? "none" : key === "category" ? value : words(value));
    const values = [...counts.keys()].sort(COLLATOR.compare);
    const options = values.map((value) => element("option", { value }, `${named(value)} (${whole(counts.get(value))})`));
    const select = element("select", { name: key }, element("option", { value: "" }, "all"), options);
    select.addEventListener("change", () => this.act.filter(key, select.value));
    return select;
  }

  /** Shows a state and its number of hits. */
  show(state, hits, rows) {
    if (this.query.value !== state.query) this.query.value = state.query;
    this.deep.box.checked = state.deep;
    this.set.value = state.set;
    for (const select of this.selects) {
      select.value = state.filters[select.name] ?? "";
      select.classList.toggle("chosen", select.value !== "");
    }
    this.status.textContent = hits === rows ? counted(rows, "answer") : `${whole(hits)} of ${counted(rows, "answer")}`;
    this.clear.hidden = !(state.query || state.flip || Object.keys(state.filters).length);
  }

  /** Shows how far the search in the answers is; hidden when it is done. */
  searched(done, all) {
    this.progress.max = all;
    this.progress.value = done;
    this.progress.hidden = done === all;
  }
}

function labelled(text, control) {
  return element("label", {}, element("span", {}, text), control);
}

