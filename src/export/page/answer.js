// The opened answer: its prompt, what is known about it, and its traces.

/** What traces do, by their votes, and how the columns are headed. */
const VOTES = [
  ["complied", (trace) => trace.votes === false, "comply", "complies"],
  ["refused", (trace) => trace.votes === true, "refuse", "refuses"],
  ["undecided", (trace) => trace.votes === undefined, "have no vote", "has no vote"],
];

/** Builds the answer; with a reference, both of them side by side. `shows` says how texts are shown. */
async function openAnswer(row, index, shows, act) {
  const sides = row.reference ? [row.reference, row] : [row];
  const blocks = await Promise.all(sides.map(({ set, number }) => readBlock(set, Math.floor(number / index.block))));
  const instances = sides.map(({ number }, at) => blocks[at][number % index.block]);
  const texts = row.reference
    ? [element("div", { class: "columns" }, sides.map((side, at) => sideOf(side, instances[at], index, shows)))]
    : voteColumns(row, instances[0], shows);
  const coloured = instances.some(({ texts }) => texts.some(({ pieces }) => pieces > 0));
  return element(
    "div",
    { class: "answer", id: `answer-${row.number}` },
    element("p", { class: "prompt-text", dir: "auto" }, row.prompt),
    element("p", { class: "facts" }, factsOf(row, !row.reference)),
    coloured ? colours(index.scale, shows, act) : null,
    texts,
  );
}

function factsOf(row, why) {
  const facts = [
    row.label ? `labelled ${row.label}` : null,
    row.category,
    `stopped: ${words(row.stop)}`,
    why ? row.why : null,
  ];
  return facts.filter(Boolean).join(" · ");
}

/** The switch of the colours, and their scale. */
function colours(scale, shows, act) {
  const { box, label } = tick("colour tokens by confidence", act.colour);
  box.checked = shows.coloured;
  return element("div", { class: "colours" }, label, legend(scale));
}

/** A column for each kind of vote, so that a split vote is read side by side. */
function voteColumns(row, instance, shows) {
  const covered = [];
  const groups = groupsOf(instance);
  const columns = VOTES.map(([kind, has, many, one]) => {
    const of = groups.filter(([trace]) => has(trace));
    const traces = of.flat().length;
    if (traces === 0) return null;
    const title = element("h3", { class: kind }, `${traces} ${traces === 1 ? one : many}`);
    return element("section", {}, title, cardsOf(of, instance, row, shows, covered));
  });
  return [uncoverButton(covered), element("div", { class: "columns" }, columns)];
}

/** One of two runs' answers to the same prompt. */
function sideOf(row, instance, index, shows) {
  const covered = [];
  const cards = cardsOf(groupsOf(instance), instance, row, shows, covered);
  const facts = [`${row.decision}, ${row.agree} of ${row.votes}`, `confidence ${decimal(row.confidence)}`, row.why];
  return element(
    "section",
    {},
    element("h3", { class: row.decision }, index.sets[row.set].name),
    element("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    uncoverButton(covered),
    cards,
  );
}

function cardsOf(groups, ...rest) {
  return element("ol", { class: "traces" }, groups.map((group) => cardOf(group, ...rest)));
}

