// What is shown, and its form in the page's address: #i-17&set=1&q=word&decision=complied&sort=-confidence

/** Columns with a filter, and the headings of their controls. */
const FILTERS = {
  quadrant: "Quadrant",
  decision: "Decision",
  outcome: "Outcome",
  label: "Label",
  category: "Category",
  stop: "Stop reason",
};

/** Columns by which rows are sorted. */
const SORTED = ["quadrant", "id", "prompt", "decision", "outcome", "confidence", "share", "votes"];

/** Everything, most telling first. */
function start() {
  return { set: 0, filters: {}, query: "", deep: false, sort: "quadrant", down: false, flip: null, open: null };
}

function hashOf(state) {
  const parts = new URLSearchParams();
  if (state.flip) parts.set("flip", `${state.flip.cell}:${state.flip.from}:${state.flip.to}`);
  else if (state.set > 0) parts.set("set", state.set);
  if (state.query) parts.set("q", state.query);
  if (state.deep) parts.set("in", "answers");
  for (const [key, value] of Object.entries(state.filters)) parts.set(key, value);
  if (state.sort !== "quadrant" || state.down) parts.set("sort", (state.down ? "-" : "") + state.sort);
  const open = state.open === null ? [] : [`i-${state.open}`];
  return `#${[...open, ...(parts.size ? [parts] : [])].join("&").replaceAll("%3A", ":")}`;
}

/** The state of an address; null if the address is that of another part of the page. What makes no sense in
 * it is left out. */
function stateOf(hash, index) {
  const text = hash.replace(/^#/, "");
  if (text && !text.includes("=") && !/^i-\d+$/.test(text)) return null;
  const state = start();
  const parts = new URLSearchParams(text);
  state.flip = flipOf(parts.get("flip") ?? "", index);
  const set = Number(parts.get("set"));
  if (state.flip) state.set = index.flips[state.flip.cell].set;
  else if (index.sets[set]) state.set = set;
  state.query = parts.get("q") ?? "";
  state.deep = parts.get("in") === "answers";
  for (const key of Object.keys(FILTERS)) {
    if (parts.get(key)) state.filters[key] = parts.get(key);
  }
  const sort = (parts.get("sort") ?? "").replace(/^-/, "");
  if (SORTED.includes(sort)) Object.assign(state, { sort, down: parts.get("sort").startsWith("-") });
  const open = /^i-(\d+)(&|$)/.exec(text);
  if (open && Number(open[1]) < index.sets[state.set].instance.length) state.open = Number(open[1]);
  return state;
}

/** The parts of CELL:FROM:TO; null if there is no such cell. */
function flipOf(text, index) {
  const [, cell, from, to] = /^(\d+):(\w+):(\w+)$/.exec(text) ?? [];
  const known = index.flips[cell];
  return known && index.sets[known.set] && index.sets[known.reference] ? { cell: Number(cell), from, to } : null;
}

