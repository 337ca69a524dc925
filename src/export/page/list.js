// The list of answers: a table with a page of rows.

/** Rows of a page. */
const ROWS = 50;

/** What a row shows of its prompt. */
const BEGINNING = /^.{0,160}/su;

/** Columns: what they are sorted by, heading, class. */
const COLUMNS = [
  ["quadrant", "Quadrant", "mark"],
  ["id", "Id", "id"],
  ["prompt", "Prompt", "prompt"],
  ["decision", "Decision", "decision"],
  ["outcome", "Outcome", "outcome"],
  ["confidence", "Confidence", "number"],
  ["share", "Vote share", "number"],
  ["votes", "Votes", "number"],
];

class List {
  constructor(act) {
    this.act = act;
    this.head = element("tr", { role: "row" });
    this.body = element("tbody", { role: "rowgroup" });
    this.body.addEventListener("click", (event) => this.click(event));
    this.body.addEventListener("keydown", (event) => this.moveFocus(event));
    this.back = button({}, "Previous", () => act.turn(this.page - 1));
    this.next = button({}, "Next", () => act.turn(this.page + 1));
    this.range = element("span");
    this.pages = element("nav", { class: "pages", "aria-label": "Pages of answers" }, this.back, this.range, this.next);
    const head = element("thead", { role: "rowgroup" }, this.head);
    this.table = element("table", { class: "list", role: "table", "aria-labelledby": "answers-title" }, head, this.body);
  }

  /** Takes the rows that there are: a column without values is left out. */
  take(rows) {
    this.columns = COLUMNS.filter(([key]) => rows.some((row) => row[key] !== null));
    const headings = this.columns.map(([key, title, kind]) => {
      const sort = button({ title: `Sort by ${title.toLowerCase()}` }, element("span", {}, title), () => this.act.sort(key));
      return element("th", { class: kind, scope: "col", role: "columnheader", "data-key": key }, sort);
    });
    this.head.replaceChildren(...headings);
  }

  /** Shows a page of the hits. */
  show(hits, page, state) {
    this.page = page;
    for (const heading of this.head.cells) {
      if (heading.dataset.key !== state.sort) heading.removeAttribute("aria-sort");
      else heading.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    }
    const [first, end] = [page * ROWS, Math.min((page + 1) * ROWS, hits.length)];
    this.body.replaceChildren(...hits.slice(first, end).map((row) => this.row(row, row.number === state.open)));
    this.pages.hidden = hits.length <= ROWS;
    this.back.disabled = first === 0;
    this.next.disabled = end === hits.length;
    this.range.textContent = `${whole(first + 1)}–${whole(end)} of ${whole(hits.length)}`;
  }

  row(row, open) {
    const cells = this.columns.map(([key, title, kind]) =>
      element("td", { class: kind, role: "cell", "data-title": title }, cellOf(key, row, open)),
    );
    const kind = open ? "row open" : "row";
    return element("tr", { class: kind, role: "row", id: `row-${row.number}`, "data-number": row.number }, cells);
  }

  /** Puts an answer under its open row, in place of the one that is there. */
  unfold(answer) {
    const at = this.openRow();
    if (at.nextElementSibling?.matches(".opened")) at.nextElementSibling.remove();
    const cell = element("td", { colspan: this.columns.length, role: "cell" }, answer);
    at.after(element("tr", { class: "opened", role: "row" }, cell));
  }

  openRow() {
    return this.body.querySelector("tr.open");
  }

  click(event) {
    const row = event.target.closest("tr.row");
    // A drag that selects text is no click.
    if (row?.querySelector("button") && String(getSelection()) === "") this.act.toggle(Number(row.dataset.number));
  }

  /** Arrow keys go from row to row. */
  moveFocus(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...this.body.querySelectorAll("tr.row button")];
    const at = buttons.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    buttons[at + step]?.focus();
  }
}

function cellOf(key, row, open) {
  switch (key) {
    case "quadrant":
      return markOf(row.quadrant ?? "undecided");
    case "id":
      return row.id;
    case "prompt":
      return opener(row, open);
    case "decision":
      return row.reference ? `${row.reference.decision} → ${row.decision}` : row.decision;
    case "outcome":
      return row.outcome ? words(row.outcome) : "–";
    case "votes":
      return `${row.agree} of ${row.votes}`;
    default:
      return decimal(row[key]);
  }
}

/** A filled or an open dot, in the colour of the decision. */
function markOf(quadrant) {
  return element("span", { class: `dot ${quadrant}`, role: "img", "aria-label": words(quadrant), title: words(quadrant) });
}

/** The prompt's beginning, as the button that opens the row. Without traces there is nothing to open. */
function opener(row, open) {
  const [beginning] = BEGINNING.exec(row.prompt);
  const text = beginning.length < row.prompt.length ? `${beginning}…` : beginning;
  if (!row.traces) return element("span", { dir: "auto" }, text);
  const id = open ? `answer-${row.number}` : null;
  return element("button", { type: "button", dir: "auto", "aria-expanded": open, "aria-controls": id }, text);
}

