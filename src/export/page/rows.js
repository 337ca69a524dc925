// Rows of the index: which ones are shown, and in which order.

/** Quadrants, most telling first. */
const QUADRANTS = ["uncertain_compliance", "confident_compliance", "uncertain_refusal", "confident_refusal"];

/** In an address: the rows without a value. */
const NONE = "-";

const cachedRows = new Map();

/** The rows of a run. */
function rowsOf(index, set) {
  if (!cachedRows.has(set)) cachedRows.set(set, makeRows(index, set));
  return cachedRows.get(set);
}

function makeRows(index, set) {
  const { instances } = index;
  const run = index.sets[set];
  const named = (column, at) => column.names[column.codes[at]] ?? null;
  return run.instance.map((instance, number) => ({
    set,
    number,
    instance,
    id: instances.id[instance],
    prompt: instances.prompt[instance],
    label: named(instances.label, instance),
    category: named(instances.category, instance),
    decision: named(run.decision, number),
    outcome: named(run.outcome, number),
    quadrant: named(run.quadrant, number),
    stop: named(run.stop, number),
    confidence: run.confidence[number],
    share: run.share[number],
    agree: run.agree[number],
    votes: run.votes[number],
    traces: run.traces[number],
    why: run.why[number],
    reference: null,
  }));
}

/** The rows of the run that is shown; with a flip, those that changed that way, each with its reference. */
function candidates(index, state) {
  const rows = rowsOf(index, state.set);
  if (!state.flip) return rows;
  const { cell, from, to } = state.flip;
  const reference = new Map(rowsOf(index, index.flips[cell].reference).map((row) => [row.instance, row]));
  return rows
    .filter((row) => row.decision === to && reference.get(row.instance)?.decision === from)
    .map((row) => ({ ...row, reference: reference.get(row.instance) }));
}

/** A pattern that finds these words in any case and with any white space between them; null for none. */
function patternOf(query) {
  const text = query.trim().replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+");
  return text ? new RegExp(text, "iu") : null;
}

/** Rows that pass filters and search, sorted. `found` has the numbers of rows whose answers match. */
function select(rows, state, found) {
  const filters = Object.entries(state.filters);
  const pattern = patternOf(state.query);
  const passes = (row) => filters.every(([key, value]) => (row[key] || NONE) === value);
  const matches = (row) => !pattern || pattern.test(row.prompt) || pattern.test(row.id) || found.has(row.number);
  return sorted(rows.filter((row) => passes(row) && matches(row)), state.sort, state.down);
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** What a row is sorted by: a number or a text; null comes last either way. */
const SORT_VALUES = {
  quadrant: (row) => (row.quadrant ? QUADRANTS.indexOf(row.quadrant) : null),
  votes: (row) => (row.votes ? row.agree / row.votes : null),
};

function sorted(rows, key, down) {
  const value = SORT_VALUES[key] ?? ((row) => row[key]);
  const last = (one, other) => (one === null) - (other === null);
  const order = (one, other) => (typeof one === "string" ? COLLATOR.compare(one, other) : one - other);
  const compare = (one, other) =>
    last(value(one), value(other)) ||
    (value(one) !== null && order(value(one), value(other)) * (down ? -1 : 1)) ||
    (one.confidence ?? Infinity) - (other.confidence ?? Infinity) ||
    one.number - other.number;
  return rows.sort(compare);
}

