// Search in the answers: unpacks the texts of the run in the background, block by block.

/** The search that runs; a new one ends it. */
let running = null;

/** Calls `progress(found, done, all)` after each block: numbers of rows found so far, instances read, all. */
async function searchAnswers(index, state, progress) {
  const search = {};
  running = search;
  const pattern = patternOf(state.query);
  const all = index.sets[state.set].instance.length;
  const found = new Set();
  for (let first = 0; first < all; first += index.block) {
    const instances = await readBlock(state.set, first / index.block);
    if (running !== search) return;
    instances.forEach(({ texts }, at) => {
      if (texts.some(({ text }) => pattern.test(text))) found.add(first + at);
    });
    progress(found, Math.min(first + index.block, all), all);
  }
}

function stopSearch() {
  running = null;
}

