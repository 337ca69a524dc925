// The viewer: one state, and what follows from it.

/** Milliseconds without a key after which the answers are searched. */
const PAUSE = 250;

class Viewer {
  constructor(place, index) {
    this.place = place;
    this.index = index;
    this.shows = { all: false, coloured: true, scale: index.scale };
    this.found = new Set();
    const act = {
      change: (changes) => this.go({ ...this.state, open: null, ...changes }),
      filter: (key, value) => act.change({ filters: withFilter(this.state.filters, key, value) }),
      sort: (key) => act.change({ sort: key, down: this.state.sort === key && !this.state.down }),
      clear: () => act.change({ query: "", filters: {}, flip: null }),
      toggle: (number) => this.toggle(number),
      turn: (page) => this.turn(page),
      colour: (coloured) => this.colour(coloured),
      uncover: (all) => this.uncover(all),
    };
    this.act = act;
    this.controls = new Controls(index, act);
    this.list = new List(act);
    place.append(this.controls.place, this.list.table, this.list.pages);
    this.colour(true);
    this.show(stateOf(location.hash, index) ?? start());
    this.list.openRow()?.scrollIntoView();
  }

  /** Goes to a state and writes it into the address; with `step`, the browser can go back from it. */
  go(state, step = false) {
    if (step) history.pushState(null, "", hashOf(state));
    else history.replaceState(null, "", hashOf(state));
    this.show(state);
  }

  show(state) {
    const source = ({ set, flip }) => hashOf({ ...start(), set, flip });
    const searched = ({ set, deep, query }) => (deep && patternOf(query) ? `${set} ${query}` : null);
    const before = this.state;
    this.state = state;
    if (!before || source(state) !== source(before)) {
      this.rows = candidates(this.index, state);
      this.controls.take(this.rows, state);
      this.list.take(this.rows);
    }
    if (searched(state) !== (before ? searched(before) : null)) this.search(searched(state) !== null);
    this.draw();
  }

  /** Draws the page of hits with the opened row. An opened row that is no hit comes first. */
  draw() {
    this.hits = select(this.rows, this.state, this.found);
    this.controls.show(this.state, this.hits.length, this.rows.length);
    const open = this.rows.find(({ number }) => number === this.state.open);
    if (open && !this.hits.includes(open)) this.hits.unshift(open);
    this.drawPage(Math.max(0, Math.floor(this.hits.indexOf(open) / ROWS)));
  }

  drawPage(page) {
    this.list.show(this.hits, page, this.state);
    if (this.list.openRow()) this.unfold(this.hits.find(({ number }) => number === this.state.open));
  }

  /** Unfolds an answer; the one that is open keeps its elements, and what the reader opened in it. */
  async unfold(row) {
    const { shows, state } = this;
    if (this.answer?.row !== row || this.answer.all !== shows.all) {
      this.answer = { row, all: shows.all, built: openAnswer(row, this.index, shows, this.act) };
    }
    const answer = await this.answer.built;
    if (state.open === this.state.open && this.list.openRow()) this.list.unfold(answer);
  }

  toggle(number) {
    this.go({ ...this.state, open: this.state.open === number ? null : number }, true);
    document.getElementById(`row-${number}`)?.querySelector("button")?.focus({ preventScroll: true });
  }

  turn(page) {
    this.drawPage(page);
    this.list.table.scrollIntoView();
    this.list.body.querySelector("button")?.focus({ preventScroll: true });
  }

  colour(coloured) {
    this.shows.coloured = coloured;
    this.place.classList.toggle("coloured", coloured);
  }

  uncover(all) {
    this.shows.all = all;
    this.drawPage(this.list.page);
  }

  search(wanted) {
    clearTimeout(this.pause);
    stopSearch();
    this.found = new Set();
    this.controls.searched(0, wanted ? this.rows.length : 0);
    const progress = (found, done, all) => {
      const more = found.size > this.found.size;
      this.found = new Set(found);
      this.controls.searched(done, all);
      if (more) this.draw();
    };
    if (wanted) this.pause = setTimeout(() => searchAnswers(this.index, this.state, progress), PAUSE);
  }
}

function withFilter(filters, key, value) {
  const { [key]: _, ...others } = filters;
  return value ? { ...others, [key]: value } : others;
}

