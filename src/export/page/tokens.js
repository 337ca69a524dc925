// A text with its tokens in colour and the words where the judge saw a refusal marked.

/** Colours from the least confident tokens to the most confident ones, which have none. */
const COLOURS = 10;

/** The colour of a confidence, COLOURS for the lowest, 0 for none. */
function colourOf(steps, { low, high }) {
  if (steps >= high) return 0;
  return Math.min(COLOURS, Math.ceil(((high - steps) / (high - low)) * COLOURS));
}

/** Appends a text to an element. `span` has the first and the last unit of the marked words. */
function appendText(parent, text, span, scale) {
  const whole = text.text.length;
  const [from, to] = span ?? [whole, whole];
  appendPart(parent, text, 0, from, scale);
  if (span) appendPart(parent.appendChild(element("mark")), text, from, to, scale);
  appendPart(parent, text, to, whole, scale);
}

/** Appends the units from `from` to `to`, each token in an element of its own. */
function appendPart(parent, { text, pieces, steps }, from, to, scale) {
  let end = 0;
  pieces.forEach((piece, at) => {
    const first = Math.max(end, from);
    end += piece.length;
    const last = Math.min(end, to);
    if (first >= last) return;
    const title = `token confidence ${(steps[at] * scale.step).toFixed(1)}`;
    parent.append(element("span", { class: `t${colourOf(steps[at], scale)}`, title }, text.slice(first, last)));
  });
  if (pieces.length === 0) parent.append(text.slice(from, to));
}

/** The scale of the colours, in nats. */
function legend(scale) {
  const swatches = Array.from({ length: COLOURS + 1 }, (_, at) => element("i", { class: `t${COLOURS - at}` }));
  const nats = (steps) => (steps * scale.step).toFixed(1);
  return element(
    "span",
    { class: "legend" },
    `${nats(scale.low)} or less `,
    element("span", { class: "swatches", "aria-hidden": "true" }, swatches),
    ` ${nats(scale.high)} nats or more`,
  );
}

