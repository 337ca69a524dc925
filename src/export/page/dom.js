// Elements and words. Text from outside goes through text nodes only, so it never becomes markup.

/** Makes an element. A child is a node, a text, or nothing (null); an attribute that is null is left out. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** A button that does something. */
function button(attributes, text, action) {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", action);
  return made;
}

/** A box to tick, and its label. */
function tick(text, action) {
  const box = element("input", { type: "checkbox" });
  box.addEventListener("change", () => action(box.checked));
  return { box, label: element("label", { class: "tick" }, box, text) };
}

/** A name of the report in words: over_refusal becomes over-refusal. */
function words(name) {
  return name === "over_refusal" ? "over-refusal" : name.replaceAll("_", " ");
}

const WHOLE = new Intl.NumberFormat("en");

function whole(number) {
  return WHOLE.format(number);
}

/** A number with its noun: 1 answer, 2 answers. */
function counted(number, noun) {
  return `${whole(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** A measure, as the table without scripts writes it. */
function decimal(value) {
  if (value === null) return "–";
  return Math.abs(value) < 10 ? value.toFixed(3) : value.toFixed(2);
}

