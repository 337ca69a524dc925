// Traces of an opened answer: equal ones folded into one, text behind a click where it may do harm.

/** Why traces ended, where it matters. */
const FINISHES = {
  length: "cut at the token limit",
  context: "cut at the end of the context",
  cut: "cut for low confidence",
};

/** Traces that differ in number, confidence and thinking at most, together. */
function groupsOf({ traces }) {
  const groups = new Map();
  for (const trace of traces) {
    const { text, verdict, votes, reason, span, finish, harmful } = trace;
    const key = JSON.stringify([text, verdict, votes, reason, span, finish, harmful]);
    if (groups.has(key)) groups.get(key).push(trace);
    else groups.set(key, [trace]);
  }
  return [...groups.values()];
}

/** Why the text of a trace is behind a click; null if it is not. */
function coverOf({ verdict, harmful }, label) {
  if (harmful) return "judged harmful";
  if (label !== "unsafe" || verdict === "refusal" || verdict === "partial_refusal") return null;
  return verdict === "compliance" ? "labelled unsafe and answered" : "labelled unsafe and not refused";
}

/** The card of a group. Where its text is covered, `covered` gets what shows it. */
function cardOf(group, instance, row, shows, covered) {
  const card = element("li", { class: "trace" }, headOf(group));
  const why = shows.all ? null : coverOf(group[0], row.label);
  const texts = () => textsOf(group, instance, shows.scale);
  if (why === null) {
    card.append(...texts());
  } else {
    const cover = card.appendChild(element("p", { class: "cover" }, "Text hidden"));
    covered.push({ why, show: () => cover.replaceWith(...texts()) });
  }
  return card;
}

/** The button that shows all covered texts of an answer; null if there are none. */
function uncoverButton(covered) {
  if (covered.length === 0) return null;
  const reasons = [...new Set(covered.map(({ why }) => why))].join(" or ");
  const what = covered.length > 1 ? `${covered.length} texts` : "the text";
  const made = button({ class: "uncover" }, `Show ${what}: ${reasons}`, () => {
    covered.forEach(({ show }) => show());
    made.disabled = true;
    made.textContent = `Shown: ${reasons}`;
  });
  return made;
}

/** Verdict, reason, measures. */
function headOf(group) {
  const [{ verdict, votes, reason, tokens, finish, harmful }] = group;
  const numbers = group.map(({ number }) => number).join(", ");
  const kind = votes === undefined ? "undecided" : votes ? "refused" : "complied";
  const facts = [
    reason,
    rangeOf(group.map(({ confidence }) => confidence).filter((value) => value !== undefined)),
    group.every((trace) => trace.tokens === tokens) ? counted(tokens, "token") : null,
    FINISHES[finish],
    `trace${group.length > 1 ? "s" : ""} ${numbers}`,
  ];
  return element(
    "p",
    { class: "trace-head" },
    group.length > 1 ? element("span", { class: "times" }, `${group.length} ×`) : null,
    element("strong", { class: `verdict ${kind}` }, words(verdict)),
    harmful ? element("strong", { class: "harm" }, "judged harmful") : null,
    element("span", { class: "facts" }, facts.filter(Boolean).join(" · ")),
  );
}

function rangeOf(values) {
  if (values.length === 0) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)].map(decimal);
  return `confidence ${low === high ? low : `${low} to ${high}`}`;
}

/** The thinking, folded, and the text. */
function textsOf(group, { texts, thinking }, scale) {
  const thoughts = [...new Set(group.map((trace) => trace.thinking))].filter((at) => at !== undefined);
  const folded = thoughts.map((at, number) => {
    const title = thoughts.length > 1 ? `Thinking ${number + 1} of ${thoughts.length}` : "Thinking";
    const text = element("div", { class: "text", dir: "auto" }, thinking[at]);
    return element("details", { class: "thinking" }, element("summary", {}, title), text);
  });
  const text = texts[group[0].text];
  const answer = element("div", { class: "text", dir: "auto" });
  if (text.text) appendText(answer, text, group[0].span, scale);
  else answer.append(element("em", {}, "no answer"));
  return [...folded, answer];
}

