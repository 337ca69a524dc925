// Start: the index is at hand, the texts may follow.

const place = document.getElementById("viewer");
document.documentElement.classList.add("scripted");
readIndex().then(
  (index) => {
    const viewer = new Viewer(place, index);
    connectLinks(viewer);
    addEventListener("hashchange", () => {
      const state = stateOf(location.hash, index);
      if (state) viewer.show(state);
    });
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && viewer.state.open !== null) viewer.toggle(viewer.state.open);
    });
  },
  (error) => {
    // The table without scripts is better than nothing.
    document.documentElement.classList.remove("scripted");
    place.append(element("p", { class: "failure" }, `This browser cannot show the answers: ${error.message}`));
  },
);
